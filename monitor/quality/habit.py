"""What a link's delay usually is: its median and its 95th percentile, followed in O(1)."""

import math
from dataclasses import dataclass

LEAST_S = 1e-4
"""Below 0.1 ms, delay is our own noise."""
_START = 0.2
_LEAST_SPREAD, _MOST_SPREAD = 0.02, 1.0
_HEAD_START = 4
_UP, _DOWN = 8 * 0.95, 8 * 0.05


@dataclass(slots=True)
class HabitRecord:
    """What a restart must not forget: logarithms of seconds, and the samples seen."""

    middle: float
    high: float
    seen: int


@dataclass(slots=True)
class Habit:
    """Robbins and Monro's quantiles of the logarithm; `most` is how many samples it remembers.

    Each sample moves a quantile by a step of its own sign only, so a spike of ten seconds weighs
    as much as one of 50 ms. The steps are those that are best for a normal distribution
    (1 / (n · density at the quantile)), in units of the spread found so far.
    """

    most: int
    middle: float = 0.0
    high: float = 0.0
    seen: int = 0

    @property
    def median_s(self) -> float:
        return math.exp(self.middle)

    def learn(self, log_s: float) -> None:
        """Take one sample, as its logarithm."""
        seen, middle, high = self.seen, self.middle, self.high
        if seen == 0:
            self.begin(log_s)
            return
        if seen < self.most:
            self.seen = seen + 1
        spread = high - middle
        step = (spread if spread < _MOST_SPREAD else _MOST_SPREAD) / (seen + _HEAD_START)  # noqa: FURB136 hot
        if log_s > high:
            middle += step
            high += step * _UP
        else:
            middle += step if log_s > middle else -step
            high -= step * _DOWN
        self.middle = middle
        self.high = high if high - middle > _LEAST_SPREAD else middle + _LEAST_SPREAD

    def begin(self, log_s: float) -> None:
        """Know nothing but one sample."""
        self.middle, self.high, self.seen = log_s, log_s + _START, 1

    def take_over(self, other: "Habit") -> None:
        """Be what the other is."""
        self.middle, self.high = other.middle, other.high
        self.seen = min(other.seen, self.most)

    def record(self) -> HabitRecord:
        return HabitRecord(self.middle, self.high, self.seen)

    def restore(self, record: HabitRecord) -> None:
        self.middle, self.high = record.middle, record.high
        self.seen = min(record.seen, self.most)
