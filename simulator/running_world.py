"""The living world against the real clock: one change at a time, carried out and written down."""

import asyncio
import contextlib
import math
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from simulator import deeds
from simulator.action import Action
from simulator.live_world import LiveWorld
from simulator.namespace import Ends
from simulator.timeline import Timeline
from simulator.truth import TruthLog
from simulator.world import World


class Path(Protocol):
    """What carries the packets, as `PathProcess` does."""

    async def set(self, conditions: Mapping[str, object]) -> float:
        """Change stretches; return the monotonic instant from which that holds."""

    async def stats(self, *, reset: bool = False) -> dict[str, Any]:
        """Return counters and the worst lateness, which `reset` starts anew."""


@dataclass(frozen=True, slots=True)
class Start:
    """The instant of the start, by the wall and by the monotonic clock."""

    at: datetime
    monotonic_s: float

    @classmethod
    def now(cls) -> "Start":
        return cls(datetime.now(UTC), time.monotonic())


class RunningWorld:
    """Every change goes through here, so the path, the physics and the truth agree in order."""

    def __init__(self, world: World, ends: Ends, path: Path, truth: TruthLog, start: Start) -> None:
        self.live = LiveWorld(world, start.at)
        self.timeline = Timeline(self.live)
        self.truth = truth
        self._ends = ends
        self._path = path
        self._start = start
        self._one_at_a_time = asyncio.Lock()
        self._replan = asyncio.Event()
        self._news = asyncio.Condition()

    def now_s(self) -> float:
        """Return seconds since the start, the `t` of the truth log."""
        return time.monotonic() - self._start.monotonic_s

    async def begin(self) -> None:
        """Carry out what the world is like from the start."""
        async with self._one_at_a_time:
            await self._carry_out()

    async def act(self, action: Action) -> int:
        """Do it now; return the number of the last truth record when it was done.

        Raises:
            ValueError: it names something that does not exist; nothing was done.

        """
        async with self._one_at_a_time:
            now_s = self.now_s()
            self.live.advance(now_s)
            deeds.apply(action, self.live, now_s)
            await self._carry_out()
        self._replan.set()
        return self.truth.count

    async def start_timeline(self) -> bool:
        """Let the timeline begin; False if it had."""
        async with self._one_at_a_time:
            first = self.timeline.start(self.now_s())
            await self._carry_out()
        self._replan.set()
        return first

    async def run(self) -> None:
        """Do what is due, when it is due, until cancelled."""
        while True:
            self._replan.clear()
            due_s = self.live.next_due_s()
            wait_s = None if math.isinf(due_s) else max(0.0, due_s - self.now_s())
            try:
                async with asyncio.timeout(wait_s):
                    await self._replan.wait()
            except TimeoutError:
                async with self._one_at_a_time:
                    self.live.advance(self.now_s())
                    await self._carry_out()

    async def news(self, since: int, limit: int, wait_s: float) -> list[dict[str, Any]]:
        """Return truth records after number `since`, waiting up to `wait_s` for the first."""
        if wait_s and self.truth.count <= since:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait_s), self._news:
                    await self._news.wait_for(lambda: self.truth.count > since)
        return self.truth.since(since, limit)

    async def status(self, *, reset_lateness: bool) -> dict[str, Any]:
        """Return what the simulator says of itself and of what is broken now."""
        path = await self._path.stats(reset=reset_lateness)
        late_s = self.live.worst_lateness_s
        if reset_lateness:
            self.live.worst_lateness_s = 0.0
        return {
            "t": round(self.now_s(), 6),
            "at": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "pid": os.getpid(),
            "near_fd": self._ends.near.namespace,
            "unprivileged": self._ends.in_user_namespace,
            "sites": len(self.live.sites),
            "truths": self.truth.count,
            "timeline": {"remaining": self.timeline.remaining},
            "worst_lateness_s": round(max(late_s, path.pop("worst_lateness_s")), 6),
            "path": path,
            "broken": {
                key: {"cause": fault.cause, "root": fault.root}
                for key, fault in self.live.broken().items()
            },
        }

    def site_status(self, site_id: str) -> dict[str, Any]:
        """Return each component of a site with what is wrong with it, and its power document."""
        return {
            "components": {
                path: {
                    "works": fault is None,
                    "cause": None if fault is None else fault.cause,
                    "root": None if fault is None else fault.root,
                }
                for path, fault in self.live.components(site_id).items()
            },
            "power": self.live.document(site_id, "", self.now_s()),
        }

    async def _carry_out(self) -> None:
        turn = self.live.take()
        t_s = self.now_s()
        if turn.set:
            t_s = await self._path.set(turn.set) - self._start.monotonic_s
        if not turn.happened:
            return
        self.truth.write(t_s, turn.happened)
        async with self._news:
            self._news.notify_all()
