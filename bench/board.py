"""`python -m bench.board`: what the board costs and how quick it is, in a real browser.

The real daemon over 3,180 sites with 50 open incidents, and sites that fail and recover. Prints the
table of docs/board.md. Not part of `make bench`: it needs Chromium, and a quiet machine.
"""

import argparse
import asyncio
import itertools
import statistics
import sys
import tempfile
import time
from pathlib import Path

from playwright.async_api import Browser

from bench.board_crowd import crowd
from bench.board_fleet import LISTEN, OPEN, SITES, URL, BoardFleet, board_fleet
from bench.board_screen import Loaded, loaded, screen, shown
from bench.figure import Ask, Figure, Side, Verdict
from bench.machine import Machine
from bench.measure import log, log_to_stderr
from bench.report import row

VIEWERS = 100
CHANGES_PER_S = 10.0
ROUNDS = 3
PAGES = ("", "areas", "sites", "sites/cs-0000", "incidents", "telemedicine", "rollout", "map")
FIRST_PAINT = Ask("first paint of any page", "s", "<= 1")
TRANSFERRED = Ask("transferred for any page, nothing cached", "kB", "<= 400")
ON_SCREEN = Ask("an event on screen after it happened, p99", "ms", "<= 300")
CROWD = Ask(f"{VIEWERS} viewers", "% of a core", "<= 10")
MEMORY = Ask("growth of memory", "MB an hour", "<= 1")


def main(arguments: list[str] | None = None) -> int:
    """Return the exit code: 0 if every figure that was asked for is good enough."""
    parser = argparse.ArgumentParser(prog="python -m bench.board", description=__doc__)
    parser.add_argument("--seconds", type=float, default=20, help="of each round (default 20)")
    parser.add_argument("--soak", type=float, default=0, metavar="SECONDS", help="of soaking, too")
    asked = parser.parse_args(arguments)
    log_to_stderr()
    machine = Machine.here()
    figures = asyncio.run(measured(asked.seconds, asked.soak))
    print(
        f"{machine.cpu}, {machine.cores} cores, load {machine.load:.1f} before, {machine.commit}\n"
    )
    print("| figure | measured | asked | verdict |\n|---|---|---|---|")
    for figure in figures:
        print(f"| {' | '.join(row(figure)[:4])} |")
        for side in figure.sides:
            print(f"|   {side.name} | {side.value:.3g} {side.unit} | | {side.note} |")
    return int(any(figure.verdict is not Verdict.PASS for figure in figures))


async def measured(round_s: float, soak_s: float) -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="guardia-bench-board-") as folder:
        async with board_fleet(Path(folder)) as fleet, screen() as browser:
            log.info("%d sites, %d open incidents at %s", SITES, OPEN, LISTEN)
            figures = await _loading(browser)
            figures.append(await _events(fleet, browser, round_s * ROUNDS))
            figures.append(await _crowded(fleet, round_s))
            if soak_s:
                figures.append(await _soaked(fleet, soak_s))
            return figures


async def _loading(browser: Browser) -> list[Figure]:
    """Open every page five times; the first opening of all warms the browser up and is left out."""
    await loaded(browser, f"{URL}/")
    by_page: dict[str, list[Loaded]] = {}
    for page, _ in itertools.product(PAGES, range(5)):
        by_page.setdefault(page, []).append(await loaded(browser, f"{URL}/{page}"))
    paints = [
        Side(f"/{page}", statistics.median(one.first_paint_s for one in seen), "s")
        for page, seen in by_page.items()
    ]
    sizes = [
        Side(f"/{page}", max(one.transferred_bytes for one in seen) / 1000, "kB")
        for page, seen in by_page.items()
    ]
    return [
        FIRST_PAINT.measured(max(side.value for side in paints), *paints),
        TRANSFERRED.measured(max(side.value for side in sizes), *sizes),
    ]


async def _events(fleet: BoardFleet, browser: Browser, lasts_s: float) -> Figure:
    """Compare when incidents opened and closed, by the log, with when the screen showed it."""
    stirring = asyncio.create_task(fleet.stir(CHANGES_PER_S), name="stir")
    try:
        async with crowd(URL, VIEWERS):
            seen = await shown(browser, f"{URL}/", lasts_s)
    finally:
        stirring.cancel()
    told = fleet.told()
    lags_ms = sorted(
        (seen[one] - told[one]).total_seconds() * 1000 for one in seen.keys() & told.keys()
    )
    if len(lags_ms) < 100:
        return ON_SCREEN.broken(f"only {len(lags_ms)} incidents came or went meanwhile")
    cuts = statistics.quantiles(lags_ms, n=100, method="inclusive")
    return ON_SCREEN.measured(
        cuts[98],
        Side("p50", cuts[49], "ms"),
        Side("most", lags_ms[-1], "ms", note=f"{len(lags_ms)} events, {VIEWERS} other viewers"),
    )


async def _crowded(fleet: BoardFleet, lasts_s: float) -> Figure:
    """Compare what the daemon uses with and without viewers, in turns, at the same rate."""
    stirring = asyncio.create_task(fleet.stir(CHANGES_PER_S), name="stir")
    alone, watched, heard = list[float](), list[float](), list[float]()
    try:
        for _ in range(ROUNDS):
            alone.append(await _share(fleet, lasts_s))
            async with crowd(URL, VIEWERS) as viewers:
                await asyncio.sleep(2)
                before = viewers.heard
                watched.append(await _share(fleet, lasts_s))
                heard.append((viewers.heard - before) / VIEWERS / lasts_s)
    finally:
        stirring.cancel()
    more = statistics.median(watched) - statistics.median(alone)
    return CROWD.measured(
        more,
        Side("daemon with viewers", statistics.median(watched), "%", tuple(watched)),
        Side("daemon without", statistics.median(alone), "%", tuple(alone)),
        Side("messages to each viewer", statistics.median(heard), "/s"),
    )


async def _share(fleet: BoardFleet, lasts_s: float) -> float:
    before, began_s = fleet.usage().cpu_s, time.monotonic()
    await asyncio.sleep(lasts_s)
    return (fleet.usage().cpu_s - before) / (time.monotonic() - began_s) * 100


async def _soaked(fleet: BoardFleet, lasts_s: float) -> Figure:
    """Watch memory under changes and viewers; the first third fills what is kept and bounded."""
    seen: list[tuple[float, float]] = []
    stirring = asyncio.create_task(fleet.stir(CHANGES_PER_S), name="stir")
    try:
        async with crowd(URL, VIEWERS):
            began_s = time.monotonic()
            while (age_s := time.monotonic() - began_s) < lasts_s:
                await asyncio.sleep(2)
                if age_s > lasts_s / 3:
                    seen.append((age_s, fleet.usage().rss_bytes / 1e6))
    finally:
        stirring.cancel()
    slope = statistics.linear_regression(*zip(*seen, strict=True)).slope
    return MEMORY.measured(
        slope * 3600,
        Side("at the start of it", seen[0][1], "MB"),
        Side("at the end", seen[-1][1], "MB", note=f"{lasts_s:g} s, {CHANGES_PER_S:g} changes/s"),
    )


if __name__ == "__main__":
    sys.exit(main())
