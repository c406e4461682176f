"""Whether a link takes longer, or trembles more, than it usually does."""

import math
from dataclasses import dataclass

from config.quality import QualityRules, ShiftRules
from monitor.quality.habit import LEAST_S, Habit, HabitRecord
from monitor.quality.loss_rise import TESTS
from monitor.quality.rate_test import RateTest, RateTestRecord
from monitor.quality.rates import Rates
from monitor.quality.turn import Turn

_SLOW_USUALLY = 0.1
"""By its making a twentieth; twice that, for the 95th percentile is only estimated."""
_SLOW_NOW = 0.5
_FALSE_BACK_EVERY_S = 7 * 86_400.0
_LEAST_SEEN = 120
_LEAST_SEEN_S = 3600.0
_LEAST_REMEMBERED = 500
_RECENT = 60
_LOG_LEAST = math.log(LEAST_S)


@dataclass(slots=True)
class SlowdownRecord:
    """What a restart must not forget."""

    test: RateTestRecord
    habit: HabitRecord
    recent: HabitRecord
    first_age_s: float | None
    raised_age_s: float | None
    taken_age_s: float | None


@dataclass(slots=True)
class Slowdown:
    """Of one figure of one link: a sample is slow or it is not, and the test counts the slow.

    Slow is a matter of the link's own 95th percentile, so nothing is presumed of the shape of
    its delays. One sample is taken of each `every_s`, the length of a harmless excursion: those
    between would say the same again, and be taken for proof. While it is degraded the habit
    stands still; what has lasted long enough becomes the habit at once.
    """

    test: RateTest
    habit: Habit
    recent: Habit
    log_times: float
    least_s: float
    adopt_after_s: float
    every_s: float
    first_s: float | None = None
    raised_s: float | None = None
    taken_s: float | None = None

    @classmethod
    def of(cls, rules: QualityRules, shift: ShiftRules, interval_s: float) -> "Slowdown":
        rates = Rates(_SLOW_USUALLY, _SLOW_NOW, rules.excursion)
        every_s = max(interval_s, rules.excursion)
        limit = rates.limit(every_s, rules.false_a_year / TESTS)
        test = RateTest(rates, limit, rates.limit_back(every_s, _FALSE_BACK_EVERY_S))
        remembered = max(_LEAST_REMEMBERED, round(rules.habit / every_s))
        return cls(
            test,
            Habit(remembered),
            Habit(_RECENT),
            math.log(shift.times),
            shift.least,
            rules.adopt_after,
            rules.excursion,
        )

    @property
    def is_raised(self) -> bool:
        return self.test.is_raised

    @property
    def usual_s(self) -> float:
        return self.habit.median_s

    @property
    def now_s(self) -> float:
        """Return the median of late, since it was first slow."""
        return self.recent.median_s if self.recent.seen else self.usual_s

    def observe(self, at_s: float, value_s: float) -> Turn | None:
        """Take one sample, in seconds."""
        taken_s = self.taken_s
        if taken_s is not None and at_s - taken_s < self.every_s:
            return None
        self.taken_s = at_s
        log_s = math.log(value_s) if value_s > LEAST_S else _LOG_LEAST
        test, habit = self.test, self.habit
        slow = log_s > habit.high and self._is_material(log_s)
        if not test.is_raised:
            habit.learn(log_s)
        if not slow and test.score == 0 and not test.is_raised:  # is_quiet, without the call
            test.note_good(at_s)
            if self.first_s is None:
                self.first_s = at_s
            return None
        return self._weigh(at_s, log_s, slow=slow)

    def exclude(self) -> None:
        """Let a gap say nothing."""
        self.test.forget_last()

    def record(self, now_s: float) -> SlowdownRecord:
        return SlowdownRecord(
            self.test.record(now_s),
            self.habit.record(),
            self.recent.record(),
            None if self.first_s is None else now_s - self.first_s,
            None if self.raised_s is None else now_s - self.raised_s,
            None if self.taken_s is None else now_s - self.taken_s,
        )

    def restore(self, record: SlowdownRecord, recorded_s: float) -> None:
        self.test.restore(record.test, recorded_s)
        self.habit.restore(record.habit)
        self.recent.restore(record.recent)
        first, raised, taken = record.first_age_s, record.raised_age_s, record.taken_age_s
        self.first_s = None if first is None else recorded_s - first
        self.raised_s = None if raised is None else recorded_s - raised
        self.taken_s = None if taken is None else recorded_s - taken

    def _is_material(self, log_s: float) -> bool:
        middle = self.habit.middle
        return log_s > middle + self.log_times and math.exp(log_s) > math.exp(middle) + self.least_s

    def _weigh(self, at_s: float, log_s: float, *, slow: bool) -> Turn | None:
        if not self._is_known(at_s):
            self.test.note_good(at_s)
            return None
        test = self.test
        if test.is_quiet:
            self.recent.begin(log_s)
        else:
            self.recent.learn(log_s)
        if not test.fold(test.evidence(at_s, 1.0 if slow else 0.0)):
            return self._grown_old(at_s)
        self.raised_s = at_s if test.is_raised else None
        return Turn.WORSENED if test.is_raised else Turn.RECOVERED

    def _grown_old(self, at_s: float) -> Turn | None:
        if self.raised_s is None or at_s - self.raised_s < self.adopt_after_s:
            return None
        self.habit.take_over(self.recent)
        self.test.reset(is_raised=False)
        self.raised_s = None
        return Turn.BECAME_USUAL

    def _is_known(self, at_s: float) -> bool:
        if self.first_s is None:
            self.first_s = at_s
        return self.habit.seen >= _LEAST_SEEN and at_s - self.first_s >= _LEAST_SEEN_S
