"""Which packets a stretch loses. A round trip is lost with the ratio asked, either way alike."""

import math
import random
from typing import Protocol


class Loss(Protocol):
    """Decides packet by packet. `legs` is 2 for a whole round trip, 1 for one way of it."""

    def loses(self, now_s: float, legs: int) -> bool: ...


def one_way(round_trip_ratio: float) -> float:
    """Return the loss of each way that makes a round trip lose `round_trip_ratio`.

    >>> round(one_way(0.19), 6)  # 0.9 * 0.9 = 0.81 come back
    0.1
    """
    return 1 - math.sqrt(1 - round_trip_ratio)


class IndependentLoss:
    """Every packet draws for itself."""

    def __init__(self, ratio: float, rng: random.Random) -> None:
        self._ratios = (0.0, one_way(ratio), ratio)
        self._rng = rng

    def loses(self, now_s: float, legs: int) -> bool:  # noqa: ARG002 - it has no memory
        return self._rng.random() < self._ratios[legs]


class BurstyLoss:
    """Continuous-time Gilbert-Elliott: a good and a bad state with exponential sojourns.

    The chance of being bad after `dt` follows from where it was:
    `bad(dt) = share + (was - share) * exp(-dt * (1/burst + 1/gap))`, with
    `share = burst / (burst + gap)`; asking often or seldom does not change the bursts.
    """

    def __init__(self, ratio: float, burst_s: float, in_burst: float, rng: random.Random) -> None:
        self._share = ratio / in_burst
        self._speed = 1 / (burst_s * (1 - self._share))  # = 1/burst + 1/gap
        self._inside = IndependentLoss(in_burst, rng)
        self._rng = rng
        self._bad = rng.random() < self._share
        self._asked_s: float | None = None

    def loses(self, now_s: float, legs: int) -> bool:
        elapsed_s = 0.0 if self._asked_s is None else max(0.0, now_s - self._asked_s)
        self._asked_s = now_s
        memory = math.exp(-elapsed_s * self._speed)
        bad = self._share + (self._bad - self._share) * memory
        self._bad = self._rng.random() < bad
        return self._bad and self._inside.loses(now_s, legs)
