"""Metric families whose samples are plain floats: cheap to write, absent while not known.

The event loop writes a sample (`series.value = …`, about 30 ns) and a scrape reads it from a
thread. The library's own Gauge costs a lock and 0.5 µs for each write, cannot leave a value out,
and adds a `_created` series to each counter.
"""

import math
from collections.abc import Iterator
from typing import Literal

from prometheus_client import Metric
from prometheus_client.registry import Collector
from prometheus_client.samples import Sample

MetricType = Literal["gauge", "counter", "info", "summary"]

UNKNOWN = math.nan
"""What a series holds while nobody knows: such a sample is left out of the exposition."""

_SUFFIXES: dict[MetricType, tuple[str, ...]] = {
    "gauge": ("",),
    "counter": ("_total",),
    "info": ("_info",),
    "summary": ("_count", "_sum"),
}


class Series:
    """One time series. Write to `value`; `UNKNOWN` takes it out of sight."""

    __slots__ = ("labels", "name", "value")

    def __init__(self, name: str, labels: dict[str, str], value: float) -> None:
        self.name = name
        self.labels = labels
        self.value = value


class Family(Collector):
    """All series of one name. `name` has no `_total`, `_info`, `_sum` or `_count`."""

    def __init__(
        self, kind: MetricType, name: str, documentation: str, labels: tuple[str, ...] = ()
    ) -> None:
        self.kind = kind
        self.name = name
        self.documentation = documentation
        self.labels = labels
        self._series: dict[tuple[str, ...], tuple[Series, ...]] = {}

    def bind(self, *values: str) -> tuple[Series, ...]:
        """Return the series with these label values: one, or for a summary its count and sum.

        Gauges begin unknown and all others at zero, so that a rate sees the first increment.
        """
        known = self._series.get(values)
        if known is not None:
            return known
        start = UNKNOWN if self.kind == "gauge" else 0.0
        labels = dict(zip(self.labels, values, strict=True))
        bound = tuple(Series(self.name + end, labels, start) for end in _SUFFIXES[self.kind])
        self._series[values] = bound
        return bound

    def one(self, *values: str) -> Series:
        """Return the series with these label values, in a family that is no summary."""
        return self.bind(*values)[0]

    def drop(self, *values: str) -> None:
        """Forget the series with these label values, if there are any."""
        self._series.pop(values, None)

    def collect(self) -> Iterator[Metric]:
        metric = Metric(self.name, self.documentation, self.kind)
        metric.samples = [
            Sample(series.name, series.labels, series.value)
            for group in tuple(self._series.values())  # a copy: the loop may bind meanwhile
            for series in group
            if not math.isnan(series.value)
        ]
        yield metric

    def describe(self) -> Iterator[Metric]:
        yield Metric(self.name, self.documentation, self.kind)


class Holdings:
    """The series that one owner has bound; they are released together."""

    def __init__(self) -> None:
        self._held: list[tuple[Family, tuple[str, ...]]] = []

    def bind(self, family: Family, *values: str) -> tuple[Series, ...]:
        self._held.append((family, values))
        return family.bind(*values)

    def one(self, family: Family, *values: str) -> Series:
        return self.bind(family, *values)[0]

    def release(self) -> None:
        for family, values in self._held:
            family.drop(*values)
        self._held.clear()
