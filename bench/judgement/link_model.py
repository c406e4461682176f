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
        self._inner = _THIN if model.kind == "thin bursts" else 1.0
        share = model.loss_ratio / self._inner
        self._gap_s = model.burst_s * (1 - share) / share if model.burst_s else math.inf
        self._from_s = self._to_s = 0.0
        self._next_burst()

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
        mean_s = self._model.burst_s
        if self._model.kind == "heavy tail":
            mean_s = _LONG_S if self._chance.random() < _LONG_SHARE else _SHORT_S
        return self._chance.expovariate(1 / mean_s)
