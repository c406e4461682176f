"""The way to one address, and the fate of a packet on it."""

from dataclasses import dataclass

from simulator.packet import Kind
from simulator.reach import Reach
from simulator.segment import LOST, Segment


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of a packet. `held_s` counts where it passes."""

    reach: Reach
    held_s: float = 0.0


PASSED = Fate(Reach.UP)
DROPPED = Fate(Reach.DOWN)


class Route:
    """Over the first of `chains` that carries (else the first), then through all of `last`."""

    __slots__ = ("_chains", "_last")

    def __init__(self, chains: tuple[tuple[Segment, ...], ...], last: tuple[Segment, ...]) -> None:
        self._chains = chains
        self._last = last

    def fate(self, kind: Kind, now_s: float, *, legs: int, way: int, size_bytes: int) -> Fate:
        """Decide. The first broken stretch settles it; only then do the tolls add up."""
        stretches = self._stretches()
        rough = [segment for segment in stretches if not segment.plain]
        if not rough:
            return PASSED
        for segment in rough:
            if segment.state is not Reach.UP:
                return Fate(segment.state)
            if segment.filters_icmp and kind is Kind.ECHO:
                return DROPPED
        held_s = 0.0
        for segment in rough:
            toll_s = 0.0 if segment.is_clear else segment.toll_s(now_s, legs, way, size_bytes)
            if toll_s == LOST:
                return DROPPED
            held_s += toll_s
        return Fate(Reach.UP, held_s)

    def _stretches(self) -> tuple[Segment, ...]:
        for chain in self._chains:
            if all([segment.state is Reach.UP for segment in chain]):  # noqa: C419 - faster
                return chain + self._last
        return self._chains[0] + self._last
