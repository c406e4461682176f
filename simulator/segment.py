"""One stretch of the way as the path process keeps it: its state, and what it does to packets."""

import random
from collections.abc import Mapping
from typing import Any

from simulator.loss import BurstyLoss, IndependentLoss, Loss
from simulator.reach import Reach

LOST = -1.0


class Segment:
    """`plain` is kept true while it carries everything untouched, which is nearly always."""

    __slots__ = (
        "_busy_until_s", "_delay_s", "_jitter_s", "_loss", "_queue_s", "_rate_bps", "_rng",
        "filters_icmp", "is_clear", "plain", "state",
    )  # fmt: skip

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self.update(Reach.UP, filters_icmp=False, impairment=None)

    def update(
        self, state: Reach, *, filters_icmp: bool, impairment: Mapping[str, Any] | None
    ) -> None:
        """Take over a new condition; an impairment starts afresh."""
        self.state = state
        self.filters_icmp = filters_icmp
        figures = impairment or {}
        self._delay_s: float = figures.get("delay", 0.0)
        self._jitter_s: float = figures.get("jitter", 0.0)
        self._rate_bps: float | None = figures.get("rate_bps")
        self._queue_s: float = figures.get("queue", 1.0)
        self._busy_until_s = [0.0, 0.0]
        self._loss = _loss_of(figures, self._rng)
        self.is_clear = not (self._delay_s or self._rate_bps or self._loss)
        self.plain = state is Reach.UP and not filters_icmp and self.is_clear

    def toll_s(self, now_s: float, legs: int, way: int, size_bytes: int) -> float:
        """Return how long it holds a packet, or LOST. `way` is 0 towards the site, 1 back."""
        if self._loss is not None and self._loss.loses(now_s, legs):
            return LOST
        held_s = self._delay_s
        if self._jitter_s:
            held_s += self._jitter_s * (2 * self._rng.random() - 1)
        held_s *= legs / 2
        if self._rate_bps is None:
            return held_s
        takes_s = size_bytes * 8 / self._rate_bps
        waits_s = [self._queued_s(now_s, one, takes_s) for one in ((0, 1) if legs == 2 else (way,))]
        return LOST if LOST in waits_s else held_s + sum(waits_s)

    def _queued_s(self, now_s: float, way: int, takes_s: float) -> float:
        starts_s = max(now_s, self._busy_until_s[way])
        if starts_s - now_s > self._queue_s:
            return LOST
        self._busy_until_s[way] = starts_s + takes_s
        return self._busy_until_s[way] - now_s


def _loss_of(figures: Mapping[str, Any], rng: random.Random) -> Loss | None:
    ratio = figures.get("loss", 0.0)
    if not ratio:
        return None
    burst_s = figures.get("burst")
    if burst_s is None:
        return IndependentLoss(ratio, rng)
    return BurstyLoss(ratio, burst_s, figures.get("in_burst", 1.0), rng)
