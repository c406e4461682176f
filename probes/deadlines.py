"""Deadlines of runs: a timer wheel for all of them, instead of a timer of the loop for each.

The meaning is that of `asyncio.timeout`, whose timers cost more than a tenth of a whole HTTP
run: nearly all are set for seconds ahead and cancelled milliseconds later.
"""

import asyncio
import time
from types import TracebackType
from typing import Protocol, Self

from probes.wheel import Wheel

_TICK_NS = 50_000_000


class Expiring(Protocol):
    """What has a deadline."""

    def expire(self) -> None:
        """End it now, unless it is over."""


class Deadline:
    """Ends what its task does inside it by TimeoutError. Use as a context manager, once."""

    __slots__ = ("_cancelling", "_task", "expired")

    def __init__(self, task: asyncio.Task[object]) -> None:
        self._task: asyncio.Task[object] | None = task
        self._cancelling = task.cancelling()
        self.expired = False

    def expire(self) -> None:
        """End it now, unless it is over."""
        if self._task is not None:
            self.expired = True
            self._task.cancel()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        task, self._task = self._task, None
        if not self.expired or task is None:
            return
        is_ours = task.uncancel() <= self._cancelling
        if is_ours and kind is not None and issubclass(kind, asyncio.CancelledError):
            raise TimeoutError from error


class Deadlines:
    """Expires deadlines at the first tick after their time: at most 50 ms late, never early.

    Hundreds a second come and are over before their time; a tick wakes the loop for all of them.
    """

    def __init__(self) -> None:
        self._wheel: Wheel[Expiring] = Wheel(_TICK_NS)
        self._timer: asyncio.TimerHandle | None = None
        self._waking_ns = 0

    def within(self, timeout_s: float) -> Deadline:
        """Return the deadline of the running task, that long from now."""
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("only a task has a deadline")
        deadline = Deadline(task)
        self.add(timeout_s, deadline)
        return deadline

    def add(self, timeout_s: float, expiring: Expiring) -> None:
        """Let it expire, that long from now, whether it is over or not."""
        now_ns = time.monotonic_ns()
        due_ns = self._wheel.add(now_ns + int(timeout_s * 1e9), expiring)
        if self._timer is None or due_ns < self._waking_ns:
            self._wake_at(due_ns, now_ns)

    def close(self) -> None:
        """Expire nothing more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _wake_at(self, due_ns: int, now_ns: int) -> None:
        self.close()
        loop = asyncio.get_running_loop()
        self._waking_ns = due_ns
        self._timer = loop.call_later((due_ns - now_ns) / 1e9, self._expire_due)

    def _expire_due(self) -> None:
        self._timer = None
        for expiring in self._wheel.take_due(time.monotonic_ns()):
            expiring.expire()
        next_ns = self._wheel.next_ns()
        if next_ns is not None:
            self._wake_at(next_ns, time.monotonic_ns())
