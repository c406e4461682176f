"""Contenders measured in turns, so that what the machine does meanwhile falls on all alike."""

import logging
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bench.figure import Ask, Figure, Side
from bench.number import number
from bench.peers import AbsentError

log = logging.getLogger("bench")


class MeaninglessError(Exception):
    """What was measured means nothing, such as when replies lacked; the text says why."""


@dataclass(frozen=True, slots=True)
class Contender:
    """One that is measured. `measure` makes one round, and returns a figure in `unit`.

    It may raise AbsentError, which skips the figures that need it, or MeaninglessError, which
    fails them; other contenders go on.
    """

    name: str
    measure: Callable[[], float]
    unit: str
    note: str = ""
    source: str = ""


@dataclass(slots=True)
class Results:
    """What the rounds gave of each contender, or why they gave nothing."""

    contenders: dict[str, Contender]
    rounds: dict[str, list[float]] = field(default_factory=dict)
    absent: dict[str, str] = field(default_factory=dict)
    meaningless: dict[str, str] = field(default_factory=dict)

    def side(self, name: str) -> Side:
        """Return what was measured of a contender: the median of its rounds."""
        who, rounds = self.contenders[name], tuple(self.rounds[name])
        return Side(name, statistics.median(rounds), who.unit, rounds, who.note, who.source)

    def ratio(self, ask: Ask, over: str, under: str, note: str = "") -> Figure:
        """Return one median over the other, or why there is none."""
        sides = [self.side(name) for name in (over, under) if self.rounds.get(name)]
        return self._untold(ask, (over, under), sides) or ask.measured(
            sides[0].value / sides[1].value, *sides, note=note
        )

    def alone(self, ask: Ask, name: str, note: str = "") -> Figure:
        """Return a contender's own median as a figure, or why there is none."""
        sides = [self.side(name)] if self.rounds.get(name) else []
        return self._untold(ask, (name,), sides) or ask.measured(sides[0].value, *sides, note=note)

    def _untold(self, ask: Ask, names: Sequence[str], sides: list[Side]) -> Figure | None:
        for name in names:
            if name in self.meaningless:
                return ask.broken(f"{name}: {self.meaningless[name]}", *sides)
        for name in names:
            if name in self.absent:
                return ask.skipped(self.absent[name], *sides)
        return None


def contest(contenders: Sequence[Contender], rounds: int, *, warm_ups: int = 1) -> Results:
    """Measure all in turns, `rounds` times, after rounds that warm up and count for nothing."""
    results = Results({who.name: who for who in contenders})
    for turn in range(-warm_ups, rounds):
        for who in contenders:
            if who.name in results.absent or who.name in results.meaningless:
                continue
            try:
                value = who.measure()
            except AbsentError as error:
                results.absent[who.name] = str(error)
                log.warning("SKIPPED: %s", error)
            except MeaninglessError as error:
                results.meaningless[who.name] = str(error)
                results.rounds.pop(who.name, None)
                log.warning("FAILED: %s: %s", who.name, error)
            else:
                _book(results, who, value, turn)
    return results


def _book(results: Results, who: Contender, value: float, turn: int) -> None:
    which = f"round {turn + 1}" if turn >= 0 else "warm-up"
    log.info("%s, %s: %s %s", who.name, which, number(value), who.unit)
    if turn >= 0:
        results.rounds.setdefault(who.name, []).append(value)
