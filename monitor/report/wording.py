"""How figures are written in reports: exact to the second, and never better than they are."""

from datetime import datetime
from math import floor
from zoneinfo import ZoneInfo

from monitor.report.exclusions import instant


def clock(ms: float | None) -> str:
    """Return hours, minutes and seconds, which add up; empty for nothing to tell.

    >>> [clock(ms) for ms in (0, 61_000, 360_000_000, None)]
    ['0:00:00', '0:01:01', '100:00:00', '']
    """
    if ms is None:
        return ""
    minutes, seconds = divmod(round(ms / 1000), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}"


def percent(ratio: float | None) -> str:
    """Return a share in percent with three digits, cut off: only what is whole is 100.

    >>> [percent(ratio) for ratio in (1.0, 0.9999999, 0.5, None)]
    ['100.000 %', '99.999 %', '50.000 %', '']
    """
    if ratio is None:
        return ""
    return f"{floor(round(ratio * 1e5, 6)) / 1000:.3f} %"


def wall(ms: int | None, zone: str) -> str:
    """Return what the clocks of a zone show, with their offset; empty for no instant.

    >>> wall(1795251600000, "America/Tijuana")
    '2026-11-21 01:00:00 −08:00'
    """
    if ms is None:
        return ""
    at = instant(ms).astimezone(ZoneInfo(zone))
    return f"{at:%Y-%m-%d %H:%M:%S} {_offset(at)}"


def _offset(at: datetime) -> str:
    shift = at.utcoffset()
    minutes = round(shift.total_seconds() / 60) if shift is not None else 0
    sign = "−" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


def stamp(ms: int | None) -> str | None:
    """Return an instant for programs: RFC 3339 in UTC."""
    if ms is None:
        return None
    return instant(ms).isoformat(timespec="milliseconds").replace("+00:00", "Z")
