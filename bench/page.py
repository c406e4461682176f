"""A large metrics page, as Guardia holds it, and in the hands of the reference library."""

import random
from collections.abc import Iterable, Iterator
from itertools import islice

from prometheus_client import CollectorRegistry
from prometheus_client.core import Metric
from prometheus_client.registry import Collector
from prometheus_client.samples import Sample

from exporters.exposition import Exposition
from exporters.metric_family import Family
from exporters.series import Series

FAMILIES = 30
_LABELS = ("component", "kind", "site")


class LargePage:
    """So many gauges of 30 families, one of each for every site; some 90 bytes a line."""

    def __init__(self, series: int) -> None:
        self.exposition = Exposition()
        self._dice = random.Random(series)
        self._families: list[tuple[str, list[tuple[dict[str, str], Series]]]] = []
        for number in range(FAMILIES):
            name = f"guardia_bench_figure_{number:02}_seconds"
            family = Family("gauge", name, "What the bench writes.", _LABELS)
            self.exposition.register(family)
            sites = series // FAMILIES + (number < series % FAMILIES)
            rows = [(labels, family.one(*labels.values())) for labels in _labels(sites)]
            self._families.append((name, rows))
        self.write(self.all())

    def all(self) -> list[Series]:
        """Return every series: one interval has passed, and each probe has run."""
        return [series for _, rows in self._families for _, series in rows]

    def whole_families(self) -> list[Series]:
        """Return a tenth: what moves with each probe, while states and facts stay."""
        moving = self._dice.sample(self._families, FAMILIES // 10)
        return [series for _, rows in moving for _, series in rows]

    def scattered(self) -> list[Series]:
        """Return a tenth, here and there: the worst for a page that is kept in blocks."""
        everything = self.all()
        return self._dice.sample(everything, len(everything) // 10)

    def write(self, series: Iterable[Series]) -> None:
        """Give each another value, as long as a round-trip time."""
        for one in series:
            one.set(self._dice.random())

    def writing(self, series: Iterable[Series]) -> Iterator[None]:
        """Write them as the daemon would, over many turns of the loop: one for each step."""
        waiting = iter(series)
        while some := list(islice(waiting, 500)):
            self.write(some)
            yield

    def in_the_library(self) -> CollectorRegistry:
        """Return the same content as a registry of prometheus_client.

        Its samples are ready: what it spends on gathering them from its own metrics is spared it.
        """
        registry = CollectorRegistry(auto_describe=False)
        registry.register(_Ready([_metric(name, rows) for name, rows in self._families]))
        return registry


class _Ready(Collector):
    def __init__(self, metrics: list[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> Iterable[Metric]:
        return self._metrics


def _labels(sites: int) -> Iterator[dict[str, str]]:
    for site in range(sites):
        yield {"component": "link/cfe", "kind": "icmp", "site": f"clinic-{site:05}"}


def _metric(name: str, rows: list[tuple[dict[str, str], Series]]) -> Metric:
    metric = Metric(name, "What the bench writes.", "gauge")
    metric.samples = [
        Sample(name, labels, series.value) for labels, series in rows if series.value is not None
    ]
    return metric
