"""Lists that are too long for one page: which part is shown, and where the others are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import urlencode

Row = TypeVar("Row")
_MOST_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Part(Generic[Row]):
    """Some rows of a list. `previous` and `next` are queries; None where there is no more."""

    rows: Sequence[Row]
    first: int
    last: int
    total: int
    previous: str | None
    next: str | None


def part_of(rows: Sequence[Row], query: Mapping[str, str], size: int) -> Part[Row]:
    """Return the part that `page` of a query asks for, from 1; what makes no sense is the first."""
    begin = begin_of(len(rows), query, size)
    return part_from(rows[begin : begin + size], begin, len(rows), query, size)


def begin_of(total: int, query: Mapping[str, str], size: int) -> int:
    """Return the place of the first row, from 0, of the part that a query asks for."""
    written = query.get("page", "1")
    is_number = written.isascii() and written.isdecimal() and len(written) <= _MOST_DIGITS
    last_page = max(1, -(-total // size))
    number = min(max(1, int(written) if is_number else 1), last_page)
    return (number - 1) * size


def part_from(
    shown: Sequence[Row], begin: int, total: int, query: Mapping[str, str], size: int
) -> Part[Row]:
    """Return the part that begins at a place, with the rows that are shown of it."""
    number = begin // size + 1
    return Part(
        rows=shown,
        first=begin + 1 if shown else 0,
        last=begin + len(shown),
        total=total,
        previous=_query(query, number - 1) if number > 1 else None,
        next=_query(query, number + 1) if begin + size < total else None,
    )


def _query(query: Mapping[str, str], number: int) -> str:
    return f"?{urlencode({**query, 'page': str(number)})}"
