"""Bars over time: stretches drawn in cells, of which each shows the worst that it holds."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import NamedTuple

from monitor.past import Held

CELLS = 240
"""A cell is 6 minutes of a day, 3 hours of a month: what is shorter is drawn as wide as one."""
_COUNTED_UP = frozenset({"up", "degraded"})
PART_LOOKS = (
    "down", "degraded", "unknown", "blind", "stopped", "maintenance", "up", "absent",
)  # fmt: skip
"""The worst first: of two in one cell, the first is drawn."""
POWER_LOOKS = (
    "no_mains", "battery", "fault", "generator", "unknown", "blind", "stopped", "mains", "rest",
    "absent",
)  # fmt: skip
_UNITS: Mapping[str, str] = MappingProxyType(
    {
        "online": "mains", "on_battery": "battery", "bypass": "fault", "off": "fault",
        "stopped": "rest", "starting": "generator", "running": "generator",
        "cooldown": "generator", "normal": "rest", "emergency": "generator", "open": "fault",
        "alarm": "fault", "fault": "fault", "unknown": "unknown",
    }
)  # fmt: skip
_MAINS: Mapping[str, str] = MappingProxyType(
    {"present": "mains", "absent": "no_mains", "out_of_range": "fault", "unknown": "unknown"}
)


class Piece(NamedTuple):
    """Some cells that look alike; `first` counts from 0."""

    first: int
    cells: int
    look: str
    starts: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Bar:
    """`sums_s` are exact, by look, in the order in which they are told; 0 is left out."""

    pieces: tuple[Piece, ...]
    sums_s: Mapping[str, float]

    @property
    def availability(self) -> float | None:
        """Return the share of counted time in which it answered; None where nothing counts.

        Maintenance, blindness and what is not known do not count (docs/reports.md).
        """
        up_s = sum(self.sums_s.get(look, 0.0) for look in _COUNTED_UP)
        counted_s = up_s + self.sums_s.get("down", 0.0)
        return up_s / counted_s if counted_s else None

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing was watched in all of it."""
        return self.sums_s.keys() <= {"absent"}


def part_bar(held: Iterable[Held], starts_ms: int, ends_ms: int) -> Bar:
    """Return the bar of a component's states."""
    return _bar(held, PART_LOOKS, starts_ms, ends_ms)


def power_bar(held: Iterable[Held], starts_ms: int, ends_ms: int) -> Bar:
    """Return the bar of what a power source said."""
    looks = (Held(one.starts_ms, one.ends_ms, power_look(one.what)) for one in held)
    return _bar(looks, POWER_LOOKS, starts_ms, ends_ms)


def power_look(said: str) -> str:
    """Return how what a source said is drawn.

    >>> [power_look(said) for said in ("on_battery/absent", "/absent", "running/absent", "blind")]
    ['battery', 'no_mains', 'generator', 'blind']
    """
    unit, slash, mains = said.partition("/")
    if not slash:
        return said if said in POWER_LOOKS else "unknown"
    return _UNITS.get(unit, "unknown") if unit else _MAINS.get(mains, "unknown")


def _bar(held: Iterable[Held], looks: Sequence[str], starts_ms: int, ends_ms: int) -> Bar:
    rank = {look: place for place, look in enumerate(looks)}
    cell_ms = (ends_ms - starts_ms) / CELLS
    cells = [looks[-1]] * CELLS
    sums_ms = dict.fromkeys(looks, 0)
    for begins, ends, look in held:
        begin, end = max(begins, starts_ms), min(ends, ends_ms)
        if begin >= end:
            continue
        sums_ms[look] += end - begin
        first = int((begin - starts_ms) / cell_ms)
        last = max(first + 1, -int(-(end - starts_ms) // cell_ms))
        for place in range(first, min(last, CELLS)):
            if rank[look] < rank[cells[place]]:
                cells[place] = look
    pieces = tuple(_pieces(cells, starts_ms, cell_ms))
    return Bar(pieces, {look: ms / 1000 for look, ms in sums_ms.items() if ms})


def _pieces(cells: Sequence[str], starts_ms: int, cell_ms: float) -> Iterable[Piece]:
    first = 0
    for place in range(1, len(cells) + 1):
        if place == len(cells) or cells[place] != cells[first]:
            starts, ends = (_instant(starts_ms + edge * cell_ms) for edge in (first, place))
            yield Piece(first, place - first, cells[first], starts, ends)
            first = place


def _instant(ms: float) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)
