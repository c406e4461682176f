"""How long a path's harmless losses last: counted from its own episodes, slowly forgotten.

An episode begins with a lost probe and ends with the first of two answers in a row. What became
a confirmed incident, maintenance or blindness is no episode.
"""

import math
from dataclasses import dataclass, field

HALF_LIFE_S = 60 * 86_400.0
_FADE_S = 3600.0
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
    """Counts and total lengths by bin, halved every sixty days; watched time likewise.

    There are as many bins as the longest episode needed, for most paths one or none: all forty of
    each would be 12 MB for a national fleet.
    """

    counts: list[float] = field(default_factory=list)
    sums_s: list[float] = field(default_factory=list)
    watched_s: float = 0.0
    _unfaded_s: float = 0.0

    @property
    def count(self) -> float:
        return sum(self.counts)

    @property
    def singles(self) -> float:
        """Return the share that lost one probe only."""
        return self.counts[0] / self.count if self.count else 0.0

    def add(self, length_s: float) -> None:
        """Count one episode. A single lost probe has the length 0."""
        self.put(bin_of(length_s), 1.0, length_s)

    def put(self, place: int, count: float, sum_s: float) -> None:
        """Add to one bin, 0 <= place < BINS."""
        missing = [0.0] * (place + 1 - len(self.counts))
        self.counts += missing
        self.sums_s += missing
        self.counts[place] += count
        self.sums_s[place] += sum_s

    def watch(self, seconds: float) -> None:
        """Let time pass in which episodes could be seen, and the past fade, by the hour."""
        self._unfaded_s += seconds
        self.watched_s += seconds
        if self._unfaded_s < _FADE_S:
            return
        fade = 0.5 ** (self._unfaded_s / HALF_LIFE_S)
        self.watched_s = (self.watched_s - self._unfaded_s) * fade + self._unfaded_s
        self.counts = [count * fade for count in self.counts]
        self.sums_s = [sum_s * fade for sum_s in self.sums_s]
        self._unfaded_s = 0.0

    def bin_at(self, share: float) -> int:
        """Return the bin in which that share of the episodes is reached."""
        wanted, seen = share * self.count, 0.0
        for place, count in enumerate(self.counts):
            seen += count
            if seen >= wanted:
                return place
        return max(0, len(self.counts) - 1)

    def beyond(self, place: int, pace_s: float) -> tuple[float, float, float]:
        """Return a bin's upper edge, how many are longer, and by how much all together.

        Lengths come in steps of `pace_s`, so the edge is the last step within the bin: what is
        longer is so by one step at least.
        """
        edge_s = math.floor(_FIRST_S * _STEP**place / pace_s + 1e-9) * pace_s
        count = sum(self.counts[place + 1 :])
        return edge_s, count, max(count * pace_s, sum(self.sums_s[place + 1 :]) - count * edge_s)
