"""When a place is open: a word (`24x7`), or spans by day of the week.

    hours: weekdays
    hours: {weekdays: 08:00-20:00, sat: [08:00-12:00, 13:00-15:00], holidays: closed}

A span that closes at or before the time at which it opens closes on the next day; it belongs to
the day on which it opens, holiday or not.
"""

import re
from itertools import pairwise
from types import MappingProxyType
from typing import Annotated, NamedTuple, Self

from pydantic import AfterValidator, BeforeValidator, model_validator

from config.dates import format_time, parse_time
from config.fault import UnusableError
from config.model import Model
from config.suggestion import fix_for

DAY_MIN = 24 * 60
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LOOSE = re.compile(
    r"([0-9]{1,2})(?:[:.h]([0-9]{2}))?\s*h?\s*(?:-|–|a|to)\s*([0-9]{1,2})(?:[:.h]([0-9]{2}))?\s*h?"
)


class Span(NamedTuple):
    """Minutes after the midnight of its day; `closes` lies 1 to 1440 after `opens`."""

    opens: int
    closes: int


WHOLE_DAY = (Span(0, DAY_MIN),)


def parse_span(written: object) -> Span:
    """Return one span.

    >>> parse_span("20:00-08:00")
    Span(opens=1200, closes=1920)

    Raises:
        UnusableError: it is none.

    """
    if isinstance(written, Span):
        return written
    opens, dash, closes = written.partition("-") if isinstance(written, str) else ("", "", "")
    if not dash or ":" not in opens or ":" not in closes:
        raise UnusableError("hours go from a time to a time", _meant(written))
    span = Span(parse_time(opens), parse_time(closes))
    if span.opens == DAY_MIN:
        raise UnusableError("24:00 is where a day ends", "write `00:00` on the next day")
    if span.opens == span.closes:
        raise UnusableError("it closes as soon as it opens", "write `24h` for a whole day")
    return span if span.closes > span.opens else Span(span.opens, span.closes + DAY_MIN)


def _meant(written: object) -> str:
    span = _guessed(written)
    return f"write `{span}`" if span else "write such as `08:00-14:30`, `24h` or `closed`"


def _guessed(written: object) -> str | None:
    match = _LOOSE.fullmatch(written.strip().lower()) if isinstance(written, str) else None
    if match is None or int(match[1]) > 23 or int(match[3]) > 24:
        return None
    return "-".join(f"{int(match[n]):02d}:{match[n + 1] or '00'}" for n in (1, 3))


def _day(written: object) -> object:
    if written == "closed":
        return ()
    if written == "24h":
        return WHOLE_DAY
    return (written,) if isinstance(written, str) else written


def _apart(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    ordered = tuple(sorted(spans))
    for one, after in pairwise(ordered):
        if after.opens < one.closes:
            both = f"{format_time(one.opens)} and {format_time(after.opens)}"
            raise UnusableError(f"the spans from {both} overlap", "write them as one")
    return ordered


def _holiday(written: object) -> object:
    if written is None:
        raise UnusableError("nothing says what holds on holidays", "write `closed` or `usual`")
    return None if written == "usual" else _day(written)


OpenSpans = Annotated[
    tuple[Annotated[Span, BeforeValidator(parse_span)], ...],
    AfterValidator(_apart),
    BeforeValidator(_day),
]
"""The spans of a day in their order; none when it is closed."""

_WORDS = MappingProxyType(
    {
        "24x7": {"weekdays": "24h", "weekends": "24h", "holidays": "usual"},
        "weekdays": {"weekdays": "08:00-20:00"},
        "weekends": {"weekends": "08:00-20:00", "holidays": "08:00-20:00"},
    }
)
"""`weekdays` are the morning and evening shifts of family medicine, closed on holidays;
`weekends` the full-time shift of Saturdays, Sundays and holidays."""


class Hours(Model):
    """Opening hours of a week. A day says more than its group; what nothing names is closed.

    `holidays` are the hours of a holiday; None (written `usual`) those of its day of the week.
    """

    weekdays: OpenSpans = ()
    weekends: OpenSpans = ()
    mon: OpenSpans | None = None
    tue: OpenSpans | None = None
    wed: OpenSpans | None = None
    thu: OpenSpans | None = None
    fri: OpenSpans | None = None
    sat: OpenSpans | None = None
    sun: OpenSpans | None = None
    holidays: Annotated[OpenSpans | None, BeforeValidator(_holiday)] = ()

    @model_validator(mode="before")
    @classmethod
    def _words_stand_for_weeks(cls, written: object) -> object:
        if not isinstance(written, str):
            return written
        if written not in _WORDS:
            raise UnusableError("no such hours", _instead_of(written))
        return _WORDS[written]

    @model_validator(mode="after")
    def _opens_at_all(self) -> Self:
        if not self.holidays and not any(self.on(weekday) for weekday in range(7)):
            fix = "write when it opens, or `status: retired` in the site"
            raise UnusableError("these hours never open", fix)
        return self

    def on(self, weekday: int) -> tuple[Span, ...]:
        """Return the spans of a day of the week that is no holiday; Monday is 0."""
        own: tuple[Span, ...] | None = getattr(self, DAYS[weekday])
        if own is not None:
            return own
        return self.weekdays if weekday < 5 else self.weekends

    @property
    def is_always(self) -> bool:
        """Tell whether it never closes."""
        return self.holidays is None and all(self.on(day) == WHOLE_DAY for day in range(7))


def _instead_of(written: str) -> str:
    span = _guessed(written)
    return f"write `{{weekdays: {span}}}`" if span else fix_for(written, _WORDS)


ALWAYS = Hours.model_validate("24x7")
