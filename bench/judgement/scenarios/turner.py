"""Turns the shipped scheduler by hand: an hour in seconds.

`Scheduler.serve` waits for the next turn of the loop, which comes at once here, for the clock,
whose time comes when nothing is due before, or for something to be set.
"""

import asyncio
import heapq
import itertools
import math
from collections.abc import Callable, Coroutine
from typing import Any

from bench.judgement.scenarios.clock import HandClock, Pause

Call = Callable[[], None]


class Turner:
    """Holds what is due when, in order; what is due at one instant is called in turn of asking."""

    def __init__(self, clock: HandClock) -> None:
        self._clock = clock
        self._order = itertools.count()
        self._due: list[tuple[float, int, Call]] = []
        self._serving: Coroutine[Any, Any, None] | None = None
        self._pause: Pause | asyncio.Future[Any] | None = None

    def serve(self, serving: Coroutine[Any, Any, None]) -> None:
        """Turn this coroutine from now on."""
        self._serving, self._pause = serving, None

    def end(self) -> None:
        """Let go of the coroutine and of all that was due, as a kill does."""
        if self._serving is not None:
            self._serving.close()
        self._serving = None
        self._due.clear()

    def after(self, seconds: float, call: Call) -> None:
        """Have something called so long from now."""
        entry = (self._clock.elapsed_s + seconds, next(self._order), call)
        heapq.heappush(self._due, entry)

    def run(self, until_s: float) -> None:
        """Let time pass, up to an instant."""
        while True:
            self._turn()
            next_s = min(self._due[0][0] if self._due else until_s, self._waking_s())
            if next_s >= until_s:
                self._clock.move_to(until_s)
                return
            self._clock.move_to(next_s)
            while self._due and self._due[0][0] <= self._clock.elapsed_s:
                heapq.heappop(self._due)[2]()

    def _turn(self) -> None:
        """Turn the coroutine until it waits for something that is not there yet."""
        while self._serving is not None and self._is_awake():
            self._pause = self._serving.send(None)

    def _is_awake(self) -> bool:
        pause = self._pause
        if pause is None:
            return True
        if isinstance(pause, asyncio.Future):
            return pause.done()
        is_set = pause.event is not None and pause.event.is_set()
        return is_set or self._clock.monotonic() >= pause.until_s - 1e-9

    def _waking_s(self) -> float:
        if not isinstance(self._pause, Pause):
            return math.inf
        return self._pause.until_s - self._clock.monotonic() + self._clock.elapsed_s
