"""Where something is written: a file, a line, a column."""

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

_BREAK = re.compile(r"\r\n|\r|\n")


@dataclass(eq=False)
class Source:
    """A text that was read. `name` is the path as people typed it; `order` sorts the files."""

    name: str
    text: str = field(repr=False)
    order: int = 0

    @cached_property
    def lines(self) -> list[str]:
        return _BREAK.split(self.text)

    def line(self, number: int) -> str:
        """Return the line with that number, counted from 1; empty past the end."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""

    def place_at(self, index: int) -> "Place":
        """Return the place of a character, given its index in the text."""
        before = _BREAK.split(self.text[:index])
        return Place(self, len(before), len(before[-1]) + 1)


class Place(NamedTuple):
    """Line and column count from 1, in characters. `width` is how much of the line is meant."""

    source: Source
    line: int
    column: int
    width: int = 1

    def __str__(self) -> str:
        return f"{self.source.name}:{self.line}:{self.column}"
