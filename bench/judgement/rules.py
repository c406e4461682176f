"""The rules that are compared: Guardia's shipped judge, and what the peers do.

A rule is told of every probe and says when the next is due. Runs of answers on the grid are
skipped, all at once, for nothing happens in them.
"""

from dataclasses import dataclass, field
from typing import Protocol

from monitor.judge.judge import Judge

TIMEOUT_S = 1.0


class Rule(Protocol):
    """`down` and `paged` are how often it spoke; `in_doubt` that it left the grid."""

    down: int
    paged: int
    in_doubt: bool
    base_s: float

    def skip(self, answered: int, last_s: float) -> None: ...
    def fold(self, at_s: float, *, lost: bool) -> float:
        """Take one probe; return when the next is sent, if `in_doubt`."""
        ...


@dataclass
class Guardia:
    """The shipped judge, at the pace at which the scheduler asks in doubt."""

    judge: Judge
    reprobe_s: float = 1.0
    timeout_s: float = TIMEOUT_S
    successes: int = 3
    down: int = 0
    paged: int = 0
    _is_down: bool = False
    _is_paged: bool = False
    _back: int = 0

    @property
    def base_s(self) -> float:
        return self.judge.habit.interval_s

    @property
    def in_doubt(self) -> bool:
        return self.judge.in_doubt

    def skip(self, answered: int, last_s: float) -> None:
        if answered > 0:
            self.judge.answer(last_s)
            self.judge.calm += answered - 1

    def fold(self, at_s: float, *, lost: bool) -> float:
        if lost:
            self.judge.lose(at_s)
            self._back = 0
            self._speak()
            return at_s + max(self.reprobe_s, self.timeout_s)
        self.judge.answer(at_s)
        self._back += 1
        if self._is_down and self._back >= self.successes:
            self.judge.is_back()
            self._is_down = self._is_paged = False
        return at_s + self.reprobe_s

    def _speak(self) -> None:
        if not self._is_down and self.judge.is_down:
            self._is_down = True
            self.down += 1
        if self._is_down and not self._is_paged and self.judge.proven:
            self._is_paged = True
            self.paged += 1


@dataclass
class InARow:
    """Down after `needed` failures in a row, `retry_s` apart; up again with one answer.

    Three on the grid is what most peers do. Icinga 2's soft states are five attempts at its
    retry interval. Prometheus' `for: 1m` on a 30 s scrape fires at the third failure in a row.
    """

    needed: int
    base_s: float = 30.0
    retry_s: float = 30.0
    timeout_s: float = TIMEOUT_S
    down: int = 0
    paged: int = 0
    in_doubt: bool = False
    _failed: int = field(default=0)

    def skip(self, answered: int, last_s: float) -> None:
        """Nothing to learn from answers."""

    def fold(self, at_s: float, *, lost: bool) -> float:
        self._failed = self._failed + 1 if lost else 0
        self.in_doubt = lost
        if self._failed == self.needed:
            self.down += 1
            self.paged += 1
        soft = self._failed < self.needed
        return at_s + (self.retry_s if soft else self.base_s)
