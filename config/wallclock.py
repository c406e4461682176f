"""When a wall clock shows a given time: also on the two days on which it is set.

Mexico has kept one time all the year since 2022, save in the municipalities of its northern
border, whose clocks change with those of the United States (science.md H). So does the past.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

_SECOND = timedelta(seconds=1)


def instant(wall: datetime, zone: ZoneInfo, *, last: bool = False) -> datetime:
    """Return in UTC when the clocks of a zone show a naive time; an aware one is an instant.

    In the hour that occurs twice it is the first time, or the `last`. A time that is skipped is
    that of the jump: in Tijuana on 2026-03-08, 02:30 is when 02:00 turned into 03:00.
    """
    if wall.tzinfo is not None:
        return wall.astimezone(UTC)
    first, second = (wall.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    before, after = first.utcoffset(), second.utcoffset()
    if before is not None and after is not None and before < after:
        return _jump(second.astimezone(UTC), first.astimezone(UTC), zone)
    return (second if last else first).astimezone(UTC)


def instant_on(
    day: date, minutes: int, zone: ZoneInfo, *, last: bool = False
) -> datetime:  # fmt: skip
    """Return in UTC when the clocks show so many minutes after a midnight, up to two days on."""
    wall = datetime.combine(day, time()) + timedelta(minutes=minutes)
    return instant(wall, zone, last=last)


def local_date(at: datetime, zone: ZoneInfo) -> date:
    """Return the day that the calendars of a zone show."""
    return at.astimezone(zone).date()


@lru_cache(maxsize=256)
def _jump(early: datetime, late: datetime, zone: ZoneInfo) -> datetime:
    """Return the first instant of the new offset, by halving: zoneinfo does not tell it."""
    offset = late.astimezone(zone).utcoffset()
    while late - early > _SECOND:
        middle = early + (late - early) // _SECOND // 2 * _SECOND
        if middle.astimezone(zone).utcoffset() == offset:
            late = middle
        else:
            early = middle
    return late
