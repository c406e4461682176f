"""What comes back each week or month: a day, a time of day by the wall clock, and how long.

A small part of RFC 5545 under plain names: FREQ=WEEKLY;BYDAY=TU is `{day: tue}`, and
FREQ=MONTHLY;BYDAY=-1SU is `{day: sun, week: last}`.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Annotated, Literal, NamedTuple, Self
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, PlainSerializer, model_validator

from config.dates import Date, format_time, parse_time
from config.fault import UnusableError
from config.hours import DAY_MIN, DAYS
from config.model import Duration, Model
from config.wallclock import instant_on, local_date

FARTHEST_DAYS = 400
"""How far ahead the next occurrence is looked for."""

Weekday = Literal[
    "mon", "tue", "wed", "thu", "fri", "sat", "sun", "weekdays", "weekends", "daily"
]  # fmt: skip
_GROUPS = MappingProxyType(
    {
        **{name: frozenset([number]) for number, name in enumerate(DAYS)},
        "weekdays": frozenset(range(5)),
        "weekends": frozenset([5, 6]),
        "daily": frozenset(range(7)),
    }
)
_WEEKS = MappingProxyType({"first": 1, "second": 2, "third": 3, "fourth": 4})
_DAY = timedelta(days=1)


class Occurrence(NamedTuple):
    """From `starts`, before `ends`; both in UTC."""

    starts: datetime
    ends: datetime


def _several(written: object) -> object:
    return [written] if isinstance(written, str) else written


def _start(written: object) -> int:
    minutes = parse_time(written)
    if minutes == DAY_MIN:
        raise UnusableError("24:00 is where a day ends", "write `00:00` on the next day")
    return minutes


class Every(Model):
    """Recurs on days of the week, of every week or of one week of the month.

    `at` is a time of day; `lasts` is elapsed time, whatever the clocks do meanwhile. A start that
    a change of the clocks skips is at the jump; one that occurs twice is the first.
    """

    day: Annotated[tuple[Weekday, ...], BeforeValidator(_several)] = Field(min_length=1)
    week: Literal["first", "second", "third", "fourth", "last"] | None = None
    at: Annotated[int, BeforeValidator(_start), PlainSerializer(format_time)]
    lasts: Duration
    since: Date | None = Field(None, description="The first day on which it may start.")
    until: Date | None = Field(None, description="The last day on which it may start.")

    @model_validator(mode="after")
    def _leaves_gaps(self) -> Self:
        if self.week is None and len(self._weekdays) == 7 and self.lasts >= DAY_MIN * 60:
            raise UnusableError("it never ends", "shorten `lasts`, or name some days")
        if self.since and self.until and self.until < self.since:
            raise UnusableError("it ends before it begins", "correct `since` or `until`")
        return self

    @property
    def _weekdays(self) -> frozenset[int]:
        return frozenset().union(*(_GROUPS[word] for word in self.day))

    def after(self, at: datetime, zone: ZoneInfo) -> Iterator[Occurrence]:
        """Yield those that end after an instant, in order, for `FARTHEST_DAYS`."""
        today = local_date(at, zone)
        for offset in range(-2, FARTHEST_DAYS):  # none lasts longer than a day
            day = today + offset * _DAY
            if self.falls_on(day):
                starts = instant_on(day, self.at, zone)
                ends = starts + timedelta(seconds=self.lasts)
                if ends > at:
                    yield Occurrence(starts, ends)

    def falls_on(self, day: date) -> bool:
        """Tell whether one starts on a day."""
        if day.weekday() not in self._weekdays:
            return False
        if (self.since and day < self.since) or (self.until and day > self.until):
            return False
        if self.week is None:
            return True
        if self.week == "last":
            return (day + 7 * _DAY).month != day.month
        return (day.day - 1) // 7 + 1 == _WEEKS[self.week]
