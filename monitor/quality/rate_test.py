"""Tells when a share of bad samples has risen, and when it is back: CUSUM both ways."""

import math
from dataclasses import dataclass

from monitor.quality.rates import Rates

_STEPS_A_SECOND = 8
_LONG_S = 3600.0


@dataclass(slots=True)
class RateTestRecord:
    """What a restart must not forget. `last_age_s` is None when the last sample does not count."""

    score: float
    is_raised: bool
    last_bad: float
    last_age_s: float | None


@dataclass(slots=True)
class RateTest:
    """Page's test on a chain of good and bad samples (science.md A.5).

    `score` is the evidence, in nats, that the share has risen; once it has, that it is back.
    """

    rates: Rates
    limit: float
    limit_back: float
    score: float = 0.0
    is_raised: bool = False
    _last_bad: float = 0.0
    _last_s: float | None = None
    _gap_steps: int = -1
    _good: float = 0.0
    _bad: float = 0.0

    @property
    def is_quiet(self) -> bool:
        """Tell whether one more good sample changes nothing but the last one."""
        return self.score == 0 and not self.is_raised

    def note_good(self, at_s: float) -> None:
        """Take a good sample while quiet."""
        self._last_s, self._last_bad = at_s, 0.0

    def forget_last(self) -> None:
        """Let the next sample stand alone: there was a gap that says nothing."""
        self._last_s, self._last_bad = None, 0.0

    def evidence(self, at_s: float, bad: float, weight: float = 1.0) -> float:
        """Return what a sample says for a raised share, in nats of which `bad` is bad, 0..1."""
        before = self._last_bad
        gap_s = math.inf if self._last_s is None else at_s - self._last_s
        if before == 0:
            good_says, bad_says = self._after_good(gap_s)
        else:
            good_says, bad_says = self.rates.after_bad(gap_s, before)
        self._last_s, self._last_bad = at_s, bad
        return weight * (good_says + bad * (bad_says - good_says))

    def fold(self, evidence: float) -> bool:
        """Take evidence in; return whether the verdict turned."""
        score = self.score + (-evidence if self.is_raised else evidence)
        limit = self.limit_back if self.is_raised else self.limit
        if score < limit:
            self.score = score if score > 0 else 0.0
            return False
        self.reset(is_raised=not self.is_raised)
        return True

    def reset(self, *, is_raised: bool) -> None:
        """Begin anew with a verdict."""
        self.score, self.is_raised = 0.0, is_raised

    def retune(self, rates: Rates, limit: float, limit_back: float) -> None:
        """Go on against other rates."""
        self.rates, self.limit, self.limit_back = rates, limit, limit_back
        self._gap_steps = -1

    def record(self, now_s: float) -> RateTestRecord:
        age_s = None if self._last_s is None else now_s - self._last_s
        return RateTestRecord(self.score, self.is_raised, self._last_bad, age_s)

    def restore(self, record: RateTestRecord, recorded_s: float) -> None:
        self.score, self.is_raised = record.score, record.is_raised
        self._last_bad = record.last_bad
        age_s = record.last_age_s
        self._last_s = None if age_s is None else recorded_s - age_s

    def _after_good(self, gap_s: float) -> tuple[float, float]:
        """Return the same as the rates would, to an eighth of a second and without logarithms."""
        steps = round(min(gap_s, _LONG_S) * _STEPS_A_SECOND)
        if steps != self._gap_steps:
            self._gap_steps = steps
            self._good, self._bad = self.rates.after_good(steps / _STEPS_A_SECOND)
        return self._good, self._bad
