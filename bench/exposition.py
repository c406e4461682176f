"""/metrics with 100,000 series, scraped by a real Prometheus: how long does the loop stand still?

The page and its route are the daemon's, on uvloop. Beside it the reference library writes the
same content, in the same process and between the same scrapes.
"""

import asyncio
import logging
import statistics
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import uvloop
from prometheus_client import CollectorRegistry, generate_latest

from bench.contest import MeaninglessError
from bench.door import Door, Scrape
from bench.effort import Effort
from bench.figure import Ask, Figure, Side
from bench.heartbeat import Heartbeat
from bench.number import number
from bench.page import FleetPage
from bench.peers import AbsentError, find
from bench.scraper import Scraper, scraping
from monitor import collector

STALL = Ask("/metrics, 10 % changed: loop stall", "ms, the worst", "<= 25", headline=True)
CPU = Ask(
    "/metrics, 10 % changed: generate_latest against Guardia", "× the CPU", ">= 15", headline=True
)
_TENTH, _ALL = 0.1, 1.0
_LOOKS, _LOOK_S = 50, 0.2
_CLOCK = "process_time around the answer"
log = logging.getLogger("bench")


@dataclass(slots=True)
class Scrapes:
    """All answers but the first, in which all is new, and what the library took in between."""

    series: int
    done: list[Scrape] = field(default_factory=list)
    library_ms: list[float] = field(default_factory=list)

    def stalls(self, change: float) -> Side:
        rounds = tuple(one.stall_ms for one in self.done if one.change == change)
        computed = max(one.computed_ms for one in self.done if one.change == change)
        how = f"the worst of all; at most {number(computed)} ms of one was computing"
        return Side("Guardia", max(rounds), "ms", rounds, how, "a beat every 1 ms")

    def cpu(self, change: float) -> Side:
        rounds = tuple(one.cpu_ms for one in self.done if one.change == change)
        return Side("Guardia", statistics.median(rounds), "ms", rounds, "gzip included", _CLOCK)

    def library(self) -> Side:
        how, rounds = "ready samples, no gzip", tuple(self.library_ms)
        median = statistics.median(rounds)
        return Side("generate_latest", median, "ms", rounds, how, "process_time")


def run(effort: Effort) -> list[Figure]:
    sites = effort.pick(tiny=100, quick=1_000, full=3_700)
    interval_s = effort.pick(tiny=1, quick=2, full=15)
    shares = effort.pick(tiny=(_TENTH,), quick=(_TENTH,), full=(_TENTH, _ALL, _TENTH, _ALL, _TENTH))
    try:
        find("prometheus")
        scrapes = uvloop.run(_scraped(sites, interval_s, shares))
    except AbsentError as error:
        return [STALL.skipped(str(error)), CPU.skipped(str(error))]
    except (MeaninglessError, TimeoutError) as error:
        why = str(error) or "Prometheus did not come"
        return [STALL.broken(why), CPU.broken(why)]
    return [*_judged(scrapes), *_shown(scrapes)]


def _judged(scrapes: Scrapes) -> list[Figure]:
    stall, cpu, library = scrapes.stalls(_TENTH), scrapes.cpu(_TENTH), scrapes.library()
    note = f"A tenth of the probes ran, picked at random; {scrapes.series:,} series."
    return [
        STALL.measured(stall.value, stall, note=note),
        CPU.measured(library.value / cpu.value, library, cpu),
    ]


def _shown(scrapes: Scrapes) -> list[Figure]:
    if all(scrape.change != _ALL for scrape in scrapes.done):
        return []
    stall, cpu, library = scrapes.stalls(_ALL), scrapes.cpu(_ALL), scrapes.library()
    name = "/metrics, every probe ran"
    ratio = library.value / cpu.value
    return [
        Ask(f"{name}: loop stall", "ms, the worst").measured(stall.value, stall),
        Ask(f"{name}: generate_latest against Guardia", "× the CPU").measured(ratio, library, cpu),
    ]


async def _scraped(sites: int, interval_s: int, shares: Iterable[float]) -> Scrapes:
    page = FleetPage(sites)
    library = page.in_the_library()
    collector.spare()
    scrapes = Scrapes(page.series)
    with tempfile.TemporaryDirectory(prefix="guardia-metrics-") as folder, Heartbeat() as beat:
        door = Door(page.exposition, beat)
        with scraping(Path(folder), await door.open(), interval_s) as scraper:
            patience_s = 20.0 + 2 * interval_s
            await door.answer(_ALL, patience_s)
            for share in shares:
                async with door.shut():
                    scrapes.library_ms.append(_library_ms(library))
                    for _ in page.running(share):
                        await asyncio.sleep(0)
                scrapes.done.append(await door.answer(share, patience_s))
            await _check(scraper, page.series)
        await door.close()
    return scrapes


def _library_ms(registry: CollectorRegistry) -> float:
    before_s = time.process_time()
    generate_latest(registry)
    cpu_ms = (time.process_time() - before_s) * 1e3
    log.info("generate_latest: %.0f ms of CPU", cpu_ms)
    return cpu_ms


async def _check(scraper: Scraper, series: int) -> None:
    """Make sure that Prometheus really took over what it was sent."""
    for _ in range(_LOOKS):
        if await scraper.samples() >= series:
            return
        await asyncio.sleep(_LOOK_S)  # it takes its time, and offers nothing to wait on
    raise MeaninglessError("Prometheus did not take the page over")
