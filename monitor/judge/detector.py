"""The test of Shiryaev and Roberts for an outage, against a null that knows bursts.

Its statistic is a martingale less the time: however a harmless path behaves, if the null is
right, the mean time between false alarms is no shorter than the threshold at which it alarms.
So a threshold of one year over the budget keeps the budget (science.md A.2, item 7, and A.5).
"""

import math
from dataclasses import dataclass

from monitor.judge.null import OUTAGE_LOSS, YEAR_S, Null

_SETTLED_STEPS = 12
"""After so many answers in a row both numbers stand still: each step shrinks what is left of
the past to a fiftieth, so 12 leave less than the rounding of a float."""

_CERTAIN_S = 1e18
"""Beyond this nothing is decided any more, and a float must not run over."""


@dataclass(slots=True)
class Detector:
    """Of one probe. `odds_s` is the statistic, in seconds; `burst` the chance of a harmless burst
    now, given all that was seen, were there no outage.
    """

    odds_s: float = 0.0
    burst: float = 0.0

    def observe(self, null: Null, elapsed_s: float, *, lost: bool) -> None:
        """Fold one probe in, sent `elapsed_s` after the one before."""
        rate = null.burst_rate_hz + 1 / null.burst_s
        share = null.burst_share
        burst = share + (self.burst - share) * math.exp(-rate * elapsed_s)
        loss = burst * OUTAGE_LOSS + (1 - burst) * null.loss_ratio
        if lost:
            self.odds_s = min(_CERTAIN_S, (self.odds_s + elapsed_s) * OUTAGE_LOSS / loss)
            self.burst = burst * OUTAGE_LOSS / loss
        else:
            self.odds_s = (self.odds_s + elapsed_s) * (1 - OUTAGE_LOSS) / (1 - loss)
            self.burst = burst * (1 - OUTAGE_LOSS) / (1 - loss)

    def answered(self, null: Null, interval_s: float, times: int) -> None:
        """Fold in a run of answers `interval_s` apart, however long, in the time of one."""
        if times >= _SETTLED_STEPS:
            self.odds_s, self.burst = _settled(null, interval_s)
            return
        for _ in range(times):
            self.observe(null, interval_s, lost=False)

    def alarms(self, budget_per_year: float) -> bool:
        """Tell whether the odds pay for a false alarm rate of `budget_per_year`."""
        return self.odds_s * budget_per_year >= YEAR_S

    def support(self, ratio: float) -> None:
        """Take independent evidence with this likelihood ratio, outage over no outage."""
        self.odds_s *= ratio


def _settled(null: Null, interval_s: float) -> tuple[float, float]:
    """Return what `observe` neither raises nor lowers any more, answer by answer.

    With the burst at b, an answer makes it (1 - q) (s + b l) over what it was likely, 1 - r less
    (q - r) (s + b l): a quadratic equation for the b that stays, of which the smaller root is one.
    """
    answered, extra = 1 - OUTAGE_LOSS, OUTAGE_LOSS - null.loss_ratio
    lasts = math.exp(-(null.burst_rate_hz + 1 / null.burst_s) * interval_s)
    begins = null.burst_share * (1 - lasts)
    linear = 1 - null.loss_ratio - extra * begins - answered * lasts
    root = math.sqrt(linear * linear - 4 * extra * lasts * answered * begins)
    burst = 2 * answered * begins / (linear + root)
    ratio = answered / (1 - null.loss_ratio - extra * (begins + burst * lasts))
    return interval_s * ratio / (1 - ratio), burst
