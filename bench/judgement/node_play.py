"""A node with its children under the shipped watch, on a clock of its own: who is asked when.

The scheduler's rules in little: a grid in turns, `reprobe` after the last start in doubt, and
siblings at once when one asks for them. Losses are known when a probe is given up.
"""

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

from config.component import Probe
from config.fleet import Fleet
from config.settings import Settings
from config.site import Node, Site
from monitor.events import AnyEvent, IncidentEvent
from monitor.judge.habit import Habit
from monitor.sight.sight import Surroundings
from monitor.watch import Watch
from probes.reading import Reading, Reason

NODE = "pop"
ROUND_TRIP_S = 0.02
_ANCHOR = "192.0.2.254"
"""Answers always: that we see is not what is measured here."""
_TICK_S = 0.5
_EPOCH = datetime(2026, 11, 21, tzinfo=UTC)
_ASK, _FOLD, _TICK = 0, 1, 2

IsLost = Callable[[int, float], bool]
"""Takes a child's number and the instant at which it is asked."""


def node_of(children: int) -> Fleet:
    """Return a node with as many clinics of one link each, asked every 30 s."""
    sites = [
        Site.model_validate(
            {
                "id": f"cs-{number}",
                "name": f"Centro de Salud {number}",
                "links": [
                    {"id": "cfe", "node": NODE, "probes": [{"kind": "icmp", "target": "192.0.2.1"}]}
                ],
            }
        )
        for number in range(children)
    ]
    settings = Settings.model_validate({"include": ["x.yaml"], "vantage": "bench"})
    return Fleet(settings, tuple(sites), (Node(id=NODE),))


@dataclass(slots=True)
class NodePlay:
    """One life of a node. `told` is what people were told, in order."""

    fleet: Fleet
    is_lost: IsLost
    watch: Watch = field(init=False)
    told: list[IncidentEvent] = field(default_factory=list)
    now_s: float = 0.0
    children: int = 0
    _probes: list[Probe] = field(init=False)
    _place: dict[str, int] = field(init=False)
    _phase_s: list[float] = field(init=False)
    _due_s: list[float] = field(init=False)
    _started_s: list[float] = field(init=False)
    _running: list[bool] = field(init=False)
    _again: list[bool] = field(init=False)
    _events: list[tuple[float, int, int, int, Reading | None]] = field(default_factory=list)
    _order: Iterator[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        number = count(1)
        self.watch = Watch(self.fleet, Surroundings((_ANCHOR,)), lambda _: str(next(number)))
        phases, probes = self.watch.phases(), self.watch.probes()
        others = [probe for key, probe in probes.items() if key not in phases]
        self._probes = [probe for key, probe in probes.items() if key in phases] + others
        self.children = len(phases)
        self._place = {probe.key: place for place, probe in enumerate(self._probes)}
        self._phase_s = [phases.get(probe.key, 0.5) * probe.interval_s for probe in self._probes]
        self._started_s = [-1e9] * len(self._probes)
        self._running = [False] * len(self._probes)
        self._again = [False] * len(self._probes)
        self._due_s = [0.0] * len(self._probes)

    def phase_s(self, child: int) -> float:
        """Return where in its interval a child is asked."""
        return self._phase_s[child]

    def knowing(self, habits: list[Habit], since_s: float) -> None:
        """Begin at an instant, all having answered so far, with what was learned of each link."""
        self.now_s = since_s
        for child, probe in enumerate(self._probes):
            standing = self.watch.standing(probe.component)
            if standing is None:
                raise KeyError(probe.component)
            judge = standing.beliefs[probe.key].judge
            if child < self.children:
                judge.habit = habits[child % len(habits)]
            last_s = self._grid_after(child, since_s) - probe.interval_s
            self._fold(child, last_s + ROUND_TRIP_S, Reading(True, ROUND_TRIP_S))
            judge.calm = 20
            self._plan(child, self._grid_after(child, since_s))
        self._push(since_s, _TICK, 0, None)

    def until(self, until_s: float) -> None:
        """Play on."""
        while self._events and self._events[0][0] <= until_s:
            at_s, _, what, child, reading = heapq.heappop(self._events)
            self.now_s = at_s
            if what == _TICK:
                self._take(self.watch.tick(at_s, at(at_s)))
                self._push(at_s + _TICK_S, _TICK, 0, None)
            elif what == _ASK:
                self._ask(child, at_s)
            elif reading is not None:
                self._fold(child, at_s, reading)
        self.now_s = until_s

    def _ask(self, child: int, at_s: float) -> None:
        if self._running[child] or at_s != self._due_s[child]:
            return  # moved after it was planned
        probe = self._probes[child]
        self._running[child], self._started_s[child] = True, at_s
        lost_s = probe.settings.timeout
        lost = child < self.children and self.is_lost(child, at_s)
        reading = (
            Reading.failed(Reason.NO_REPLY, "", lost_s) if lost else Reading(True, ROUND_TRIP_S)
        )
        self._push(at_s + reading.duration_s, _FOLD, child, reading)

    def _fold(self, child: int, at_s: float, reading: Reading) -> None:
        probe = self._probes[child]
        outcome = self.watch.observe(probe, reading, at_s, at(at_s))
        self._take(outcome.events)
        is_wanted, self._again[child] = outcome.fast or self._again[child], False
        self._running[child] = False
        grid_s = self._grid_after(child, at_s)
        self._plan(child, min(grid_s, self._soonest_s(child, at_s)) if is_wanted else grid_s)
        for key in outcome.hasten:
            self._hasten(self._place.get(key, child), child, at_s)

    def _hasten(self, child: int, but: int, at_s: float) -> None:
        if child == but:
            return
        if self._running[child]:
            self._again[child] = True
        elif self._soonest_s(child, at_s) < self._due_s[child]:
            self._plan(child, self._soonest_s(child, at_s))

    def _soonest_s(self, child: int, at_s: float) -> float:
        return max(at_s, self._started_s[child] + self._probes[child].reprobe_s)

    def _grid_after(self, child: int, at_s: float) -> float:
        interval_s = self._probes[child].interval_s
        turns = (at_s - self._phase_s[child]) // interval_s + 1
        return turns * interval_s + self._phase_s[child]

    def _plan(self, child: int, due_s: float) -> None:
        self._due_s[child] = due_s
        self._push(due_s, _ASK, child, None)

    def _push(self, at_s: float, what: int, child: int, reading: Reading | None) -> None:
        heapq.heappush(self._events, (at_s, next(self._order), what, child, reading))

    def _take(self, events: list[AnyEvent]) -> None:
        self.told += [event for event in events if isinstance(event, IncidentEvent)]


def at(at_s: float) -> datetime:
    """Return the wall clock of an instant of the play."""
    return _EPOCH + timedelta(seconds=at_s)
