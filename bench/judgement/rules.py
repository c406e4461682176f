"""The rules that are compared: Guardia's shipped judge, and what the peers do.

A rule is told of every probe and says when the next is due. Runs of answers on the grid are
skipped, all at once, for nothing happens in them.
"""

from collections import deque
from dataclasses import dataclass, field
from typing import Protocol

from monitor.judge.judge import Judge

TIMEOUT_S = 1.0


class Rule(Protocol):
    """`down` and `paged` are how often it spoke; `in_doubt` that it left the grid.

    `paged_s` is when it paged last: a loss is known when its probe is given up.
    """

    down: int
    paged: int
    paged_s: float

    @property
    def base_s(self) -> float: ...
    @property
    def in_doubt(self) -> bool: ...
    def skip(self, answered: int, last_s: float) -> None:
        """Take a run of answers on the grid."""
        ...

    def fold(self, at_s: float, *, lost: bool) -> float:
        """Take one probe; return when the next is sent, if `in_doubt`."""
        ...


@dataclass
class Guardia:
    """The shipped judge, at the pace at which the scheduler asks in doubt.

    Probes go out `reprobe_s` apart whether or not the one before has been given up.
    """

    judge: Judge
    reprobe_s: float = 1.0
    timeout_s: float = TIMEOUT_S
    successes: int = 3
    down: int = 0
    paged: int = 0
    paged_s: float = 0.0
    _is_down: bool = False
    _is_paged: bool = False
    _back: int = 0
    _unknown: deque[float] = field(default_factory=deque)

    @property
    def base_s(self) -> float:
        return self.judge.habit.interval_s

    @property
    def in_doubt(self) -> bool:
        return self.judge.in_doubt or bool(self._unknown)

    def skip(self, answered: int, last_s: float) -> None:
        if answered > 0:
            self.judge.answer(last_s)
            self.judge.calm += answered - 1

    def fold(self, at_s: float, *, lost: bool) -> float:
        self._give_up(at_s)
        if not lost:
            self._answer(at_s)
            return at_s + self.reprobe_s
        self._unknown.append(at_s)
        if self.judge.in_doubt and self.reprobe_s < self.timeout_s:
            return at_s + self.reprobe_s
        self._give_up(at_s + self.timeout_s)
        return at_s + max(self.reprobe_s, self.timeout_s)

    def _give_up(self, now_s: float) -> None:
        while self._unknown and self._unknown[0] + self.timeout_s <= now_s:
            sent_s = self._unknown.popleft()
            self.judge.lose(sent_s)
            self._back = 0
            self._speak(sent_s + self.timeout_s)

    def _answer(self, at_s: float) -> None:
        self.judge.answer(at_s)
        self._back += 1
        if self._is_down and self._back >= self.successes:
            self.judge.is_back()
            self._is_down = self._is_paged = False

    def _speak(self, now_s: float) -> None:
        if not self._is_down and self.judge.is_down:
            self._is_down = True
            self.down += 1
        if self._is_down and not self._is_paged and self.judge.proven:
            self._is_paged, self.paged_s = True, now_s
            self.paged += 1


@dataclass
class InARow:
    """Down after `needed` failures in a row, `retry_s` apart; up again with one answer.

    Three on the grid is what most peers do.
    """

    needed: int
    interval_s: float = 30.0
    retry_s: float = 30.0
    timeout_s: float = TIMEOUT_S
    down: int = 0
    paged: int = 0
    paged_s: float = 0.0
    _failed: int = field(default=0)

    @property
    def base_s(self) -> float:
        return self.interval_s

    @property
    def in_doubt(self) -> bool:
        return self._failed > 0

    def skip(self, answered: int, last_s: float) -> None:  # noqa: ARG002
        """Nothing to learn from answers, but that it is up."""
        if answered > 0:
            self._failed = 0

    def fold(self, at_s: float, *, lost: bool) -> float:
        self._failed = self._failed + 1 if lost else 0
        if self._failed == self.needed:
            self.down += 1
            self.paged += 1
            self.paged_s = at_s + self.timeout_s
        soft = self._failed < self.needed
        return at_s + (self.retry_s if soft else self.interval_s)
