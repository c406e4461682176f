"""The habit of one path: what it has lost so far without being down, and the null that follows.

Ignorance is slow rather than false: until a path has shown `ENOUGH` episodes its medium's prior
stands, and afterwards every figure is the pessimistic end of what the episodes allow.
"""

import math
from dataclasses import dataclass, field
from functools import lru_cache

from monitor.judge.episodes import Episodes
from monitor.judge.null import Null

ENOUGH = 50
"""Episodes before the path's own figures replace the prior (science.md A.5)."""
_TAIL = 0.7
"""The longest three in ten of the episodes tell how long bursts last."""
_FEW = 5
"""With fewer episodes in the tail the prior lends it some, and bursts are not taken for shorter."""
_LENT = 10
_CONFIDENCE = 1.0
"""Normal quantile of the one-sided 84 % bound. A surer one would only be slower: simulated, the
budget of pages is kept (docs/judgement-scorecard.md)."""
_SURE = 200.0
"""However many long episodes it has shown, no path keeps its habit closer than so many tell."""
_LEAST_LOSS = 0.002
_LEAST_S, _LEAST_FAST_S = 0.5, 0.25
"""No burst is taken to be shorter; the second figure is for what is probed more often."""
_PRIOR_LOSS = 0.01
_PRIOR_RATE_HZ = 1e-4  # some nine bursts a day
_MOST_UNKNOWN_S = 10.0
"""However long the first few episodes were, a path that is not known is judged by no longer bursts
(or those of its medium): one reboot must not make a calm link wait for half an hour ever after."""
TRIED_S = 3 * 86_400.0
"""Answers for so long, by the grid, and a new path has been tried (docs/judgement.md)."""
WIDER = 1.25
"""How much longer bursts are taken to last after pages that proved false."""


@dataclass(frozen=True, slots=True)
class _Tail:
    """The longest episodes: how many, how long each lasted at least, and what bursts follow."""

    longer: float
    lasted_s: float
    burst_s: float


@dataclass(slots=True)
class Habit:
    """Of one probe. `pace_s` is how far apart its probes are in doubt, `interval_s` otherwise.

    The first of them is sent `lag_s` later than that, when the first loss is known. Until the path
    has answered for `TRIED_S` or is known, its bursts are taken to last `untried_s` at least.
    `is_learned` means that the path speaks for itself already.
    """

    prior_burst_s: float
    pace_s: float
    interval_s: float
    lag_s: float = 0.0
    untried_s: float = 0.0
    calm_s: float = 0.0
    widening: float = 1.0
    episodes: Episodes = field(default_factory=Episodes)
    is_learned: bool = field(init=False)
    null: Null = field(init=False)

    def __post_init__(self) -> None:
        self._learn()

    @property
    def is_tried(self) -> bool:
        """Tell whether its medium is believed: it has answered long enough to have shown more."""
        return self.calm_s >= TRIED_S

    def distrust(self, untried_s: float) -> None:
        """Take bursts to last so long at least until the path is tried."""
        self.untried_s = untried_s
        self._learn()

    def answer(self, seconds: float) -> None:
        """Let it have answered for so long, on the grid."""
        was_tried = self.is_tried
        self.calm_s += seconds
        if self.is_tried and not was_tried:
            self._learn()

    def add(self, length_s: float, watched_s: float) -> None:
        """Take one harmless episode, `watched_s` after the one before (or the start)."""
        self.episodes.watch(watched_s)
        self.episodes.add(length_s)
        if self.episodes.count >= ENOUGH and not self.is_learned:
            self.widening = 1.0  # what ignorance got wrong is no fault of what is known now
        self._learn()

    def take_up(self, episodes: Episodes, widening: float) -> None:
        """Go on with what an earlier life of the daemon had learned."""
        self.episodes, self.widening = episodes, widening
        self._learn()

    def widen(self) -> None:
        """Take bursts to last longer: pages turned out false more often than they may."""
        self.widening *= WIDER
        self._learn()

    def _learn(self) -> None:
        self.is_learned = self.episodes.count >= ENOUGH
        self.null = self._learned()

    def _learned(self) -> Null:
        if not self.is_learned:
            return _prior(self._tail(0).burst_s * self.widening)
        episodes, tail = self.episodes, self._tail(self.episodes.bin_at(_TAIL))
        burst_s = tail.burst_s * self.widening
        rate_hz = episodes.count / episodes.watched_s
        share = (tail.longer + 1) / (episodes.count + 1)
        return Null(
            burst_rate_hz=rate_hz * share * math.exp(tail.lasted_s / burst_s) / self._seen(burst_s),
            burst_s=burst_s,
            loss_ratio=max(_LEAST_LOSS, rate_hz * self.interval_s * episodes.singles),
        )

    def _tail(self, place: int) -> "_Tail":
        """Return what the episodes beyond a bin tell. The first bin is that of single losses."""
        edge_s, longer, excess_s = self.episodes.beyond(place, self.pace_s)
        if longer >= _FEW or (longer and not self.is_learned):
            burst_s = self._bound_s(longer, excess_s / self.pace_s)
        else:
            burst_s = self._blend_s(longer, excess_s / self.pace_s)
        if not self.is_learned:
            burst_s = max(min(burst_s, _MOST_UNKNOWN_S), self._believed_s)
        return _Tail(longer, edge_s + self.pace_s + self.lag_s, max(burst_s, self._least_s))

    def _bound_s(self, longer: float, steps: float) -> float:
        """Return the mean length of bursts, at the upper end of what the tail allows.

        Lengths come in steps of the pace, so the tail is geometric: of all its steps, the share
        that did not end a burst is exp(-pace / mean).
        """
        told = min(max(1.0, longer), _SURE) / longer
        return self._mean_s(upper_share((steps - longer) * told, steps * told))

    def _blend_s(self, longer: float, steps: float) -> float:
        """Return the mean of the few long bursts there are and of some that the prior lends."""
        lent = _LENT * (_FEW - longer) / _FEW
        steps += lent / (1 - math.exp(-self.pace_s / self.prior_burst_s))
        return max(self.prior_burst_s, self._mean_s((steps - longer - lent) / steps))

    def _mean_s(self, goes_on: float) -> float:
        return -self.pace_s / math.log(goes_on) if goes_on > 0 else 0.0

    def _seen(self, burst_s: float) -> float:
        """Return the share of bursts that the grid of probes falls into."""
        return burst_s * (1 - math.exp(-self.interval_s / burst_s)) / self.interval_s

    @property
    def _believed_s(self) -> float:
        """Return how long bursts last for all we know: by the medium, once the path is tried."""
        return self.prior_burst_s if self.is_tried else max(self.prior_burst_s, self.untried_s)

    @property
    def _least_s(self) -> float:
        return _LEAST_FAST_S if self.pace_s < _LEAST_S else _LEAST_S


@lru_cache(maxsize=64)
def _prior(burst_s: float) -> Null:
    """Return the null of a path that is not known: one object for nearly all of a fleet."""
    return Null(_PRIOR_RATE_HZ, burst_s, _PRIOR_LOSS)


def upper_share(successes: float, trials: float) -> float:
    """Return the upper 84 % bound of a share (Wilson's score interval), below 1.

    >>> round(upper_share(0, 9), 2), round(upper_share(90, 100), 2)
    (0.1, 0.93)
    """
    share, z2 = successes / trials, _CONFIDENCE**2
    spread = _CONFIDENCE * math.sqrt(share * (1 - share) / trials + z2 / (4 * trials**2))
    return min(0.999, (share + z2 / (2 * trials) + spread) / (1 + z2 / trials))
