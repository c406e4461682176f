"""Dates, instants and times of day as people write them: `2026-12-01`, `2026-12-01 02:00`, `10:00`.

None of them is understood in another way: whoever writes 01/12/26 means one of three days.
"""

import re
from datetime import date, datetime
from typing import Annotated

from pydantic import BeforeValidator

from config.fault import UnusableError

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?\s?(Z|[+-][0-9]{2}:[0-9]{2})?"
)
_TIME = re.compile(r"([0-9]{1,2}):([0-9]{2})")
_YEAR_LAST = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")


def parse_date(written: object) -> date:
    """Return a day of the calendar.

    Raises:
        UnusableError: it is none, or not written as year, month and day.

    """
    if type(written) is date:
        return written
    text = written.strip() if isinstance(written, str) else ""
    if not _DATE.fullmatch(text):
        raise UnusableError("a date is a year, a month and a day", _meant(text))
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UnusableError("the calendar has no such day", "correct it") from error


def parse_moment(written: object) -> datetime:
    """Return an instant, naive where no offset from UTC is written: some wall clock shows it."""
    if isinstance(written, datetime):
        return written
    text = written.strip() if isinstance(written, str) else ""
    if _DATE.fullmatch(text):
        raise UnusableError("a date alone leaves the hour open", f"write such as `{text} 02:00`")
    if not _MOMENT.fullmatch(text):
        fix = "write such as `2026-12-01 02:00`, or `2026-12-01 02:00-08:00` with an offset"
        raise UnusableError("an instant is a date and a time", fix)
    try:
        return datetime.fromisoformat(text.replace(" -", "-").replace(" +", "+"))
    except ValueError as error:
        raise UnusableError("no calendar or clock shows this", "correct it") from error


def parse_time(written: object) -> int:
    """Return minutes after midnight, 0 to 1440 (`24:00`).

    >>> parse_time("06:30")
    390
    """
    match = _TIME.fullmatch(written.strip()) if isinstance(written, str) else None
    if match is None:
        raise UnusableError("a time of day is hours and minutes", "write such as `08:00`")
    hours, minutes = int(match[1]), int(match[2])
    if minutes > 59 or hours * 60 + minutes > 24 * 60:
        raise UnusableError("a day goes from 00:00 to 24:00", "correct it")
    return hours * 60 + minutes


def format_time(minutes: int) -> str:
    """Return the form that `parse_time` reads: 390 becomes `06:30`."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _meant(text: str) -> str:
    """Return the fix for a date with its year at the end, which two countries read differently."""
    last = _YEAR_LAST.fullmatch(text)
    if last is None:
        return "write such as `2026-12-01`"
    return f"write `{last[3]}-{int(last[2]):02d}-{int(last[1]):02d}` if the day stands first"


Date = Annotated[date, BeforeValidator(parse_date)]
Moment = Annotated[datetime, BeforeValidator(parse_moment)]
"""Naive where no offset from UTC is written."""
