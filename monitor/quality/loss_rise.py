"""Whether a link loses more than it usually does, while it answers."""

import math
from dataclasses import dataclass

from config.quality import QualityRules
from monitor.quality.rate_test import RateTest, RateTestRecord
from monitor.quality.rates import Rates
from monitor.quality.turn import Turn

TESTS = 3
"""Loss, delay and jitter share the budget of false alarms."""
_FALSE_BACK_EVERY_S = 86_400.0
_LEAST_USUAL = 0.002
_ONE_GAP = 1 / 3
"""The most of the limit that one gap can fill, however long: an outage is told by others."""
_REMEMBERED = 400
_SPACING_S = 0.2


@dataclass(frozen=True, slots=True)
class LossHabit:
    """What a link usually loses, 0..1, how long its harmless bursts last, and which share of what
    it loses is lost in them (0 where nobody knows).
    """

    loss_ratio: float
    burst_s: float = 0.0
    bursty: float = 0.0


@dataclass(slots=True)
class LossRecord:
    """What a restart must not forget."""

    test: RateTestRecord
    pending: float
    pending_packets: float
    lost: float
    sent: float
    raised_age_s: float | None


@dataclass(slots=True)
class LossRise:
    """Of one link. What went unanswered is not held against it before the next answer.

    So an outage counts for nothing here: when it is confirmed, `exclude` drops it.
    """

    test: RateTest
    pending: float = 0.0
    pending_packets: float = 0.0
    lost: float = 0.0
    sent: float = 0.0
    raised_s: float | None = None

    @classmethod
    def of(cls, rules: QualityRules, interval_s: float, habit: LossHabit) -> "LossRise":
        return cls(RateTest(*_tuned(rules, interval_s, habit)))

    @property
    def is_raised(self) -> bool:
        return self.test.is_raised

    @property
    def usual_ratio(self) -> float:
        return self.test.rates.usual

    @property
    def loss_ratio(self) -> float:
        """Return what was lost since doubt last began, the last few hundred packets above all."""
        return self.lost / self.sent if self.sent else 0.0

    def adopt(self, rules: QualityRules, interval_s: float, habit: LossHabit) -> None:
        """Go on against another habit."""
        self.test.retune(*_tuned(rules, interval_s, habit))

    def observe(self, at_s: float, sent: int, received: int) -> Turn | None:
        """Take one run of `sent` packets (none: nothing happens)."""
        test = self.test
        if sent <= 0:
            return None
        if not self.pending_packets and test.is_quiet:
            if sent == received:
                test.note_good(at_s)
                return None
            self.lost = self.sent = 0.0
        lost = sent - received
        evidence = test.evidence(at_s, lost / sent, self._independent(sent))
        if received == 0:
            self.pending += evidence
            self.pending_packets += sent
            return None
        evidence += min(self.pending, test.limit * _ONE_GAP)
        self._count(lost + self.pending_packets, sent + self.pending_packets)
        self.pending = self.pending_packets = 0.0
        return self._fold(at_s, evidence)

    def exclude(self) -> None:
        """Drop what is unanswered so far, for it was an outage, or our own blindness."""
        self.pending = self.pending_packets = 0.0
        self.test.forget_last()

    def record(self, now_s: float) -> LossRecord:
        test = self.test.record(now_s)
        age_s = None if self.raised_s is None else now_s - self.raised_s
        return LossRecord(test, self.pending, self.pending_packets, self.lost, self.sent, age_s)

    def restore(self, record: LossRecord, recorded_s: float) -> None:
        self.test.restore(record.test, recorded_s)
        self.pending, self.pending_packets = record.pending, record.pending_packets
        self.lost, self.sent = record.lost, record.sent
        age_s = record.raised_age_s
        self.raised_s = None if age_s is None else recorded_s - age_s

    def _fold(self, at_s: float, evidence: float) -> Turn | None:
        if self.test.fold(evidence):
            self.raised_s = at_s if self.test.is_raised else None
            return Turn.WORSENED if self.test.is_raised else Turn.RECOVERED
        return None

    def _count(self, lost: float, sent: float) -> None:
        self.lost, self.sent = self.lost + lost, self.sent + sent
        if self.sent > _REMEMBERED:
            self.lost, self.sent = self.lost / 2, self.sent / 2

    def _independent(self, sent: int) -> float:
        """Return how many packets on their own would say as much as those of one run."""
        if sent == 1:
            return 1.0
        burst_s = self.test.rates.burst_s
        apart = 1 - math.exp(-_SPACING_S / burst_s) if burst_s else 1.0
        return 1 + (sent - 1) * apart


def _tuned(rules: QualityRules, interval_s: float, habit: LossHabit) -> tuple[Rates, float, float]:
    usual = min(max(habit.loss_ratio, _LEAST_USUAL), 0.95)
    raised = min(max(rules.loss.times * usual, rules.loss.least), (1 + usual) / 2)
    rates = Rates(usual, raised, habit.burst_s, habit.bursty)
    limit = rates.limit(interval_s, rules.false_a_year / TESTS)
    return rates, limit, rates.limit_back(interval_s, _FALSE_BACK_EVERY_S)
