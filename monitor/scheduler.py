"""When each probe runs: on its grid, sooner on doubt, and two of one at a time only in doubt.

A ping that is to be asked again sooner than it is given up does not wait for that.

No task and no timer per probe: what is due comes round on a timer wheel of 10 ms, and what the
runs brought back is folded in batches, a slice of the loop's time after the other.
"""

import asyncio
import math
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

from config.component import Probe
from monitor.backlog import Answer, Backlog
from monitor.grid import next_instant_ms, phase_ms
from monitor.ports import Clock, Telemetry
from monitor.start_pace import StartPace
from probes.reading import Reading
from probes.runs import Question
from probes.wheel import TICK_NS, Wheel

START_SLICE_S, FOLD_SLICE_S = 0.01, 0.03
"""How long runs may be started, and then answers folded, before the loop turns.

In a mass outage both are more than the time there is. An answer has to be folded within the time
for which a verdict is held (8 s), and may take more of it; a start may be 200 ms late.
"""
_TICK_S = TICK_NS / 1e9
_MS_NS = 1_000_000
_TICK_MS = TICK_NS // _MS_NS
_UNPLACED = 2**62


class Next(NamedTuple):
    """What a run asks for: the next one soon, and fresh answers from others."""

    fast: bool = False
    hasten: tuple[str, ...] = ()


Fold = Callable[[Probe, Reading, float], Next]
"""Takes what a run brought back and the monotonic instant of its start."""


@dataclass(slots=True, eq=False)
class _Entry:
    probe: Probe
    question: Question
    interval_ms: int
    phase: int
    due_ms: int = _UNPLACED
    started_ms: int = -(10**9)
    under_way: int = 0
    overlapped: bool = False
    doubtful: bool = False
    again: bool = False
    urgent: bool = False
    retired: bool = False


def _may_start(entry: _Entry) -> bool:
    """Tell whether a run may begin beside those under way: in doubt, of a probe that overlaps."""
    if not entry.under_way:
        return True
    probe = entry.probe
    if not (entry.doubtful and probe.overlaps):
        return False
    return entry.under_way <= math.ceil(probe.settings.timeout / probe.reprobe_s)


def _soonest_ms(entry: _Entry, now_ms: int) -> int:
    return max(now_ms, entry.started_ms + round(entry.probe.reprobe_s * 1000))


