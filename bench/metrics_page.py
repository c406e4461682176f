"""A metrics page as text: its samples, and what a histogram saw between two pages."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

_SAMPLE = re.compile(r"([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? ([^ ]+)")
_LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True)
class MetricsPage:
    """One scrape, read when asked: a page may have a hundred thousand samples."""

    text: str

    @cached_property
    def lines(self) -> tuple[str, ...]:
        return tuple(line for line in self.text.splitlines() if line and line[0] != "#")

    def samples(self, name: str) -> Iterator[tuple[dict[str, str], float]]:
        """Yield labels and value of each sample of that exact name."""
        for line in self.lines:
            if line.startswith(name):
                match = _SAMPLE.match(line)
                if match is not None and match[1] == name:
                    yield dict(_LABEL.findall(match[2] or "")), float(match[3])

    def total(self, name: str, **labels: str) -> float | None:
        """Return the sum of the samples with these labels; None if there is none."""
        found = [value for has, value in self.samples(name) if labels.items() <= has.items()]
        return sum(found) if found else None

    def histogram(self, name: str) -> dict[float, float]:
        """Return the cumulative count by upper bound."""
        return {float(has["le"]): value for has, value in self.samples(f"{name}_bucket")}


def seen_between(before: dict[float, float], after: dict[float, float]) -> dict[float, float]:
    """Return the histogram of what came between two cumulative ones."""
    return {bound: count - before.get(bound, 0.0) for bound, count in sorted(after.items())}


def quantile(histogram: dict[float, float], ratio: float) -> float:
    """Return what PromQL's histogram_quantile does: linear inside the bucket, from 0.

    In the last, unbounded bucket it is the greatest finite bound; of nothing it is NaN.
    """
    total = histogram.get(math.inf, 0.0)
    if not total:
        return math.nan
    wanted, below, lower = ratio * total, 0.0, 0.0
    for upper, count in sorted(histogram.items()):
        if count >= wanted and count > below:
            if math.isinf(upper):
                return lower
            return lower + (upper - lower) * (wanted - below) / (count - below)
        below, lower = count, upper if not math.isinf(upper) else lower
    return lower


def at_most(histogram: dict[float, float], ratio: float = 1.0) -> float:
    """Return the least bucket bound that this share of the observations does not exceed."""
    total = histogram.get(math.inf, 0.0)
    holding = [upper for upper, count in histogram.items() if count >= ratio * total]
    return min(holding) if total else math.nan
