"""/metrics with 100,000 series, scraped by a real Prometheus: how long does the loop stand still?

The page and its route are the daemon's, on uvloop. Beside it the reference library writes the
same content, in the same process and between the same scrapes.
"""

import asyncio
import logging
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import uvloop
from prometheus_client import generate_latest

from bench.collector import spare_the_collector
from bench.contest import MeaninglessError
from bench.door import Door, Scrape
from bench.effort import Effort
from bench.figure import Ask, Figure, Side
from bench.heartbeat import Heartbeat
from bench.number import number
from bench.page import LargePage
from bench.peers import AbsentError, find
from bench.scraper import Scraper, scraping
from exporters.series import Series

STALL = Ask("/metrics, 10 % changed: loop stall", "ms, the worst", "<= 25", headline=True)
CPU = Ask(
    "/metrics, 10 % changed: generate_latest against Guardia", "× the CPU", ">= 15", headline=True
)
_MORE = {
    "scattered": "/metrics, 10 % changed, in every block",
    "all": "/metrics, all changed",
}
_LOOKS, _LOOK_S = 50, 0.2
_CLOCK = "process_time around the answer"
log = logging.getLogger("bench")


@dataclass(slots=True)
class Scrapes:
    """All answers but the first, in which all is new, and what the library took in between."""

    done: list[Scrape] = field(default_factory=list)
    library_ms: list[float] = field(default_factory=list)

    def stalls(self, change: str) -> Side:
        rounds = tuple(one.stall_ms for one in self.done if one.change == change)
        computed = max(one.computed_ms for one in self.done if one.change == change)
        how = f"the worst of all; at most {number(computed)} ms of one was computing"
        return Side("Guardia", max(rounds), "ms", rounds, how, "a beat every 1 ms")

    def cpu(self, change: str) -> Side:
        rounds = tuple(one.cpu_ms for one in self.done if one.change == change)
        return Side("Guardia", statistics.median(rounds), "ms", rounds, "gzip included", _CLOCK)

    def library(self) -> Side:
        how, rounds = "ready samples, no gzip", tuple(self.library_ms)
        median = statistics.median(rounds)
        return Side("generate_latest", median, "ms", rounds, how, "process_time")


def run(effort: Effort) -> list[Figure]:
    series = effort.pick(tiny=3_000, quick=100_000, full=100_000)
    interval_s = effort.pick(tiny=1, quick=3, full=15)
    changes = effort.pick(
        tiny=("families",),
        quick=("families", "families"),
        full=("families", "scattered", "families", "all", "families"),
    )
    try:
        find("prometheus")
        scrapes = uvloop.run(_scraped(series, interval_s, changes))
    except AbsentError as error:
        return [STALL.skipped(str(error)), CPU.skipped(str(error))]
    except (MeaninglessError, TimeoutError) as error:
        why = str(error) or "Prometheus did not come"
        return [STALL.broken(why), CPU.broken(why)]
    return [*_judged(scrapes), *_shown(scrapes)]


def _judged(scrapes: Scrapes) -> list[Figure]:
    stall, cpu, library = scrapes.stalls("families"), scrapes.cpu("families"), scrapes.library()
    note = "What changes is three of thirty families, as with each probe its times do."
    return [
        STALL.measured(stall.value, stall, note=note),
        CPU.measured(library.value / cpu.value, library, cpu),
    ]


def _shown(scrapes: Scrapes) -> list[Figure]:
    figures = []
    for change, name in _MORE.items():
        if any(scrape.change == change for scrape in scrapes.done):
            stall, cpu, library = scrapes.stalls(change), scrapes.cpu(change), scrapes.library()
            figures.append(Ask(f"{name}: loop stall", "ms").measured(stall.value, stall))
            ratio = library.value / cpu.value
            figures.append(Ask(f"{name}: generate_latest", "× the CPU").measured(ratio, cpu))
    return figures


async def _scraped(series: int, interval_s: int, changes: Iterable[str]) -> Scrapes:
    page = LargePage(series)
    spare_the_collector()
    scrapes = Scrapes()
    with tempfile.TemporaryDirectory(prefix="guardia-metrics-") as folder, Heartbeat() as beat:
        door = Door(page, beat)
        with scraping(Path(folder), await door.open(), interval_s) as scraper:
            patience_s = 20.0 + 2 * interval_s
            await door.answer("all new", patience_s)
            for change in changes:
                async with door.shut():
                    scrapes.library_ms.append(_library_ms(page))
                    await _write(page, change)
                scrapes.done.append(await door.answer(change, patience_s))
            await _check(scraper, series)
        await door.close()
    return scrapes


async def _write(page: LargePage, change: str) -> None:
    """Let values change as in the daemon, a few in each turn of the loop."""
    kinds: dict[str, Callable[[], list[Series]]] = {
        "families": page.whole_families,
        "scattered": page.scattered,
        "all": page.all,
    }
    for _ in page.writing(kinds[change]()):
        await asyncio.sleep(0)


def _library_ms(page: LargePage) -> float:
    registry = page.in_the_library()
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
