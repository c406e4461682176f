"""The past of a site as its page shows it: bars of a day and of a month, and what is over."""

from dataclasses import dataclass
from datetime import UTC, datetime

from config.fleet import Fleet
from exporters.board.bars import Bar, part_bar, power_bar
from monitor.past import SitePast
from monitor.past_incident import PastIncident

DAY_MS = 86_400_000
MOST_WINDOWS = 20


@dataclass(frozen=True, slots=True)
class PartBars:
    """One component, by the id and name of its own; `kind` is `site`, `link`, `area`…"""

    id: str
    name: str
    kind: str
    day: Bar
    month: Bar


@dataclass(frozen=True, slots=True)
class PastView:
    """`incidents` are over, and no longer among those that the page shows anyway."""

    parts: tuple[PartBars, ...]
    power: tuple[PartBars, ...]
    windows: tuple[tuple[datetime, datetime], ...]
    incidents: tuple[PastIncident, ...]


def past_view(past: SitePast, fleet: Fleet, shown: set[str]) -> PastView:
    """Return what a page shows of a past; `shown` are the incidents that it has already."""
    begins, ends = past.begins_ms, past.ends_ms

    def bars(key: str, *, is_power: bool) -> PartBars | None:
        component = fleet.components.get(key)
        drawn, held = (power_bar, past.power) if is_power else (part_bar, past.parts)
        if component is None:
            return None  # reloaded away since
        month = drawn(held[key], begins, ends)
        if month.is_empty:
            return None
        day = drawn(held[key], ends - DAY_MS, ends)
        return PartBars(component.id, component.name, component.kind.value, day, month)

    parts = (bars(key, is_power=False) for key in past.parts)
    power = (bars(key, is_power=True) for key in past.power)
    return PastView(
        parts=tuple(one for one in parts if one is not None),
        power=tuple(one for one in power if one is not None),
        windows=tuple((_at(one[0]), _at(one[1])) for one in past.maintenance[-MOST_WINDOWS:][::-1]),
        incidents=tuple(one for one in past.incidents if one.id not in shown),
    )


def _at(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)
