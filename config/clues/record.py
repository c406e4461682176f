"""One line of a registry file, before its cells have a meaning."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Record:
    """`cells` are as wide as the header, or hold the raw text where `fault` says what is wrong.

    `line` counts from 1 and is what an editor or a spreadsheet shows.
    """

    line: int
    cells: tuple[str, ...]
    fault: str = ""
