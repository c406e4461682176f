"""A national metrics page: the daemon's own exporter over a fleet whose probes have run.

What changes between two scrapes is what runs change: not a share of some block, but the figures
of probes picked at random, wherever in the page they are.
"""

import random
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from prometheus_client import CollectorRegistry
from prometheus_client.core import Metric
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector

from bench.fleet_plan import FleetPlan
from config.component import Component, Probe
from config.fleet import Fleet
from config.loader import load
from exporters.exposition import Exposition
from exporters.prometheus import PrometheusExporter
from monitor.events import IncidentEvent, StateEvent
from monitor.ports import ProbeRun
from probes.echo_figures import EchoFigures
from probes.reading import Battery, HttpFigures, Mains, PowerFigures, Reading, UnitState

_RUNS_A_TURN = 100
_AT = datetime(2026, 11, 21, tzinfo=UTC)
_POWER = PowerFigures(
    Mains.PRESENT, _AT, 1.0, "ups-site", UnitState.ONLINE, Battery.NORMAL, 1.0, 1800.0, 0.0, 0.4
)


class FleetPage:
    """The page of so many sites of the usual shape, once all their probes have run."""

    def __init__(self, sites: int) -> None:
        self._dice = random.Random(sites)
        fleet = _fleet(sites)
        self.exposition = Exposition()
        self._exporter = PrometheusExporter(self.exposition, _Known(fleet))
        self._probes = [
            (component, probe)
            for component in fleet.components.values()
            for probe in component.probes
        ]
        for _ in self.running(1.0):
            continue

    def running(self, share: float) -> Iterator[None]:
        """Let a share of the probes run, picked at random: some in each turn of the loop."""
        chosen = self._dice.sample(self._probes, round(len(self._probes) * share))
        waiting = iter(chosen)
        while some := list(islice(waiting, _RUNS_A_TURN)):
            for component, probe in some:
                self._exporter.observe(self._run(component, probe))
            yield

    @property
    def series(self) -> int:
        """Return how many samples the page has."""
        return sum(not line.startswith("#") for line in self.text().splitlines())

    def text(self) -> str:
        """Return the page as it reads."""
        return self.exposition.render_now("", "").body.decode()

    def in_the_library(self) -> CollectorRegistry:
        """Return the same content as a registry of prometheus_client.

        Its samples are ready: what it spends on gathering them from its own metrics is spared it.
        """
        registry = CollectorRegistry(auto_describe=False)
        registry.register(_Ready(list(text_string_to_metric_families(self.text()))))
        return registry

    def _run(self, component: Component, probe: Probe) -> ProbeRun:
        return ProbeRun(component, probe, self._reading(probe.settings.kind), _AT, "bench")

    def _reading(self, kind: str) -> Reading:
        took_s = self._dice.lognormvariate(-3.5, 0.3)  # about 30 ms
        if kind == "icmp":
            return Reading(True, took_s, echo=EchoFigures(1, (round(took_s * 1e9),)))
        if kind == "power":
            return Reading(True, took_s, power=_POWER)
        phases = HttpFigures(200, None, took_s / 2, None, took_s / 3, took_s / 6)
        return Reading(True, took_s, http=phases)


class _Known:
    """The registry of a daemon that has just started."""

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet

    def fleet(self) -> Fleet:
        return self._fleet

    def states(self) -> Iterable[StateEvent]:
        return ()

    def incidents(self) -> Sequence[IncidentEvent]:
        return ()


class _Ready(Collector):
    def __init__(self, metrics: list[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> Iterable[Metric]:
        return self._metrics


def _fleet(sites: int) -> Fleet:
    with tempfile.TemporaryDirectory(prefix="guardia-page-") as folder:
        return load(FleetPlan(sites, 15.0, 0).write(Path(folder)))
