"""Two shares of bad samples, the usual and the raised, and how far apart they tell themselves."""

import math
from dataclasses import dataclass

YEAR_S = 365.25 * 86_400
_LEAST_LIMIT = 3.0
_MOST_KEPT = 0.999


@dataclass(frozen=True, slots=True)
class Rates:
    """Bad samples come singly (`burst_s` 0) or also in bursts of that mean length.

    `bursty` is the share of them, 0..1, that is known to come in bursts. Where it is not known, 0
    errs on the side of silence: each beginning is then taken for one of the usual many, and what
    follows a bad sample still for the rest of a burst.

    Raises:
        ValueError: the shares are not 0 < usual < raised < 1.

    """

    usual: float
    raised: float
    burst_s: float = 0.0
    bursty: float = 0.0

    def __post_init__(self) -> None:
        if not 0 < self.usual < self.raised < 1:
            raise ValueError(f"no test tells {self.usual} from {self.raised}")

    def kept(self, gap_s: float) -> float:
        """Return how much of a burst is left after a while, 0..1.

        That of the two-state chain in continuous time (Gilbert), whose bursts last Exp(burst_s).
        """
        if self.burst_s == 0:
            return 0.0
        return min(_MOST_KEPT, math.exp(-gap_s / self.burst_s))

    def after_good(self, gap_s: float) -> tuple[float, float]:
        """Return what a good and a bad sample say for `raised`, in nats, `gap_s` after a good one.

        The chance of a bad one is rate · (1 - kept), bursts beginning only now and then.
        """
        return self._after_good(self.kept(gap_s))

    def _after_good(self, kept: float) -> tuple[float, float]:
        begins = 1 - self.bursty * kept
        good = math.log((1 - self.raised * begins) / (1 - self.usual * begins))
        return good, math.log(self.raised / self.usual)

    def after_bad(self, gap_s: float, before: float) -> tuple[float, float]:
        """Return the same after a sample that was bad to the degree `before`, 0..1.

        The chance of a bad one is rate + kept · (before - rate).
        """
        return self._after_bad(self.kept(gap_s), before)

    def _after_bad(self, kept: float, before: float) -> tuple[float, float]:
        usual = self.usual + kept * (before - self.usual)
        raised = self.raised + kept * (before - self.raised)
        return math.log((1 - raised) / (1 - usual)), math.log(raised / usual)

    def limit(self, interval_s: float, false_a_year: float) -> float:
        """Return the CUSUM limit h that keeps a budget of false alarms.

        The mean time to a false alarm is about e^h / K samples (Siegmund), K being what a sample
        says on the average against `raised` while all is as usual; the overshoot over h, left out
        here, only makes it longer. 1 % to 10 % at h = 12: K = 0.071, so 2.3e6 samples; simulated
        5.2e6 (science.md A.5).
        """
        against = -self._drift(interval_s, self.usual)
        samples = YEAR_S / (interval_s * false_a_year)
        return max(_LEAST_LIMIT, math.log(samples * against))

    def limit_back(self, interval_s: float, false_every_s: float) -> float:
        """Return the limit of the test in reverse: of calling raised samples usual again."""
        drift = self._drift(interval_s, self.raised)
        return max(_LEAST_LIMIT, math.log(max(1.0, false_every_s / interval_s * drift)))

    def _drift(self, interval_s: float, share: float) -> float:
        kept = self.kept(interval_s)
        begins = share * (1 - self.bursty * kept)
        goes_on = share + kept * (1 - share)
        good, bad = self._after_good(kept)
        good_again, bad_again = self._after_bad(kept, 1.0)
        first = (1 - begins) * good + begins * bad
        again = (1 - goes_on) * good_again + goes_on * bad_again
        return (1 - share) * first + share * again
