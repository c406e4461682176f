"""One size of bench/scale.py in a process of its own; prints what it took as JSON.

python -m bench.scale_engine PROBES RATE_PER_S WINDOW_S JUDGED
"""

import asyncio
import json
import sys
import tempfile
from array import array
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from resource import RUSAGE_SELF, getrusage

import uvloop

from bench.addresses import loopback
from bench.process_tree import resident_bytes
from bench.scale import Life, Trial
from config.component import Probe
from config.fleet import Fleet, plan_probes
from config.probe import IcmpSettings
from config.settings import Classes, JudgementClass, Settings
from config.site import Link, Service, Site
from exporters.exposition import Exposition
from exporters.self_metrics import SelfMetrics
from monitor import collector
from monitor.clock import SystemClock
from monitor.journal import Journal
from monitor.pipeline import Pipeline
from monitor.scheduler import Fold, Next, Scheduler
from monitor.sight.sight import Surroundings
from monitor.stalls import Stalls
from monitor.watch import Watch
from probes.kinds import Kinds
from probes.reading import Reading

_PER_SITE = 5
"""Pings a site has where they are judged: one of its link, the others of services."""
_SETTLE_S = 0.5


class _Telemetry(SelfMetrics):
    """Keeps how late each start was, instead of counting it into a histogram."""

    def __init__(self) -> None:
        super().__init__(Exposition(), version="bench", started_at=datetime.now(UTC))
        self.late_s = array("f")

    def probe_late(self, seconds: float) -> None:
        self.late_s.append(seconds)


class _Count:
    """What came back. It is folded in the order in which it was asked: first of all, each once."""

    def __init__(self, probes: int) -> None:
        self.ran = self.failed = 0
        self.each_ran = asyncio.Event()
        self._probes = probes

    def around(self, fold: Fold) -> Fold:
        def counted(probe: Probe, reading: Reading, started_s: float) -> Next:
            self.ran += 1
            if self.ran == self._probes:
                self.each_ran.set()
            self.failed += not reading.success
            return fold(probe, reading, started_s)

        return counted


_NEXT = Next()


def _thrown_away(_probe: Probe, _reading: Reading, _started_s: float) -> Next:
    return _NEXT


def _planned(trial: Trial) -> dict[str, Probe]:
    """Return the probes of one component each, as a site list would plan them."""
    judgement = _class(trial)
    planned: dict[str, Probe] = {}
    for number, address in enumerate(loopback(trial.probes)):
        settings = IcmpSettings(target=address)
        for probe in plan_probes(f"clinic-{number}/link/cfe", (settings,), judgement):
            planned[probe.key] = probe
    return planned


def _fleet(trial: Trial) -> Fleet:
    addresses = loopback(trial.probes)
    sites = [addresses[at : at + _PER_SITE] for at in range(0, len(addresses), _PER_SITE)]
    return Fleet(
        Settings(include=("none",), classes=Classes(clinic=_class(trial))),
        tuple(_site(number, targets) for number, targets in enumerate(sites)),
    )


def _site(number: int, targets: Sequence[str]) -> Site:
    pings = [(IcmpSettings(target=target),) for target in targets]
    services = (Service(id=f"service-{n}", probes=one) for n, one in enumerate(pings[1:]))
    link = Link(id="cfe", probes=pings[0])
    return Site(id=f"clinic-{number}", name="Clínica", links=(link,), services=tuple(services))


def _class(trial: Trial) -> JudgementClass:
    return JudgementClass(interval=trial.interval_s, reprobe=1.0)


def _middle(trial: Trial, folder: Path, telemetry: SelfMetrics) -> tuple[dict[str, Probe], Fold]:
    """Return all probes, and the fold of the daemon without exporters."""
    clock = SystemClock()
    journal = Journal(folder / "journal.db", clock, telemetry)
    watch = Watch(_fleet(trial), Surroundings(), journal.number)
    pipeline = Pipeline(
        watch, journal, lambda _event: None, lambda _run: None,
        Stalls(clock, telemetry), clock, telemetry,
    )  # fmt: skip
    return watch.probes(), pipeline.fold


@asynccontextmanager
async def _kinds(telemetry: SelfMetrics) -> AsyncIterator[Kinds]:
    kinds = Kinds.open(on_ignored=telemetry.replies_ignored, on_dropped=telemetry.replies_dropped)
    serving = asyncio.create_task(kinds.serve(), name="runs")
    await asyncio.sleep(0)
    try:
        yield kinds
    finally:
        serving.cancel()
        await asyncio.wait([serving])
        await kinds.close()


async def live(trial: Trial, folder: Path) -> Life:
    """Let every probe run once, however long that takes, then measure for a while.

    What is heard of for the first time costs ten times as much to judge: it has to be written down.
    """
    telemetry, count = _Telemetry(), _Count(trial.probes)
    if trial.judged:
        probes, fold = _middle(trial, folder, telemetry)
    else:
        probes, fold = _planned(trial), _thrown_away
    async with _kinds(telemetry) as kinds:
        scheduler = Scheduler(kinds.question, count.around(fold), SystemClock(), telemetry)
        scheduler.plan(probes)
        collector.spare()  # as `guardia run` does
        scheduling = asyncio.create_task(scheduler.serve(), name="scheduler")
        try:
            await asyncio.sleep(trial.interval_s + _SETTLE_S)
            await count.each_ran.wait()
            return await _measured(trial, telemetry, count)
        finally:
            scheduling.cancel()
            await asyncio.wait([scheduling])


async def _measured(trial: Trial, telemetry: _Telemetry, count: _Count) -> Life:
    telemetry.late_s = array("f")
    ran, failed, before_s = count.ran, count.failed, _cpu_s()
    await asyncio.sleep(trial.window_s)
    used_s, ran = _cpu_s() - before_s, count.ran - ran
    late_s = sorted(telemetry.late_s)
    return Life(
        cpu_us_per_probe=used_s / max(1, ran) * 1e6,
        rss_bytes=resident_bytes(),
        ran=ran,
        failed=count.failed - failed,
        late_p99_ms=late_s[len(late_s) * 99 // 100] * 1000 if late_s else 0.0,
    )


def _cpu_s() -> float:
    used = getrusage(RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main(probes: str, rate_per_s: str, window_s: str, judged: str) -> None:
    trial = Trial(int(probes), float(rate_per_s), float(window_s), judged == "1")
    with tempfile.TemporaryDirectory(prefix="guardia-bench-") as folder:
        runner = asyncio.Runner(loop_factory=uvloop.new_event_loop)
        with runner:
            print(json.dumps(asdict(runner.run(live(trial, Path(folder))))))


if __name__ == "__main__":
    main(*sys.argv[1:])
