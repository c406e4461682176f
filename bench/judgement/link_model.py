"""Thirty links that are up and lose packets: independently, in bursts, or in long-tailed ones.

The models of science.md A.3. Those with 80 % loss inside a burst and those with a heavy tail are
not what the judge believes of a link, on purpose.
"""

import math
from dataclasses import dataclass
from random import Random
from typing import Literal

Kind = Literal["independent", "bursts", "thin bursts", "heavy tail"]
_THIN = 0.8
_SHORT_S, _LONG_S, _LONG_SHARE = 2.5, 27.5, 0.1


@dataclass(frozen=True, slots=True)
class LinkModel:
    """`loss_ratio` of its probes get lost; bursts last `burst_s` on average."""

    kind: Kind
    loss_ratio: float
    burst_s: float = 0.0

    @property
    def bursts_hz(self) -> float:
        """Return how many bursts begin in a second."""
        return 1 / (self.burst_s + self.gap_s) if self.burst_s else 0.0

    @property
    def gap_s(self) -> float:
        """Return the mean time between bursts."""
        share = self.loss_ratio / self.inner
        return self.burst_s * (1 - share) / share if self.burst_s else math.inf

    @property
    def inner(self) -> float:
        """Return the share of probes lost within a burst."""
        return _THIN if self.kind == "thin bursts" else 1.0

    @property
    def lengths(self) -> tuple[tuple[float, float], ...]:
        """Return the shares and mean lengths of the kinds of bursts; each is exponential."""
        if self.kind == "heavy tail":
            return (1 - _LONG_SHARE, _SHORT_S), (_LONG_SHARE, _LONG_S)
        return ((1.0, self.burst_s),)

    @property
    def name(self) -> str:
        length = f" {self.burst_s:g} s" if self.burst_s else ""
        return f"{self.kind}{length}, {self.loss_ratio:.1%}"


LOSSES = (0.001, 0.01, 0.05, 0.1, 0.2)
_SHAPES: tuple[tuple[Kind, float], ...] = (
    ("independent", 0.0), ("bursts", 2.0), ("bursts", 5.0), ("bursts", 10.0),
    ("thin bursts", 5.0), ("heavy tail", 5.0),
)  # fmt: skip
MODELS = tuple(LinkModel(kind, loss, burst_s) for kind, burst_s in _SHAPES for loss in LOSSES)


class Link:
    """One life of a link. Instants must be asked in order."""

    def __init__(self, model: LinkModel, chance: Random) -> None:
        self._model = model
        self._chance = chance
        self._inner = model.inner
        self._gap_s = model.gap_s
        self._from_s = self._to_s = 0.0
        self._next_burst()

    def begin_with(self, from_s: float, length_s: float) -> None:
        """Let the first burst be this one."""
        self._from_s, self._to_s = from_s, from_s + length_s

    def is_lost(self, at_s: float) -> bool:
        """Tell whether a probe sent now gets no answer."""
        if not self._model.burst_s:
            return self._chance.random() < self._model.loss_ratio
        while self._to_s <= at_s:
            self._next_burst()
        return self._from_s <= at_s and self._bursts()

    def next_lost(self, at_s: float, every_s: float) -> float:
        """Return the first instant `at_s + n every_s` at which a probe is lost, skipping calm."""
        if not self._model.burst_s:
            calm = math.log(1 - self._chance.random()) / math.log(1 - self._model.loss_ratio)
            return at_s + int(calm) * every_s
        while True:
            while self._to_s <= at_s:
                self._next_burst()
            if self._from_s > at_s:
                at_s += math.ceil((self._from_s - at_s) / every_s) * every_s
            while at_s < self._to_s:
                if self._bursts():
                    return at_s
                at_s += every_s

    def _bursts(self) -> bool:
        return self._inner == 1.0 or self._chance.random() < self._inner

    def _next_burst(self) -> None:
        if not self._model.burst_s:
            return
        self._from_s = self._to_s + self._chance.expovariate(1 / self._gap_s)
        self._to_s = self._from_s + self._length_s()

    def _length_s(self) -> float:
        first, *others = self._model.lengths
        mean_s = first[1]
        for share, other_s in others:
            if self._chance.random() < share:
                mean_s = other_s
        return self._chance.expovariate(1 / mean_s)
