"""What a link is good for in telemedicine, and what keeps it from more: a plain function."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from config.telemedicine import QualityLimits, TelemedicineRules
from monitor.vocabulary import Fitness

_MANY_PACKETS = 100
_CHANCE = 0.1


GRADES = (
    Fitness.READY,
    Fitness.READY_WITH_RESERVATIONS,
    Fitness.STORE_AND_FORWARD_ONLY,
    Fitness.UNFIT,
)


class Criterion(StrEnum):
    """What is asked of a link. API, like the fitness."""

    RTT_P95 = "rtt_p95"  # seconds
    JITTER_P95 = "jitter_p95"  # seconds
    LOSS = "loss"  # ratio
    R_P10 = "r_p10"


@dataclass(frozen=True, slots=True)
class Figures:
    """Of the last minutes of one link. What has no reply has no times, and R is then 0.

    `r` is that of the medians, `r_p10` what it does not fall below but a tenth of the time.
    """

    sent: int
    lost: int
    rtt_p95_s: float | None = None
    jitter_p95_s: float | None = None
    r: float = 0.0
    r_p10: float = 0.0
    mos: float = 1.0

    @property
    def loss_ratio(self) -> float:
        return self.lost / self.sent if self.sent else 0.0


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A criterion that is not met: what it is (None: no reply at all) and what it may be."""

    criterion: Criterion
    value: float | None
    limit: float


def limits_of(grade: Fitness, rules: TelemedicineRules) -> QualityLimits | None:
    """Return what a grade asks; `unfit` asks nothing."""
    if grade is Fitness.READY:
        return rules.ready
    if grade is Fitness.READY_WITH_RESERVATIONS:
        return rules.ready_with_reservations
    return rules.store_and_forward_only if grade is Fitness.STORE_AND_FORWARD_ONLY else None


def grade_of(figures: Figures, rules: TelemedicineRules) -> Fitness:
    """Return the best grade whose every criterion is met."""
    for grade in GRADES[:-1]:
        limits = limits_of(grade, rules)
        if limits is None or next(shortfalls(figures, limits), None) is None:
            return grade
    return Fitness.UNFIT


def shortfalls(figures: Figures, limits: QualityLimits) -> Iterator[Shortfall]:
    """Yield what is not met."""
    rtt_s, jitter_s = figures.rtt_p95_s, figures.jitter_p95_s
    if limits.rtt is not None and (rtt_s is None or rtt_s > limits.rtt):
        yield Shortfall(Criterion.RTT_P95, rtt_s, limits.rtt)
    if limits.jitter is not None and jitter_s is not None and jitter_s > limits.jitter:
        yield Shortfall(Criterion.JITTER_P95, jitter_s, limits.jitter)
    if limits.loss is not None and is_lossy(figures.lost, figures.sent, limits.loss):
        yield Shortfall(Criterion.LOSS, figures.loss_ratio, limits.loss)
    if limits.r is not None and figures.r_p10 < limits.r:
        yield Shortfall(Criterion.R_P10, figures.r_p10, limits.r)


def is_lossy(lost: int, sent: int, limit: float) -> bool:
    """Tell whether more was lost than the limit allows.

    One lost ping of ten is no loss of 10 %. Under a hundred packets it takes a loss that a link
    at the limit would show in one case of ten at most, by Chernoff's bound: n · KL(lost/n ‖
    limit) > ln 10. Of ten packets against 1 %, that is two.
    """
    if sent == 0 or lost <= limit * sent:
        return False
    if sent >= _MANY_PACKETS or limit == 0:
        return True
    ratio = lost / sent
    unlikely = ratio * math.log(ratio / limit)
    if lost < sent:
        unlikely += (1 - ratio) * math.log((1 - ratio) / (1 - limit))
    return sent * unlikely > -math.log(_CHANCE)
