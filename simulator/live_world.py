"""The world as it lives: actions and time go in, changes of the way and truths come out.

Pure: it knows no clock, socket or file. Whoever owns it tells it the time, carries `Turn.set`
to the path process, and writes `Turn.happened` down with the instant at which that was done.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from simulator.agenda import Agenda
from simulator.fault import Condition, Fault, fault_of
from simulator.live_site import LiveSite
from simulator.plant import MAINS, Occurrence
from simulator.power_document import power_document
from simulator.topology import ways_of
from simulator.truth import Happening
from simulator.world import World


@dataclass(frozen=True, slots=True)
class Turn:
    """What came of something: new conditions of stretches, and what happened, in order."""

    set: dict[str, dict[str, object]]
    happened: list[Happening]


class LiveWorld:
    """Actions (`deeds.apply`) and `advance` change it; `take` hands over what came of that."""

    def __init__(self, world: World, started_at: datetime) -> None:
        self.world = world
        self.agenda = Agenda()
        self.worst_lateness_s = 0.0
        self.sites = {site.id: LiveSite.of(site, world.time_scale) for site in world.sites}
        self._started_at = started_at
        self._ways = ways_of(world)
        self._rank = {component: rank for rank, component in enumerate(self._ways)}
        self._places = self._find_places()
        self._conditions: dict[str, Condition] = {}
        self._faults: dict[str, Fault] = {}
        self._changed: dict[str, None] = {}
        self._unsettled: dict[str, None] = {}
        self._happened: list[Happening] = []
        self._behind: defaultdict[str, list[str]] = defaultdict(list)
        for component, way in self._ways.items():
            for key in {key for chain in (*way.chains, way.last) for key in chain}:
                self._behind[key].append(component)
        self._begin()

    def _find_places(self) -> dict[str, tuple[str, str]]:
        places = {}
        for site in self.world.sites:
            parts = (*site.loads, *(f"{load}/address" for load in site.loads))
            places[site.id] = (site.id, "site")
            places |= {f"{site.id}/{part}": (site.id, part) for part in parts}
        return places

    def _begin(self) -> None:
        for site in self.world.sites:
            for link in site.links:
                if not link.impairment.is_clear:
                    self.condition(f"{site.id}/link/{link.id}").impairment = link.impairment
            for name, answer in self.sites[site.id].services.items():
                if answer.fails:
                    self.condition(f"{site.id}/service/{name}").failing = True
            self.follow_power(site.id, [])
        self.settle()

    def at(self, now_s: float) -> datetime:
        """Return the wall clock at an instant: that of the start, moved by the monotonic one."""
        return self._started_at + timedelta(seconds=now_s)

    def next_due_s(self) -> float:
        """Return when `advance` has something to do next; infinite if never."""
        return self.agenda.next_due_s()

    def advance(self, now_s: float) -> None:
        """Let time pass: the timeline, flapping, and everything that power does by itself."""
        self.worst_lateness_s = max(self.worst_lateness_s, self.agenda.run(now_s))

    def take(self) -> Turn:
        """Return what has changed since the last call."""
        turn = Turn(
            {key: self._conditions[key].on_the_wire() for key in self._changed}, self._happened
        )
        self._changed, self._happened = {}, []
        return turn

    def condition(self, key: str) -> Condition:
        """Return the condition of a stretch in order to change it; `settle` finds what follows."""
        self._changed[key] = self._unsettled[key] = None
        return self._conditions.setdefault(key, Condition())

    def tell(self, key: str, what: str, **facts: object) -> None:
        """Note something that happened to a stretch or component."""
        site, component = self._places.get(key, ("", key))
        self._happened.append(Happening(site, component, what, facts))

    def settle(self) -> None:
        """Find out which components this made unreachable, or brought back, and tell."""
        affected = {part for key in self._unsettled for part in self._behind[key]}
        self._unsettled = {}
        for component in sorted(affected, key=self._rank.__getitem__):
            before = self._faults.get(component)
            fault = fault_of(self._ways[component], self._conditions, before)
            if fault == before:
                continue
            if fault is None:
                gone = self._faults.pop(component)
                self.tell(component, "up", cause=str(gone.cause), root=gone.root)
            else:
                self._faults[component] = fault
                self.tell(component, "down", cause=str(fault.cause), root=fault.root)

    def advance_power(self, site_id: str, now_s: float) -> None:
        """Bring a site's power to the present, before something is done to it."""
        self.follow_power(site_id, self.sites[site_id].plant.advance(now_s))

    def follow_power(self, site_id: str, occurrences: Sequence[Occurrence]) -> None:
        """Tell what happened to a site's power, darken what has none, and plan what is next."""
        live = self.sites[site_id]
        for occurrence in occurrences:
            self._tell_power(live, occurrence)
        dark = live.dark_loads()
        for key in live.dark.keys() | dark.keys():
            if live.dark.get(key) != dark.get(key):
                self.condition(key).dark_by = dark.get(key)
        live.dark = dark
        self.settle()
        self._plan(live)

    def _tell_power(self, live: LiveSite, occurrence: Occurrence) -> None:
        unit = occurrence.unit
        facts: dict[str, object] = {}
        if unit in live.plant.ups:
            ups = live.plant.ups[unit]
            facts = {"charge_ratio": round(ups.charge_ratio, 4), "runtime_s": round(ups.runtime_s)}
        path = unit if unit == MAINS else f"power/{unit}"
        self._happened.append(Happening(live.site.id, path, occurrence.what, facts))

    def _plan(self, live: LiveSite) -> None:
        due_s = live.plant.next_due_s()
        if due_s != live.wakes_at_s:
            live.wakes_at_s = due_s
            self.agenda.at(due_s, partial(self._wake, live))

    def _wake(self, live: LiveSite, due_s: float) -> None:
        if due_s == live.wakes_at_s:  # else something came before and planned anew
            self.advance_power(live.site.id, due_s)

    def broken(self) -> dict[str, Fault]:
        """Return every component that does not work now, by key, with the reason."""
        return dict(self._faults)

    def components(self, site_id: str) -> dict[str, Fault | None]:
        """Return every component of a site by its path, and what is wrong with it if anything."""
        keys = (site_id, *(f"{site_id}/{load}" for load in self.sites[site_id].site.loads))
        return {self._places[key][1]: self._faults.get(key) for key in keys}

    def document(self, site_id: str, unit: str, now_s: float) -> dict[str, Any] | None:
        """Return the power document of a unit as its site serves it now; None if unknown."""
        return power_document(self.sites[site_id], unit, self.at(now_s), now_s)
