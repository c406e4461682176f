"""A timer wheel, with ticks of 10 ms unless told otherwise: what is due, no timer for each."""

import heapq
from typing import Generic, TypeVar

TICK_NS = 10_000_000

T = TypeVar("T")


class Wheel(Generic[T]):
    """Entries fall due at the first tick at or after their instant, never before it."""

    def __init__(self, tick_ns: int = TICK_NS) -> None:
        self._tick_ns = tick_ns
        self._slots: dict[int, list[T]] = {}
        self._ticks: list[int] = []

    def __len__(self) -> int:
        return sum(map(len, self._slots.values()))

    def add(self, due_ns: int, entry: T) -> int:
        """Enter it; return the instant of its tick."""
        tick = -(-due_ns // self._tick_ns)
        slot = self._slots.get(tick)
        if slot is None:
            self._slots[tick] = [entry]
            heapq.heappush(self._ticks, tick)
        else:
            slot.append(entry)
        return tick * self._tick_ns

    def next_ns(self) -> int | None:
        """Return the instant of the earliest tick with entries."""
        return self._ticks[0] * self._tick_ns if self._ticks else None

    def take_due(self, now_ns: int) -> list[T]:
        """Remove and return what is due, in order of ticks, then of entry."""
        due: list[T] = []
        while self._ticks and self._ticks[0] * self._tick_ns <= now_ns:
            due += self._slots.pop(heapq.heappop(self._ticks))
        return due
