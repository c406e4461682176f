"""The habit of one path: what it has lost so far without being down, and the null that follows.

Ignorance is slow rather than false: until a path has shown `ENOUGH` episodes its medium's prior
stands, and afterwards every figure is the pessimistic end of what the episodes allow.
"""

import math
from dataclasses import dataclass, field

from monitor.judge.episodes import Episodes
from monitor.judge.null import Null

ENOUGH = 50
"""Episodes before the path's own figures replace the prior (science.md A.5)."""
_TAIL = 0.7
"""The longest three in ten of the episodes tell how long bursts last."""
_HALF = 0.5
"""Of the few that an ignorant path has shown."""
_FEW = 5
"""With fewer episodes in the tail the prior lends it some."""
_LENT = 10
_CONFIDENCE = 1.0
"""Normal quantile of the one-sided 84 % bound. A surer one would only be slower: simulated, the
budget of pages is kept (docs/judgement-scorecard.md)."""
_SURE = 400.0
"""However many long episodes it has shown, no path keeps its habit closer than so many tell."""
_LEAST_LOSS = 0.002
_LEAST_S, _LEAST_FAST_S = 0.5, 0.25
"""No burst is taken to be shorter; the second figure is for what is probed more often."""
_PRIOR_LOSS = 0.01
_PRIOR_RATE_HZ = 1e-4  # some nine bursts a day
WIDER = 1.25
"""How much longer bursts are taken to last after pages that proved false."""


@dataclass(slots=True)
class Habit:
    """Of one probe. `pace_s` is how far apart its probes are in doubt, `interval_s` otherwise."""

    prior_burst_s: float
    pace_s: float
    interval_s: float
    widening: float = 1.0
    episodes: Episodes = field(default_factory=Episodes)
    null: Null = field(init=False)

    def __post_init__(self) -> None:
        self.null = self._learned()

    @property
    def is_learned(self) -> bool:
        """Tell whether the path speaks for itself already."""
        return self.episodes.count >= ENOUGH

    def add(self, length_s: float, watched_s: float) -> None:
        """Take one harmless episode, `watched_s` after the one before (or the start)."""
        was_learned = self.is_learned
        self.episodes.watch(watched_s)
        self.episodes.add(length_s)
        if self.is_learned and not was_learned:
            self.widening = 1.0  # what ignorance got wrong is no fault of what is known now
        self.null = self._learned()

    def take_up(self, episodes: Episodes, widening: float) -> None:
        """Go on with what an earlier life of the daemon had learned."""
        self.episodes, self.widening = episodes, widening
        self.null = self._learned()

    def widen(self) -> None:
        """Take bursts to last longer: pages turned out false more often than they may."""
        self.widening *= WIDER
        self.null = self._learned()

    def _learned(self) -> Null:
        if not self.is_learned:
            return Null(_PRIOR_RATE_HZ, self._guessed_s() * self.widening, _PRIOR_LOSS)
        episodes = self.episodes
        usual_s, longer, excess_s = episodes.beyond(episodes.bin_at(_TAIL), self.pace_s)
        lent = _LENT if longer < _FEW else 0
        burst_s = self._burst_s(longer, excess_s, lent) * self.widening
        rate_hz = episodes.count / episodes.watched_s
        share = (longer + 1) / (episodes.count + 1)
        return Null(
            burst_rate_hz=rate_hz * share * math.exp(usual_s / burst_s) / self._seen(burst_s),
            burst_s=burst_s,
            loss_ratio=max(_LEAST_LOSS, rate_hz * self.interval_s * episodes.singles),
        )

    def _guessed_s(self) -> float:
        """Return the mean length of bursts of its medium; longer if what was seen so far is."""
        place = self.episodes.bin_at(_HALF)
        _, longer, excess_s = self.episodes.beyond(place, self.pace_s)
        seen_s = self._burst_s(longer, excess_s, 0) if longer else 0.0
        return max(self.prior_burst_s, seen_s)

    def _burst_s(self, longer: float, excess_s: float, lent: int) -> float:
        """Return the mean length of bursts, at the upper end of what the tail allows.

        Lengths come in steps of the pace, so the tail is geometric: of all its steps, the share
        that did not end a burst is exp(-pace / mean).
        """
        goes_on = math.exp(-self.pace_s / self.prior_burst_s)
        ends = longer + lent
        steps = excess_s / self.pace_s + lent / (1 - goes_on)
        told = min(1.0, _SURE / ends)
        bound = upper_share((steps - ends) * told, steps * told)
        return max(self._least_s, -self.pace_s / math.log(bound))

    def _seen(self, burst_s: float) -> float:
        """Return the share of bursts that the grid of probes falls into."""
        return burst_s * (1 - math.exp(-self.interval_s / burst_s)) / self.interval_s

    @property
    def _least_s(self) -> float:
        return _LEAST_FAST_S if self.pace_s < _LEAST_S else _LEAST_S


def upper_share(successes: float, trials: float) -> float:
    """Return the upper 84 % bound of a share (Wilson's score interval), below 1.

    >>> round(upper_share(0, 9), 2), round(upper_share(90, 100), 2)
    (0.1, 0.93)
    """
    share, z2 = successes / trials, _CONFIDENCE**2
    spread = _CONFIDENCE * math.sqrt(share * (1 - share) / trials + z2 / (4 * trials**2))
    return min(0.999, (share + z2 / (2 * trials) + spread) / (1 + z2 / trials))
