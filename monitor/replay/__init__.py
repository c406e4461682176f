"""Readings of other days, judged again under the settings of today."""
