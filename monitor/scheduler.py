"""When each probe runs: on its grid, sooner on doubt, and never two of one at a time."""

import asyncio
import heapq
import itertools
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass

from config.component import Probe
from monitor.grid import next_instant_ms, phase_ms
from monitor.ports import Clock, Telemetry

log = logging.getLogger(__name__)

STALL_MS = 250
"""Grid runs later than this were held up together: they are spread again, not fired at once."""
SPREAD_MS = 2_000


@dataclass(frozen=True, slots=True)
class Next:
    """What a run asks for: the next one soon, and fresh answers from others."""

    fast: bool = False
    hasten: tuple[str, ...] = ()


Run = Callable[[Probe, bool], Awaitable[Next]]
"""Runs one probe; the flag says that it is in doubt (and wants a fresh id)."""


@dataclass(slots=True)
class _Entry:
    probe: Probe
    interval_ms: int
    phase: int
    due_ms: int = 0
    started_ms: int = -(10**9)
    ticket: int = 0
    running: bool = False
    doubtful: bool = False
    again: bool = False
    spread: bool = False


def _soonest_ms(entry: _Entry, now_ms: int) -> int:
    return max(now_ms, entry.started_ms + round(entry.probe.reprobe_s * 1000))


class Scheduler:
    """One heap for all probes; each run is a task of its own, named after its probe."""

    def __init__(self, run: Run, clock: Clock, telemetry: Telemetry) -> None:
        self._run = run
        self._clock = clock
        self._telemetry = telemetry
        self._entries: dict[str, _Entry] = {}
        self._heap: list[tuple[int, int, str]] = []
        self._tickets = itertools.count(1)
        self._wake = asyncio.Event()
        self.skipped = 0

    def __len__(self) -> int:
        return len(self._entries)

    def plan(self, probes: Mapping[str, Probe]) -> None:
        """Take over a set of probes; those that did not change keep their place."""
        for gone in self._entries.keys() - probes.keys():
            del self._entries[gone]
        for key, probe in probes.items():
            held = self._entries.get(key)
            if held is not None and held.probe == probe:
                held.probe = probe  # the same question; as one object it is quicker to compare
                continue
            interval_ms = max(1, round(probe.interval_s * 1000))
            entry = _Entry(probe, interval_ms, phase_ms(key, interval_ms))
            self._entries[key] = entry
            self._put(entry, next_instant_ms(self._now_ms(), interval_ms, entry.phase))
        self._wake.set()

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
            if entry.running:
                entry.again = True
            elif _soonest_ms(entry, now_ms) < entry.due_ms:
                self._put(entry, _soonest_ms(entry, now_ms))
        self._wake.set()

    async def serve(self) -> None:
        """Start every run at its time. Ends by cancellation, and its runs with it."""
        async with asyncio.TaskGroup() as runs:
            while True:
                self._start_due(runs)
                await self._until_next()

    def _start_due(self, runs: asyncio.TaskGroup) -> None:
        now_ms = self._now_ms()
        while self._heap and self._heap[0][0] <= now_ms:
            due_ms, ticket, key = heapq.heappop(self._heap)
            entry = self._entries.get(key)
            if entry is None or entry.ticket != ticket or entry.running:
                continue
            late_ms = now_ms - due_ms
            self._telemetry.probe_late(late_ms / 1000)
            if late_ms > STALL_MS and not (entry.doubtful or entry.spread):
                self._spread(entry, now_ms)
                continue
            entry.running, entry.spread = True, False
            runs.create_task(self._one(entry), name=key)

    async def _one(self, entry: _Entry) -> None:
        entry.started_ms = self._now_ms()
        following = await self._run(entry.probe, entry.doubtful)
        entry.running = False
        if self._entries.get(entry.probe.key) is not entry:
            return  # replaced or retired meanwhile
        self._follow(entry, following)
        self.hasten(key for key in following.hasten if key != entry.probe.key)

    def _follow(self, entry: _Entry, following: Next) -> None:
        now_ms = self._now_ms()
        entry.doubtful = following.fast
        grid_ms = next_instant_ms(entry.started_ms, entry.interval_ms, entry.phase)
        if grid_ms <= now_ms:  # the run outlasted its interval
            passed = (now_ms - grid_ms) // entry.interval_ms + 1
            self.skipped += passed
            grid_ms += passed * entry.interval_ms
        wanted_soon = following.fast or entry.again
        entry.again = False
        self._put(entry, min(grid_ms, _soonest_ms(entry, now_ms)) if wanted_soon else grid_ms)
        self._wake.set()

    def _spread(self, entry: _Entry, now_ms: int) -> None:
        span_ms = min(entry.interval_ms, SPREAD_MS)
        self._put(entry, now_ms + 1 + entry.phase * span_ms // entry.interval_ms)
        entry.spread = True  # once: then it runs, however late

    def _put(self, entry: _Entry, due_ms: int) -> None:
        entry.due_ms, entry.ticket = due_ms, next(self._tickets)
        heapq.heappush(self._heap, (due_ms, entry.ticket, entry.probe.key))

    async def _until_next(self) -> None:
        self._wake.clear()
        if not self._heap:
            await self._wake.wait()
            return
        wait_s = (self._heap[0][0] - self._now_ms()) / 1000
        if wait_s > 0:
            await self._clock.wait(self._wake, wait_s)

    def _now_ms(self) -> int:
        return int(self._clock.monotonic() * 1000)
