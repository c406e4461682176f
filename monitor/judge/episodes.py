"""How long a path's harmless losses last: counted from its own episodes, slowly forgotten.

An episode begins with a lost probe and ends with the first of two answers in a row. What became
a confirmed incident, maintenance or blindness is no episode.
"""

import math
from dataclasses import dataclass, field

HALF_LIFE_S = 21 * 86_400.0
_STEP = 1.25
_FIRST_S = 0.2
BINS = 40
"""Lengths up to 0.2 s, 0.25 s, … by a quarter, up to 1,200 s; longer ones count as the last."""


def bin_of(length_s: float) -> int:
    """Return the bin of an episode's length."""
    if length_s <= _FIRST_S:
        return 0
    return min(BINS - 1, math.ceil(math.log(length_s / _FIRST_S, _STEP) - 1e-9))


@dataclass(slots=True)
class Episodes:
    """Counts and total lengths by bin, halved every three weeks; watched time likewise."""

    counts: list[float] = field(default_factory=lambda: [0.0] * BINS)
    sums_s: list[float] = field(default_factory=lambda: [0.0] * BINS)
    watched_s: float = 0.0

    @property
    def count(self) -> float:
        return sum(self.counts)

    @property
    def singles(self) -> float:
        """Return the share that lost one probe only."""
        return self.counts[0] / self.count if self.count else 0.0

    def add(self, length_s: float) -> None:
        """Count one episode. A single lost probe has the length 0."""
        place = bin_of(length_s)
        self.counts[place] += 1
        self.sums_s[place] += length_s

    def watch(self, seconds: float) -> None:
        """Let time pass in which episodes could be seen, and the past fade."""
        fade = 0.5 ** (seconds / HALF_LIFE_S)
        self.watched_s = self.watched_s * fade + seconds
        for place in range(BINS):
            self.counts[place] *= fade
            self.sums_s[place] *= fade

    def bin_at(self, share: float) -> int:
        """Return the bin in which that share of the episodes is reached."""
        wanted, seen = share * self.count, 0.0
        for place, count in enumerate(self.counts):
            seen += count
            if seen >= wanted:
                return place
        return BINS - 1

    def beyond(self, place: int) -> tuple[float, float, float]:
        """Return the mean length in a bin, how many are longer, and by how much all together."""
        mean_s = self.sums_s[place] / self.counts[place] if self.counts[place] else 0.0
        count = sum(self.counts[place + 1 :])
        return mean_s, count, max(0.0, sum(self.sums_s[place + 1 :]) - count * mean_s)
