"""What one link has lost since its last answer, and how unlikely that is if it is harmless."""

import math
from dataclasses import dataclass, field

from monitor.judge.null import OUTAGE_LOSS, Null

HANGS = 0.8
"""Of ten children of a node, two survive its fall: they have another way, or were never on it."""
ROUNDS_APART_S = 1.95
"""Two rounds 2 s apart, less what a timer may be early: a blip of ours that hits all is shorter."""
_LEAST_LOSS = 0.01
"""No link is taken to lose less: siblings share weather, towers and power."""
_MOST_NATS = 10.0
"""One link proves no more than this: it may have fallen by itself, once a month, at this minute."""
_UNKNOWN_BURST_S = 2.0
"""Bursts of a link that has not shown its own yet are taken to last that long at least."""

ANSWERED_NATS = math.log(1 - HANGS * OUTAGE_LOSS)
"""What an answer says of the node: the child does not hang on it, or the node is there."""


@dataclass(slots=True)
class Row:
    """Of one link, by one of its probes. Instants are those at which probes were sent."""

    probe: str
    null: Null
    is_learned: bool
    began_s: float = 0.0
    last_s: float = 0.0
    nats: float = 0.0
    weight: float = 0.0
    _burst: float = field(default=0.0)

    @property
    def stands(self) -> bool:
        """Tell whether a second round has been lost too."""
        return self.last_s - self.began_s >= ROUNDS_APART_S

    def lose(self, sent_s: float) -> None:
        """Fold one more lost probe in."""
        is_first = self.nats == 0.0
        burst = self.null.burst_share if is_first else self._lasting(sent_s - self.last_s)
        loss = max(_LEAST_LOSS, burst * OUTAGE_LOSS + (1 - burst) * self.null.loss_ratio)
        self._burst = min(1.0, burst * OUTAGE_LOSS / loss)
        self.nats += math.log(OUTAGE_LOSS / loss)
        self.weight = math.log(HANGS * math.exp(min(self.nats, _MOST_NATS)) + 1 - HANGS)
        if is_first:
            self.began_s = sent_s
        self.last_s = max(self.last_s, sent_s)

    def _lasting(self, elapsed_s: float) -> float:
        """Return the chance that a harmless burst goes on, or another has begun."""
        burst_s = self.null.burst_s
        if not self.is_learned:
            burst_s = max(burst_s, _UNKNOWN_BURST_S)
        share = self.null.burst_share
        gone = math.exp(-(self.null.burst_rate_hz + 1 / burst_s) * max(0.0, elapsed_s))
        return share + (self._burst - share) * gone
