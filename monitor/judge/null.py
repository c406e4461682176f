"""What is harmless on a path: how often it loses a packet, and how long its bursts of loss last."""

import math
from dataclasses import dataclass

YEAR_S = 365.25 * 86_400
OUTAGE_LOSS = 0.98
"""The share of probes lost in an outage, and within a burst: not 1, for a stray answer may come."""


@dataclass(frozen=True, slots=True)
class Null:
    """A two-state chain of Gilbert and Elliott in continuous time.

    Bursts begin at `burst_rate_hz` and last `burst_s` on average (exponentially); in between,
    `loss_ratio` of the probes is lost independently.
    """

    burst_rate_hz: float
    burst_s: float
    loss_ratio: float

    @property
    def burst_share(self) -> float:
        """Return the share of time spent in bursts."""
        load = self.burst_rate_hz * self.burst_s
        return load / (1 + load)

    def confirmation_s(self, budget_per_year: float) -> float:
        """Return the shortest honest confirmation (science.md A.2, item 3).

        While a burst lasts its probes look like those of an outage, so no detector that keeps
        the budget can be quicker than D ln(a YEAR / F).

        >>> round(Null(1e-3, 5.0, 0.002).confirmation_s(0.001))
        86
        """
        bursts = self.burst_rate_hz * YEAR_S / budget_per_year
        return self.burst_s * math.log(bursts) if bursts > 1 else 0.0
