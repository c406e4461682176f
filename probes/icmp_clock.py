"""The clocks and the timer of the ICMP engine, and the kernel's stamps on our own time scale."""

import asyncio
import time
from collections.abc import Callable
from typing import NamedTuple, Protocol

STEP_NS = 1_000_000
"""Two readings of (real time - monotonic time) further apart than this: the clock was set.
Slewing, at 500 millionths at most, moves them that far apart in two seconds."""
_TORN_NS = 20_000  # longer than this between the readings, and something else ran in between
_TRIES = 3


class Timer(Protocol):
    def cancel(self) -> None: ...


class EngineClock(Protocol):
    """Two clocks, because the kernel stamps replies by the one that can be set."""

    def monotonic_ns(self) -> int: ...
    def realtime_ns(self) -> int: ...
    def call_later(self, delay_s: float, callback: Callable[[], None]) -> Timer: ...


class LoopClock:
    """The system's clocks and the running loop's timer."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.monotonic_ns = time.monotonic_ns
        self.realtime_ns = time.time_ns
        self._loop = loop

    def call_later(self, delay_s: float, callback: Callable[[], None]) -> Timer:
        return self._loop.call_later(delay_s, callback)


class Sight(NamedTuple):
    """One look at both clocks. A stamp minus `offset_ns` is an instant of the monotonic clock.

    Not `is_steady`: the real-time clock was set since the look before, so a stamp made in between
    may be of either time.
    """

    now_ns: int
    offset_ns: int
    is_steady: bool


class Stamps:
    """Brings the kernel's stamps (real time) to the monotonic clock, a batch at a time."""

    def __init__(self, clock: EngineClock) -> None:
        self._clock = clock
        self._offset_ns = self._look()[1]

    def look(self) -> Sight:
        """Compare the clocks. Between two looks lies a tick, in which slewing moves 5 us."""
        now_ns, offset_ns = self._look()
        is_steady = -STEP_NS <= offset_ns - self._offset_ns <= STEP_NS
        self._offset_ns = offset_ns
        return Sight(now_ns, offset_ns, is_steady)

    def _look(self) -> tuple[int, int]:
        monotonic_ns, realtime_ns = self._clock.monotonic_ns, self._clock.realtime_ns
        for _ in range(_TRIES):
            before_ns = monotonic_ns()
            real_ns = realtime_ns()
            now_ns = monotonic_ns()
            if now_ns - before_ns < _TORN_NS:
                break
        return now_ns, real_ns - (before_ns + now_ns) // 2
