"""How long the running loop stood still: a beat every millisecond, and the longest wait for one."""

import asyncio
import time
from dataclasses import dataclass
from typing import Self

BEAT_S = 0.001


@dataclass(frozen=True, slots=True)
class Stall:
    """A beat came so much late, and in that time the thread itself computed so much.

    What is left was the machine's: the processor was with somebody else.
    """

    late_s: float = 0.0
    computed_s: float = 0.0


class Heartbeat:
    """Use as a context manager on a running loop."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._last_s, self._last_cpu_s = time.perf_counter(), time.thread_time()
        self._worst = Stall()
        self._timer = self._loop.call_later(BEAT_S, self._beat)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def worst(self) -> Stall:
        """Return the longest stall since this was last asked, up to now."""
        self._look()
        worst, self._worst = self._worst, Stall()
        return worst

    def _beat(self) -> None:
        self._look()
        self._timer = self._loop.call_later(BEAT_S, self._beat)

    def _look(self) -> None:
        now_s, now_cpu_s = time.perf_counter(), time.thread_time()
        late_s = now_s - self._last_s - BEAT_S
        if late_s > self._worst.late_s:
            self._worst = Stall(late_s, now_cpu_s - self._last_cpu_s)
        self._last_s, self._last_cpu_s = now_s, now_cpu_s
