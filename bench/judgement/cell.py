"""A line of the scorecard: all trials of one model under one contender, added up."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bench.judgement.link_model import LinkModel
from bench.judgement.trial import Outcome

_NONE_SEEN = 3.0
"""Seeing none of what happens three times on average has a chance of 5 %."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Delays are in seconds, sorted. `forced_pages` is the mean estimate a year, None if none.

    `learning_pages` is how many false pages a link made on average before it was known.
    """

    model: LinkModel
    contender: str
    years: float
    pages: int
    downs: int
    extra: int
    total_s: tuple[float, ...]
    partial_s: tuple[float, ...]
    forced_pages: float | None
    learning_pages: float = 0.0

    @classmethod
    def of(cls, outcomes: Sequence[Outcome]) -> "Cell":
        """Add the outcomes of one model and contender up.

        Raises:
            ValueError: they are of several.

        """
        (trial,) = {(one.trial.model, one.trial.contender) for one in outcomes}
        forced = [one.forced_pages for one in outcomes if one.forced_pages is not None]
        return cls(
            *trial,
            years=sum(one.years for one in outcomes),
            pages=sum(one.pages for one in outcomes),
            downs=sum(one.downs for one in outcomes),
            extra=sum(one.extra for one in outcomes),
            total_s=tuple(sorted(s for one in outcomes for s in one.total_s)),
            partial_s=tuple(sorted(s for one in outcomes for s in one.partial_s)),
            forced_pages=sum(forced) / len(forced) if forced else None,
            learning_pages=sum(one.learning_pages for one in outcomes) / len(outcomes),
        )

    @property
    def downs_a_year(self) -> float:
        return self.downs / self.years

    @property
    def extra_a_day(self) -> float:
        return self.extra / self.years / 365.25


def at_most(count: int, years: float) -> float:
    """Return the 95 % upper bound of a rate of which none was seen; else the rate.

    >>> at_most(0, 1000.0), at_most(5, 1000.0)
    (0.003, 0.005)
    """
    return (count or _NONE_SEEN) / years


def surely(count: int, years: float) -> float:
    """Return the lower 95 % bound of a rate (Poisson, exact): it is at least that.

    >>> surely(0, 1.0), round(surely(1, 1.0), 3), round(surely(10, 1.0), 2)
    (0.0, 0.051, 5.43)
    """
    low, high = 0.0, float(count)
    for _ in range(60):
        middle = (low + high) / 2
        below = sum(math.exp(k * math.log(middle) - middle - math.lgamma(k + 1))
                    for k in range(count)) if middle > 0 else 1.0  # fmt: skip
        low, high = (middle, high) if below > 0.95 else (low, middle)
    return low / years


def quantile(ordered: Sequence[float], share: float) -> float:
    """Return the value that this share does not exceed.

    >>> quantile([1.0, 2.0, 3.0, 4.0], 0.5), quantile([1.0, 2.0], 0.99)
    (2.0, 2.0)
    """
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def cells(outcomes: Iterable[Outcome]) -> list[Cell]:
    """Return a cell for each model and contender that was played, in the order of appearance."""
    found: dict[tuple[LinkModel, str], list[Outcome]] = {}
    for one in outcomes:
        found.setdefault((one.trial.model, one.trial.contender), []).append(one)
    return [Cell.of(some) for some in found.values()]
