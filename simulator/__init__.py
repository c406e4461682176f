"""A fleet of clinics to demonstrate and test against. It knows none of the other packages."""
