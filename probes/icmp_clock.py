"""The clocks and the timer of the ICMP engine."""

import asyncio
import time
from collections.abc import Callable
from typing import Protocol


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
