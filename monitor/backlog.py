"""What came back and waits to be folded: first what says why others fail."""

from collections import deque
from typing import Generic, NamedTuple, TypeVar

from config.component import Probe
from probes.reading import Reading

T = TypeVar("T")

FAIR_S, FAIR_TURN = 1.0, 4
"""What explains nothing waits for what does; once that has taken so long, each so many folds are
one of them. In a mass outage there is too much of both, and the verdict on a link is not to wait
for the areas behind it, which it explains."""


class Answer(NamedTuple, Generic[T]):
    """What a run of `entry` brought back; monotonic instants."""

    entry: T
    reading: Reading
    started_s: float
    came_s: float


class Backlog(Generic[T]):
    """Two queues, each first come, first served."""

    def __init__(self) -> None:
        self._explaining: deque[Answer[T]] = deque()
        self._others: deque[Answer[T]] = deque()
        self._turn = 0

    def __bool__(self) -> bool:
        return bool(self._explaining or self._others)

    def put(self, probe: Probe, answer: Answer[T]) -> None:
        (self._explaining if probe.explains else self._others).append(answer)

    def take(self, now_s: float) -> Answer[T]:
        """Remove and return the next.

        Raises:
            IndexError: there is none

        """
        others = self._others
        if others and (not self._explaining or self._is_their_turn(now_s)):
            return others.popleft()
        return self._explaining.popleft()

    def _is_their_turn(self, now_s: float) -> bool:
        if now_s - self._others[0].came_s < FAIR_S:
            return False
        self._turn = (self._turn + 1) % FAIR_TURN
        return self._turn == 0
