"""Whether people are called now: hours, maintenance, generator tests."""
