"""How figures are written in reports: exact to the second, and never better than they are."""

from collections.abc import Sequence
from datetime import date, datetime
from math import floor
from zoneinfo import ZoneInfo

from monitor.report.exclusions import instant


def clock(ms: float | None) -> str:
    """Return hours, minutes and seconds, which add up; empty for nothing to tell.

    >>> [clock(ms) for ms in (0, 61_000, 4_500_000_000, None)]
    ['0:00:00', '0:01:01', '1,250:00:00', '']
    """
    if ms is None:
        return ""
    minutes, seconds = divmod(round(ms / 1000), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:,}:{minutes:02d}:{seconds:02d}"


def lasting(ms: float | None) -> str:
    """Return how long something is by its two largest units, for a glance; empty for nothing.

    >>> [lasting(ms) for ms in (61_000, 7_320_000, 760_000_000, 400, None)]
    ['1 min 1 s', '2 h 2 min', '8 d 19 h', '0 s', '']
    """
    if ms is None:
        return ""
    left = int(ms / 1000)
    counts = []
    for unit, size in (("d", 86_400), ("h", 3600), ("min", 60), ("s", 1)):
        count, left = divmod(left, size)
        counts.append((count, unit))
    first = next((place for place, (count, _) in enumerate(counts) if count), len(counts) - 1)
    return " ".join(f"{count} {unit}" for count, unit in counts[first : first + 2])


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


def days(first: date, last: date, months: Sequence[str]) -> str:
    """Return days as people say them, by the names of the months: one alone, or from and to.

    >>> days(date(2026, 2, 1), date(2026, 2, 28), ("enero", "febrero"))
    '1 – 28 febrero 2026'
    >>> days(date(2025, 2, 1), date(2026, 1, 3), ("enero", "febrero"))
    '1 febrero 2025 – 3 enero 2026'
    """
    told = f"{last.day} {months[last.month - 1]} {last.year}"
    if first == last:
        return told
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} – {told}"
    year = "" if first.year == last.year else f" {first.year}"
    return f"{first.day} {months[first.month - 1]}{year} – {told}"


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