class Scheduler:
    """One timer wheel for all probes. `prepare` is asked once for each, `fold` for every run."""

    def __init__(
        self, prepare: Callable[[Probe], Question], fold: Fold, clock: Clock, telemetry: Telemetry
    ) -> None:
        self._prepare = prepare
        self._fold = fold
        self._clock = clock
        self._telemetry = telemetry
        self._entries: dict[str, _Entry] = {}
        self._wheel: Wheel[_Entry] = Wheel()
        self._new: list[_Entry] = []
        self._urgent: deque[_Entry] = deque()
        self._on_grid: deque[_Entry] = deque()
        self._pace = StartPace()
        self._answers: Backlog[_Entry] = Backlog()
        self._placed = asyncio.Event()
        self._wake = asyncio.Event()
        self._waking_s = 0.0

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def waiting(self) -> int:
        """Return how many entries the wheel holds, outdated ones included."""
        return len(self._wheel)

    def plan(
        self, probes: Mapping[str, Probe], phases: Mapping[str, float] = MappingProxyType({})
    ) -> None:
        """Take over a set of probes; those that did not change keep their place.

        `phases` are places in the interval, 0 to below 1, for probes that take turns; the others
        have one from their key.
        New ones get their first instants when `serve` takes its next turn: to prepare 19,000 of
        them takes a second, and what fell due meanwhile would all start late, at once.
        """
        for gone in self._entries.keys() - probes.keys():
            self._entries.pop(gone).retired = True
        for key, probe in probes.items():
            held = self._entries.get(key)
            interval_ms = max(1, round(probe.interval_s * 1000))
            place = phases.get(key)
            phase = phase_ms(key, interval_ms) if place is None else int(place * interval_ms)
            phase = phase // _TICK_MS * _TICK_MS
            if held is not None and held.probe == probe:
                held.probe = probe  # the same question; as one object it is quicker to compare
                held.phase = phase
                continue
            if held is not None:
                held.retired = True
            entry = _Entry(probe, self._prepare(probe), interval_ms, phase)
            self._entries[key] = entry
            self._new.append(entry)
        self._pace.plan(sum(1000 / entry.interval_ms for entry in self._entries.values()))
        self._wake.set()

    async def placed(self) -> None:
        """Wait until what was planned has its first instants: from then on it is asked."""
        await self._placed.wait()

    def hasten(self, keys: Iterable[str]) -> None:
        """Run these now, unless they are under way already: then once more, afterwards.

        But none sooner than its re-probe time after it last began: parts that fail at random
        would excite each other without end, and a mass outage would flood the anchors.
        """
        now_ms = self._now_ms()
        for key in keys:
            entry = self._entries.get(key)
            if entry is None:
                continue
            is_held_up = entry.due_ms <= now_ms and not entry.urgent
            if entry.under_way:
                entry.again = True
            elif _soonest_ms(entry, now_ms) < entry.due_ms or is_held_up:
                self._put(entry, _soonest_ms(entry, now_ms), urgent=True)
                self._wake.set()

    async def serve(self) -> None:
        """Start every run at its time and fold what comes back. Ends by cancellation.

        An exception of `fold` is a bug, and ends it too.
        """
        while True:
            self._place_new()
            self._take_due()
            while self._has_work():
                self._work()
                await asyncio.sleep(0)
                self._take_due()
            await self._until_next()

    def _has_work(self) -> bool:
        return bool(self._urgent or self._answers or (self._on_grid and self._allowed()))

    def _work(self) -> None:
        """Start what is due and fold what came back, each for a slice of time of its own.

        If what is due came first for as long as there is any, answers would wait, and what is
        in doubt be asked again and again without ever being judged.
        """
        self._start_due()
        now_s = self._clock.monotonic()
        until_s = now_s + FOLD_SLICE_S
        while self._answers:
            answer = self._answers.take(now_s)
            self._follow(answer.entry, answer.reading, answer.started_s)
            now_s = self._clock.monotonic()
            if now_s >= until_s:
                break

    def _start_due(self) -> None:
        """Start what fell due, the oldest first: what is urgent, and of the grid what may begin."""
        until_s = self._clock.monotonic() + START_SLICE_S
        allowed, begun = self._allowed(), 0
        while (entry := self._next_due(is_grid_allowed=begun < allowed)) is not None:
            is_on_grid = not entry.urgent
            begun += self._start(entry) and is_on_grid
            if self._clock.monotonic() >= until_s:
                break
        now_s = self._waking_s = self._clock.monotonic()
        self._pace.begun(begun, now_s, is_behind=bool(self._on_grid))

    def _next_due(self, *, is_grid_allowed: bool) -> _Entry | None:
        grid = self._on_grid if is_grid_allowed else None
        if self._urgent and not (grid and grid[0].due_ms < self._urgent[0].due_ms):
            return self._urgent.popleft()
        return grid.popleft() if grid else None

    def _allowed(self) -> int:
        return self._pace.allowed(self._clock.monotonic(), self._waking_s)

    def _place_new(self) -> None:
        now_ms = self._now_ms()
        for entry in self._new:
            if entry.due_ms == _UNPLACED:  # else somebody was in a hurry
                self._put(entry, next_instant_ms(now_ms, entry.interval_ms, entry.phase))
        self._new.clear()
        self._placed.set()

    def _take_due(self) -> None:
        for entry in self._wheel.take_due(self._now_ms() * _MS_NS):
            (self._urgent if entry.urgent else self._on_grid).append(entry)

    def _start(self, entry: _Entry) -> bool:
        """Start a run; return whether it was wanted any more."""
        now_s = self._clock.monotonic()
        now_ms = int(now_s * 1000)
        if entry.due_ms > now_ms or not _may_start(entry) or entry.retired:
            return False  # moved, or retired, after it was put on the wheel
        self._telemetry.probe_late((now_ms - entry.due_ms) / 1000)
        entry.overlapped |= entry.under_way > 0
        entry.under_way += 1
        entry.started_ms = now_ms
        entry.question(entry.doubtful, lambda reading: self._answered(entry, reading, now_s))
        if _may_start(entry):
            self._put(entry, _soonest_ms(entry, now_ms), urgent=True)
        return True

    def _answered(self, entry: _Entry, reading: Reading, started_s: float) -> None:
        """Keep what came back for the next turn, which is at most one tick away."""
        now_s = self._clock.monotonic()
        self._answers.put(entry.probe, Answer(entry, reading, started_s, now_s))
        if self._waking_s - now_s > _TICK_S:
            self._wake.set()

    def _follow(self, entry: _Entry, reading: Reading, started_s: float) -> None:
        following = self._fold(entry.probe, reading, started_s)
        entry.under_way -= 1
        if entry.retired:
            return  # meanwhile
        is_urgent = following.fast or entry.again
        self._put(entry, self._following_ms(entry, following), urgent=is_urgent)
        entry.overlapped = entry.overlapped and entry.under_way > 0
        if following.hasten:
            self.hasten(key for key in following.hasten if key != entry.probe.key)

    def _following_ms(self, entry: _Entry, following: Next) -> int:
        now_ms = self._now_ms()
        entry.doubtful = following.fast
        grid_ms = next_instant_ms(entry.started_ms, entry.interval_ms, entry.phase)
        if grid_ms <= now_ms:  # the run outlasted its interval
            passed = (now_ms - grid_ms) // entry.interval_ms + 1
            if not entry.overlapped:
                self._telemetry.runs_skipped(passed)
            grid_ms += passed * entry.interval_ms
        wanted_soon = following.fast or entry.again
        entry.again = False
        return min(grid_ms, _soonest_ms(entry, now_ms)) if wanted_soon else grid_ms

    def _put(self, entry: _Entry, due_ms: int, *, urgent: bool = False) -> None:
        entry.due_ms, entry.urgent = due_ms, urgent
        self._wheel.add(due_ms * _MS_NS, entry)

    async def _until_next(self) -> None:
        self._wake.clear()
        next_ns = self._wheel.next_ns()
        if self._on_grid:  # it waits for its turn
            soon_ns = self._now_ms() * _MS_NS + TICK_NS
            next_ns = soon_ns if next_ns is None else min(next_ns, soon_ns)
        if next_ns is None:
            self._waking_s = float("inf")
            await self._wake.wait()
            return
        self._waking_s = next_ns / 1e9
        wait_ms = next_ns // _MS_NS - self._now_ms()
        if wait_ms > 0:
            await self._clock.wait(self._wake, wait_ms / 1000)

    def _now_ms(self) -> int:
        return int(self._clock.monotonic() * 1000)
