"""What is written on the event loop: samples that mark their block stale when they change.

A write that changes nothing costs a comparison, one that does about 0.1 µs. None is what nobody
knows: such a sample is left out of the page.
"""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate
from typing import Protocol


class Block(Protocol):
    """Where a row stands: its text is made anew for the next scrape once it is stale."""

    is_stale: bool

    def release(self, row: "Row", /) -> None: ...


class Row:
    """One or more samples under one set of labels. `labels` is their text, shared."""

    __slots__ = ("block", "labels")

    block: Block

    def __init__(self, labels: str) -> None:
        self.labels = labels

    def drop(self) -> None:
        """Leave the page for good."""
        self.block.release(self)


class Series(Row):
    """One sample."""

    __slots__ = ("value",)

    def __init__(self, labels: str, value: float | None) -> None:
        super().__init__(labels)
        self.value = value

    def set(self, value: float | None) -> None:
        """Take over a value. NaN is as good as None: it would spoil every average."""
        if value != self.value:
            self.value = None if value is None or value != value else value + 0  # True is 1
            self.block.is_stale = True

    def add(self, amount: float) -> None:
        if amount:
            self.value = (self.value or 0) + amount
            self.block.is_stale = True


class Choice(Row):
    """As many samples as there are choices: 1 for the one that holds, 0 for the others."""

    __slots__ = ("chosen",)

    def __init__(self, labels: str, chosen: str) -> None:
        super().__init__(labels)
        self.chosen = chosen

    def set(self, chosen: str) -> None:
        """Take over what holds now, one of the choices of the family."""
        if chosen != self.chosen:
            self.chosen = chosen
            self.block.is_stale = True


class SeveralRow(Row):
    """Several samples, in the order in which the family spells them."""

    __slots__ = ()

    @property
    def values(self) -> Sequence[float | None]:
        raise NotImplementedError


class Vector(SeveralRow):
    """Samples that differ in one label more, such as the phases of a request."""

    __slots__ = ("values",)

    values: tuple[float | None, ...]

    def __init__(self, labels: str, values: tuple[float | None, ...]) -> None:
        super().__init__(labels)
        self.values = values

    def set(self, values: tuple[float | None, ...]) -> None:
        """Take over all values, in the order of the family's label values."""
        if values != self.values:
            self.values = values
            self.block.is_stale = True


class Summary(SeveralRow):
    """How many durations there were, and what they add up to, in whole nanoseconds."""

    __slots__ = ("values",)

    values: tuple[int, int]

    def __init__(self, labels: str) -> None:
        super().__init__(labels)
        self.values = (0, 0)

    def add(self, count: int, total_ns: int) -> None:
        counted, added_ns = self.values
        self.values = (counted + count, added_ns + total_ns)
        self.block.is_stale = True


class Histogram(SeveralRow):
    """How many there were up to each bound, how many in all, and what they add up to.

    The library's own takes 1.0 µs for each observation, this one 0.2: there is one for each run.
    """

    __slots__ = ("_bounds", "_counts", "_total")

    def __init__(self, labels: str, bounds: Sequence[float]) -> None:
        super().__init__(labels)
        self._bounds = bounds
        self._counts = [0] * (len(bounds) + 1)
        self._total = 0.0

    def observe(self, value: float) -> None:
        self._counts[bisect_left(self._bounds, value)] += 1
        self._total += value
        self.block.is_stale = True

    @property
    def values(self) -> tuple[float, ...]:
        counted = list(accumulate(self._counts))
        return (*counted, counted[-1], self._total)
