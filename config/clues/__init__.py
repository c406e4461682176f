"""The national registry of health units (CLUES): its rows in, one YAML site list per state out."""
