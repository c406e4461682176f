"""Mexican days of rest: those of the law, and those that the operator adds.

Ley Federal del Trabajo, art. 74: four fixed days, three moved to a Monday since 2006 (DOF
17-Jan-2006), the day on which the Presidency changes hands every six years (1 December until
2018, 1 October since 2024, DOF 30-Sep-2024), and the ordinary federal election (first Sunday of
June every three years, LGIPE art. 22; in 2018 it was 1 July). Days of local elections, of
collective agreements and of habit (Holy Week, 10 May, 12 December) are for `also`.
"""

import re
from datetime import date, timedelta
from functools import lru_cache
from typing import Annotated, NamedTuple

from pydantic import BeforeValidator, Field

from config.dates import parse_date
from config.fault import UnusableError
from config.model import Flag, Model

_MONDAY, _SUNDAY = 0, 6
_YEARLY = re.compile(r"([0-9]{2})-([0-9]{2})")
_LEAP_YEAR = 2024


class Feast(NamedTuple):
    """A day of rest; with `year` None it returns each year."""

    year: int | None
    month: int
    day: int


def _feast(written: object) -> Feast:
    if isinstance(written, Feast):
        return written
    match = _YEARLY.fullmatch(written) if isinstance(written, str) else None
    try:
        known = parse_date(f"{_LEAP_YEAR}-{written}" if match else written)
    except UnusableError as error:
        fix = "write `2026-12-24`, or `12-24` for each year"
        raise UnusableError("a day of rest is a date or a month and a day", fix) from error
    return Feast(None if match else known.year, known.month, known.day)


def _several(written: object) -> object:
    return [written] if isinstance(written, str) else written


class Holidays(Model):
    """On which days those rest who rest on holidays.

    >>> Holidays().on(date(2026, 11, 16))
    True
    """

    federal: Flag = Field(True, description="Those of the Ley Federal del Trabajo, art. 74.")
    also: Annotated[
        tuple[Annotated[Feast, BeforeValidator(_feast)], ...], BeforeValidator(_several)
    ] = ()

    def on(self, day: date) -> bool:
        """Tell whether a day is one."""
        if self.federal and day in federal_holidays(day.year):
            return True
        return any(Feast(year, day.month, day.day) in self.also for year in (day.year, None))


@lru_cache(maxsize=16)
def federal_holidays(year: int) -> frozenset[date]:
    """Return the statutory days of rest of a year, those of ordinary federal elections included.

    Checked for 1975 to 2079 against the `holidays` package, which leaves out the elections.
    """
    days = [date(year, 1, 1), date(year, 5, 1), date(year, 9, 16), date(year, 12, 25)]
    days.append(_nth(year, 2, 1, _MONDAY) if year >= 2006 else date(year, 2, 5))
    days.append(_nth(year, 3, 3, _MONDAY) if year >= 2007 else date(year, 3, 21))
    days.append(_nth(year, 11, 3, _MONDAY) if year >= 2006 else date(year, 11, 20))
    return frozenset([*days, *_inaugurations(year), *_elections(year)])


def _inaugurations(year: int) -> list[date]:
    if year >= 2024:
        return [date(year, 10, 1)] if (year - 2024) % 6 == 0 else []
    return [date(year, 12, 1)] if (2018 - year) % 6 == 0 else []


def _elections(year: int) -> list[date]:
    if year < 2015 or (year - 2015) % 3:
        return []
    return [_nth(year, 7 if year == 2018 else 6, 1, _SUNDAY)]


def _nth(year: int, month: int, count: int, weekday: int) -> date:
    """Return the `count`-th such weekday of a month; Monday is 0."""
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (count - 1))
