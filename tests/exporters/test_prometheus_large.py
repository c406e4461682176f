"""A real Prometheus reads a page of thousands of series, made of pieces, as it was meant."""

from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer

from exporters.exposition import Exposition, Page
from exporters.metric_family import Family
from exporters.row_families import VectorFamily
from exporters.web import application
from tests.exporters.watched import FixedCommands, FixedRegistry, fleet
from tests.servers.prometheus import Prometheus

SITES = 4000
PHASES = ("connect", "transfer")


class Overheard(Exposition):
    """Keeps what the scraper asked for and got."""

    def __init__(self) -> None:
        super().__init__()
        self.pages: list[Page] = []

    async def render(self, accept: str = "", accept_encoding: str = "") -> Page:
        page = await super().render(accept, accept_encoding)
        self.pages.append(page)
        return page


class Written:
    """Families of 12,000 series; the first one tells which of two generations a page shows."""

    def __init__(self, exposition: Exposition) -> None:
        self.generation = Family("gauge", "guardia_generation", "Of all values.")
        self.levels = Family("gauge", "guardia_level", "An example.", ("site",))
        self.phases = VectorFamily(
            "guardia_phase_seconds", "An example.", ("site",), "phase", PHASES, in_ns=True
        )
        exposition.register(self.generation, self.levels, self.phases)
        self.shown: dict[tuple[str, ...], float] = {}

    def write(self, generation: int, sites: range) -> None:
        """Write to these sites, and forget those that went before."""
        self.generation.one().set(generation)
        for number in sites:
            site, phases_ns = f"ñandú-{number}", (number, number * 10**6 + 1)
            self.levels.one(site).set(number / 7)
            self.phases.one(site).set(phases_ns)
            self.shown[site,] = number / 7
            for phase, value_ns in zip(PHASES, phases_ns, strict=True):
                self.shown[site, phase] = value_ns / 1e9

    def forget(self, sites: range) -> None:
        for number in sites:
            site = f"ñandú-{number}"
            self.levels.one(site).drop()
            self.phases.one(site).drop()
            for key in ((site,), *((site, phase) for phase in PHASES)):
                del self.shown[key]


async def seen(prometheus: Prometheus, generation: int) -> dict[tuple[str, ...], float]:
    """Return every sample of this generation that Prometheus holds now."""
    await prometheus.wait_for(f"guardia_generation == {generation}", timeout_s=40)
    found = await prometheus.query('{__name__=~"guardia_level|guardia_phase_seconds"}')
    samples: dict[tuple[str, ...], float] = {}
    for one in found:
        labels = one["metric"]
        key = (labels["site"], *([labels["phase"]] if "phase" in labels else []))
        assert key not in samples
        samples[key] = float(one["value"][1])
    return samples


@pytest.mark.e2e
@pytest.mark.timeout(120)
async def test_a_real_prometheus_reads_thousands_of_series_and_what_changes(tmp_path: Path) -> None:
    exposition = Overheard()
    written = Written(exposition)
    written.write(1, range(SITES))
    app = application(FixedRegistry(fleet()), FixedCommands(), exposition)
    async with (
        TestServer(app) as server,
        Prometheus(tmp_path, f"127.0.0.1:{server.port}") as prometheus,
    ):
        assert await seen(prometheus, 1) == written.shown
        written.forget(range(0, SITES, 3))
        written.write(2, range(SITES - 100, SITES + 900))
        assert await seen(prometheus, 2) == written.shown
    assert {page.content_encoding for page in exposition.pages} == {"gzip"}
    assert {page.content_type.partition(";")[0] for page in exposition.pages} == {
        "application/openmetrics-text"
    }
