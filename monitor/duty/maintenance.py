"""Maintenance as verdicts meet it: which components are being worked on, and until when.

Three laws (docs/maintenance.md). A life-critical area is covered only by a window that names it.
A window that expects a pattern covers power alone, and only while the pattern holds. A trouble is
muted only if everything that it cannot be explained by is covered.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from config.component import Component, ComponentKind
from config.fleet import Fleet
from config.maintenance import MaintenanceWindow
from config.recurrence import Occurrence
from monitor.duty.closed_hours import is_life_critical

LONGEST_CHAIN = 64
"""How many windows may follow each other without a gap until one asks again."""

_UTC = ZoneInfo("UTC")
_EXPLAINS_OTHERS = frozenset(
    {ComponentKind.LINK, ComponentKind.POWER, ComponentKind.NODE, ComponentKind.SITE}
)
"""What lies behind one of these is no trouble of its own when it fails."""


@dataclass(frozen=True, slots=True)
class Window:
    """One window on a given fleet: `zones` of the sites it concerns, keys of its nodes and links.

    `ended_at` is when somebody ended what was under way; what recurs goes on the next time, and
    what is for once is over, also where it had not begun.
    """

    written: MaintenanceWindow
    zones: Mapping[str, ZoneInfo]
    keys: frozenset[str] = frozenset()
    ended_at: datetime | None = None

    @property
    def id(self) -> str:
        return self.written.id

    def concerns(self, component: Component) -> bool:
        """Tell whether it covers a component whenever it is under way."""
        if component.key in self.keys:
            return True
        if component.site not in self.zones:
            return False
        if is_life_critical(component):
            return component.id in self.written.critical_areas
        if self.written.expects is not None:
            return component.kind is ComponentKind.POWER
        return _is_part(component, self.written.parts)

    def occurrence(self, component: Component, at: datetime) -> Occurrence | None:
        """Return the occurrence under way at a component that it concerns, if there is one."""
        return self._under_way(self.zones.get(component.site, _UTC), at)

    def covers(self, component: Component, at: datetime) -> bool:
        """Tell whether a component is being worked on."""
        return self.concerns(component) and self.occurrence(component, at) is not None

    def active(self, at: datetime) -> bool:
        """Tell whether it is under way anywhere."""
        return any(self._under_way(zone, at) is not None for zone in self._clocks)

    def next_occurrence(self, at: datetime) -> Occurrence | None:
        """Return the first occurrence anywhere that ends after an instant."""
        found = (self._next(zone, at) for zone in self._clocks)
        return min((one for one in found if one is not None), default=None)

    def next_change(self, at: datetime) -> datetime | None:
        """Return when it next begins or ends anywhere; None if it does not."""
        changes = [self._next_change(zone, at) for zone in self._clocks]
        return min((change for change in changes if change is not None), default=None)

    def ended(self, at: datetime) -> "Window":
        """Return it as it is when somebody ends it before its time."""
        return replace(self, ended_at=at)

    @property
    def _clocks(self) -> set[ZoneInfo]:
        return set(self.zones.values()) | ({_UTC} if self.keys else set())

    def _under_way(self, zone: ZoneInfo, at: datetime) -> Occurrence | None:
        one = self._next(zone, at)
        return one if one is not None and one.starts <= at else None

    def _next_change(self, zone: ZoneInfo, at: datetime) -> datetime | None:
        one = self._next(zone, at)
        if one is None:
            return None
        return one.starts if one.starts > at else one.ends

    def _next(self, zone: ZoneInfo, at: datetime) -> Occurrence | None:
        """Return the first occurrence that ends after an instant."""
        for one in self.written.after(at, zone):
            ended_at = self.ended_at
            is_cut = self.written.every is None or (ended_at is not None and one.starts < ended_at)
            ends = min(one.ends, ended_at) if is_cut and ended_at is not None else one.ends
            if ends > max(at, one.starts):
                return one._replace(ends=ends)
        return None


@dataclass(frozen=True, slots=True)
class Muting:
    """Why people are not told: the windows, by id, and when to think again at the latest."""

    windows: tuple[str, ...]
    until: datetime


@dataclass(frozen=True)
class Maintenance:
    """All windows, those of the files and those that people opened since."""

    windows: tuple[Window, ...] = field(default=())

    def covering(
        self, component: Component, at: datetime, failed: Collection[str] = ()
    ) -> list[Window]:
        """Return the windows under way at a component, without those whose pattern `failed`."""
        return [window for window, _ in self._under_way(component, at, failed)]

    def covered_until(
        self, component: Component, at: datetime, failed: Collection[str] = ()
    ) -> datetime | None:
        """Return until when a component is covered without a gap; None if it is not.

        Windows that overlap or meet follow each other; `LONGEST_CHAIN` of them at most.
        """
        return self._until(component, self._under_way(component, at, failed), failed)

    def muting(
        self,
        root: Component,
        touched: Sequence[Component],
        at: datetime,
        failed: Collection[str] = (),
    ) -> Muting | None:
        """Return why a trouble is not told now; None if it is.

        `failed` are the ids of windows whose expectation is violated at this site. Where several
        windows are needed to cover all, the first to end decides when to think again.
        """
        ids: dict[str, None] = {}
        ends: list[datetime] = []
        for part in _unexplained(root, touched):
            under_way = self._under_way(part, at, failed)
            until = self._until(part, under_way, failed)
            if until is None:
                return None
            ends.append(until)
            ids.update(dict.fromkeys(window.id for window, _ in under_way))
        return Muting(tuple(ids), min(ends))

    def next_change(self, at: datetime) -> datetime | None:
        """Return when any window next begins or ends: when to look at open incidents again."""
        changes = [window.next_change(at) for window in self.windows]
        return min((change for change in changes if change is not None), default=None)

    def having(self, window: Window) -> "Maintenance":
        """Return these with one more, or with another of the same id."""
        kept = (one for one in self.windows if one.id != window.id)
        return Maintenance((*kept, window))

    def _under_way(
        self, component: Component, at: datetime, failed: Collection[str]
    ) -> list[tuple[Window, Occurrence]]:
        return [
            (window, one)
            for window in self._about(component)
            if window.id not in failed
            and window.concerns(component)
            and (one := window.occurrence(component, at)) is not None
        ]

    def _until(
        self,
        component: Component,
        under_way: list[tuple[Window, Occurrence]],
        failed: Collection[str],
    ) -> datetime | None:
        until: datetime | None = None
        for _ in range(LONGEST_CHAIN):
            if not under_way:
                break
            until = max(one.ends for _, one in under_way)
            under_way = self._under_way(component, until, failed)
        return until

    def _about(self, component: Component) -> Iterable[Window]:
        yield from self._by_site.get(component.site, ())
        yield from self._by_key.get(component.key, ())

    @cached_property
    def _by_site(self) -> dict[str, list[Window]]:
        found: dict[str, list[Window]] = {}
        for window in self.windows:
            for site in window.zones:
                found.setdefault(site, []).append(window)
        return found

    @cached_property
    def _by_key(self) -> dict[str, list[Window]]:
        found: dict[str, list[Window]] = {}
        for window in self.windows:
            for key in window.keys:
                if key.partition("/")[0] not in window.zones:  # else it is found by its site
                    found.setdefault(key, []).append(window)
        return found


def maintenance_of(fleet: Fleet) -> Maintenance:
    """Return the windows that the files of a fleet declare."""
    return Maintenance(tuple(window_on(fleet, written) for written in fleet.maintenance))


def window_on(fleet: Fleet, written: MaintenanceWindow) -> Window:
    """Return one window on a fleet; anew after each reload."""
    zones = {site.id: ZoneInfo(site.timezone) for site in fleet.sites if written.concerns(site)}
    below = _below(fleet, frozenset(written.nodes))
    links = (
        f"{site.id}/{ComponentKind.LINK}/{link.id}"
        for site in fleet.sites
        for link in site.links
        if not below.isdisjoint(link.node)
    )
    nodes = (f"{ComponentKind.NODE}/{name}" for name in written.nodes)
    keys = frozenset([*nodes, *links]) if below else frozenset()
    return Window(written, zones, keys, fleet.ended.get(written.id))


def _below(fleet: Fleet, above: frozenset[str]) -> frozenset[str]:
    """Return nodes together with all that hang on them."""
    found = above
    for _ in fleet.nodes if above else ():
        further = found | {node.id for node in fleet.nodes if not found.isdisjoint(node.parent)}
        if further == found:
            break
        found = further
    return found


def _is_part(component: Component, parts: tuple[str, ...]) -> bool:
    return not parts or component.kind in parts or component.path in parts


def _unexplained(root: Component, touched: Sequence[Component]) -> list[Component]:
    """Return what must be covered: all but what lies behind a link or a power source that is."""
    explains = root.kind in _EXPLAINS_OTHERS
    others = [
        part
        for part in touched
        if part.key != root.key
        and (not explains or part.kind in _EXPLAINS_OTHERS or is_life_critical(part))
    ]
    return [root, *others]
