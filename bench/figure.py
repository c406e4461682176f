"""One figure of a bench: what was measured, what was asked for, and whether that is enough."""

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Self


class Verdict(StrEnum):
    """SKIP was not measured and is no pass; SHOWN is for comparison, nothing was asked of it."""

    PASS = "pass"
    FAIL = "fail"
    SKIP = "skip"
    SHOWN = "shown"


@dataclass(frozen=True, slots=True)
class Bound:
    """What a figure may be at most, or has to be at least."""

    relation: Literal["<=", ">="]
    limit: float

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `<= 4` or `>= 20`.

        Raises:
            ValueError: it is neither.

        """
        relation, _, limit = text.partition(" ")
        if relation == "<=":
            return cls("<=", float(limit))
        if relation == ">=":
            return cls(">=", float(limit))
        raise ValueError(f"a bound is `<= number` or `>= number`, not {text!r}")

    def holds(self, value: float) -> bool:
        """Tell whether the value keeps to it. What is not a number never does."""
        if math.isnan(value):
            return False
        return value <= self.limit if self.relation == "<=" else value >= self.limit


@dataclass(frozen=True, slots=True)
class Side:
    """What was measured of one contender: the median, and what each round gave.

    `note` says how it was asked: how many targets, which options. `source` says whose clock.
    """

    name: str
    value: float
    unit: str
    rounds: tuple[float, ...] = ()
    note: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A line of the report. Make it by `measured`, `skipped` or `broken`.

    `value` is None exactly when there is a `reason` for which it was not measured.
    """

    name: str
    unit: str
    value: float | None
    bound: Bound | None = None
    stretch: Bound | None = None
    sides: tuple[Side, ...] = ()
    note: str = ""
    reason: str = ""
    is_broken: bool = False
    headline: bool = False

    def __post_init__(self) -> None:
        if (self.value is None) != bool(self.reason):
            raise ValueError(f"{self.name}: a figure has either a value or a reason")

    @property
    def verdict(self) -> Verdict:
        if self.is_broken:
            return Verdict.FAIL
        if self.value is None:
            return Verdict.SKIP
        if self.bound is None:
            return Verdict.SHOWN
        return Verdict.PASS if self.bound.holds(self.value) else Verdict.FAIL

    @property
    def reaches_stretch(self) -> bool:
        """Tell whether it keeps to the stretch too; without one it does not."""
        return (
            self.verdict is Verdict.PASS
            and self.value is not None
            and self.stretch is not None
            and self.stretch.holds(self.value)
        )


@dataclass(frozen=True, slots=True)
class Ask:
    """What the issue asks of one figure, told before anything is measured.

    >>> Ask("ICMP flood", "× the C floor", "<= 4", "<= 3").measured(3.5).verdict
    <Verdict.PASS: 'pass'>
    """

    name: str
    unit: str
    bound: str = ""
    stretch: str = ""
    headline: bool = False

    def measured(self, value: float, *sides: Side, note: str = "") -> Figure:
        """Return the figure, with the raw figures that it was worked out from."""
        return self._figure(value, sides=sides, note=note)

    def skipped(self, why: str, *sides: Side) -> Figure:
        """Return a figure that could not be measured here, for want of a peer or permission."""
        return self._figure(None, sides=sides, reason=why)

    def broken(self, why: str, *sides: Side) -> Figure:
        """Return a failed figure: what was measured means nothing, such as when replies lacked."""
        return self._figure(None, sides=sides, reason=why, is_broken=True)

    def _figure(
        self,
        value: float | None,
        *,
        sides: tuple[Side, ...],
        note: str = "",
        reason: str = "",
        is_broken: bool = False,
    ) -> Figure:
        return Figure(
            self.name,
            self.unit,
            value,
            Bound.parse(self.bound) if self.bound else None,
            Bound.parse(self.stretch) if self.stretch else None,
            sides,
            note,
            reason,
            is_broken,
            self.headline,
        )
