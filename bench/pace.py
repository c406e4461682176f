"""The same pacing for every contender: so many a second, and so many at once at most.

At a low rate the CPU of a probe is mostly that of waking up, so figures of two contenders can
only be compared at one rate, and one that both hold.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

TICK_S = 0.01


@dataclass(frozen=True, slots=True)
class Pace:
    """`per_s` 0 is as fast as `at_once` allows. Else starts fall on ticks, as the daemon's do."""

    per_s: float
    at_once: int

    def due_s(self, number: int) -> float:
        """Return when to start which, counted from the first.

        >>> Pace(per_s=500, at_once=32).due_s(7)
        0.01
        """
        return number // (self.per_s * TICK_S) * TICK_S if self.per_s else 0.0


async def paced(ask: Callable[[str], Awaitable[bool]], targets: Iterable[str], pace: Pace) -> int:
    """Ask every target once, and return how many answered with success."""
    waiting = iter(targets)
    began_s = time.monotonic()
    started = 0
    succeeded = 0

    async def serve() -> None:
        nonlocal started, succeeded
        for target in waiting:
            due_s = began_s + pace.due_s(started)
            started += 1
            await asyncio.sleep(max(0.0, due_s - time.monotonic()))
            is_good = await ask(target)
            succeeded += is_good

    async with asyncio.TaskGroup() as group:
        for number in range(pace.at_once):
            group.create_task(serve(), name=f"bench {number}")
    return succeeded
