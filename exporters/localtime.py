"""Instants and durations as people at the site would say them."""

import math
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_UNITS = ((86_400, "d", 3600, "h"), (3600, "h", 60, "min"), (60, "min", 1, "s"))


def local(instant: datetime, zone: str) -> datetime:
    """Return it in the site's time zone; in UTC where the zone is not known here."""
    try:
        return instant.astimezone(ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError, OSError):  # no such name, a bad one, a folder
        return instant.astimezone(UTC)


def offset(instant: datetime) -> str:
    """Return the zone for people: `UTC−8`, `UTC+5:30`, `UTC`.

    >>> offset(datetime(2026, 11, 21, tzinfo=UTC))
    'UTC'
    """
    shift = instant.utcoffset()
    minutes = round(shift.total_seconds() / 60) if shift is not None else 0
    if minutes == 0:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    sign = "−" if minutes < 0 else "+"
    return f"UTC{sign}{hours}" + (f":{rest:02d}" if rest else "")


def duration(seconds: float) -> str:
    """Return the two largest units.

    >>> [duration(s) for s in (41, 245, 1440, 3840, 183_600)]
    ['41 s', '4 min 05 s', '24 min', '1 h 04 min', '2 d 03 h']
    """
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    size, unit, part, part_unit = next(row for row in _UNITS if whole >= row[0])
    count, rest = divmod(whole, size)
    small = rest // part
    return f"{count} {unit} {small:02d} {part_unit}" if small else f"{count} {unit}"


def about(seconds: float) -> str:
    """Return an estimate without false precision: whole minutes from ten minutes on.

    >>> about(1447)
    '24 min'
    """
    return duration(seconds if seconds < 600 else round(seconds / 60) * 60)


def percent(ratio: float) -> str:
    """Return a ratio as people say it.

    >>> percent(0.834)
    '83 %'
    """
    return f"{ratio * 100:.0f} %"


def exact_percent(ratio: float) -> str:
    """Return an availability, rounded down: what was not whole is never shown as whole.

    >>> [exact_percent(ratio) for ratio in (1.0, 0.99999, 0.5)]
    ['100 %', '99.99 %', '50.00 %']
    """
    if ratio >= 1:
        return "100 %"
    return f"{math.floor(ratio * 10_000 + 1e-9) / 100:.2f} %"


def milliseconds(seconds: float) -> str:
    """Return how long an answer took.

    >>> [milliseconds(seconds) for seconds in (0.0004, 0.0421, 1.5)]
    ['0.4 ms', '42 ms', '1,500 ms']
    """
    ms = seconds * 1000
    return f"{ms:.1f} ms" if ms < 10 else f"{ms:,.0f} ms"


def loss(ratio: float) -> str:
    """Return a share that was lost; a little is never written as nothing.

    >>> [loss(ratio) for ratio in (0.0, 0.00001, 0.034, 1.0)]
    ['0 %', '< 0.1 %', '3.4 %', '100 %']
    """
    if 0 < ratio < 0.001:
        return "< 0.1 %"
    return f"{ratio * 100:.0f} %" if ratio in (0, 1) else f"{ratio * 100:.1f} %"
