"""Who is compared: a rule for each link, and the same rule again after it has learned."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass

from bench.judgement.rules import Guardia, InARow, Rule
from config.settings import Classes
from monitor.judge.habit import Habit
from monitor.judge.judge import Budget, Judge

PRIOR_BURST_S = 0.5
"""What is believed of a link at first: the models have no medium, so that of fibre."""
_UNTRIED_S = Classes().clinic.untried or 0.0


@dataclass(frozen=True, slots=True)
class Contender:
    """`fresh` knows nothing of a link; `again` knows what another has learned of it."""

    name: str
    fresh: Callable[[], Rule]
    again: Callable[[Rule], Rule]


def _clinic() -> Rule:
    habit = Habit(PRIOR_BURST_S, pace_s=1.0, interval_s=30.0, untried_s=_UNTRIED_S)
    return Guardia(Judge(habit, Budget()))


def _life() -> Rule:
    habit = Habit(PRIOR_BURST_S, pace_s=0.25, interval_s=1.0, lag_s=0.25)
    judge = Judge(habit, Budget(cap_s=60.0), timeout_s=0.5)
    return Guardia(judge, reprobe_s=0.25, timeout_s=0.5)


def _again(rule: Rule) -> Rule:
    if not isinstance(rule, Guardia):
        raise TypeError(rule)
    known = rule.judge
    judge = Judge(deepcopy(known.habit), known.budget, known.timeout_s)
    return Guardia(judge, rule.reprobe_s, rule.timeout_s)


def _three() -> Rule:
    return InARow(3)


def _icinga() -> Rule:
    """The check of its sample configuration: once a minute, five attempts half a minute apart."""
    return InARow(5, interval_s=60.0, retry_s=30.0)


def _prometheus() -> Rule:
    """`for: 1m` on the scrapes of its sample configuration, every 15 s: five failed in a row."""
    return InARow(5, interval_s=15.0, retry_s=15.0)


GUARDIA = Contender("Guardia", _clinic, _again)
LIFE = Contender("Guardia, life-critical", _life, _again)
PEERS = (
    Contender("three in a row", _three, lambda _: _three()),
    Contender("Icinga, 5 attempts", _icinga, lambda _: _icinga()),
    Contender("Prometheus, for 1m", _prometheus, lambda _: _prometheus()),
)
CONTENDERS = {one.name: one for one in (GUARDIA, LIFE, *PEERS)}
