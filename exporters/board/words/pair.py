"""What a file of words is: a word always has both languages, for it cannot be written with one."""

from collections.abc import Mapping

Pairs = Mapping[str, tuple[str, str]]
"""In Spanish, then in English, by the name that templates call it by."""
