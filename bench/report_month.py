"""What a monthly report of the country costs: `guardia report` over 100,000 changes of state."""

import statistics
import sys
import tempfile
from datetime import date
from pathlib import Path

from bench.cpu import WAIT4, Ended, run_to_end
from bench.effort import Effort
from bench.figure import Ask, Figure, Side
from bench.measure import log
from bench.report_fleet import SITES, write_fleet
from bench.report_journal import Month
from config.loader import load
from monitor.report.question import Question

CPU = Ask("monthly report as HTML: CPU time", "s", "<= 10", headline=True)
PEAK = Ask("monthly report as HTML: peak resident memory", "MB", "<= 300", headline=True)
JSON_CPU = Ask("monthly report as JSON, every component and outage: CPU time", "s", "<= 10")
JSON_PEAK = Ask("monthly report as JSON: peak resident memory", "MB", "<= 300")
_LIMIT_S = 120.0
_FIRST, _LAST = date(2026, 10, 1), date(2026, 10, 31)


def run(effort: Effort) -> list[Figure]:
    """Return CPU and memory of both forms, the start of Python and the fleet's file included."""
    sites = effort.pick(tiny=20, quick=SITES // 10, full=SITES)
    changes = effort.pick(tiny=200, quick=10_000, full=100_000)
    rounds = effort.pick(tiny=1, quick=1, full=3)
    with tempfile.TemporaryDirectory(prefix="guardia-bench-") as name:
        folder = Path(name)
        config = write_fleet(folder, sites)
        fleet = load(config)
        period = Question(_FIRST, _LAST).span(fleet.sites)
        written = Month(fleet, period, changes).write(folder / "journal.db")
        what = f"{sites:,} sites, {written:,} changes of state"
        log.info("%s", what)
        return [
            *_figures(CPU, PEAK, [_made(config, "html") for _ in range(rounds)], what),
            *_figures(JSON_CPU, JSON_PEAK, [_made(config, "json") for _ in range(rounds)], what),
        ]


def _made(config: Path, form: str) -> Ended:
    words = ["-c", str(config), "--from", str(_FIRST), "--to", str(_LAST), "--format", form]
    out = config.parent / f"report.{form}"
    command = [sys.executable, "-m", "monitor", "report", *words, "--out", str(out)]
    return run_to_end(command, _LIMIT_S)


def _figures(cpu: Ask, peak: Ask, made: list[Ended], what: str) -> list[Figure]:
    failed = next((one for one in made if one.exit_code), None)
    if failed is not None:
        why = f"guardia report ended with {failed.exit_code}: {failed.output[-200:]}"
        return [cpu.broken(why), peak.broken(why)]
    cpus = tuple(one.cpu_s for one in made)
    side = Side("guardia report", statistics.median(cpus), "s", cpus, source=WAIT4)
    return [
        cpu.measured(side.value, side, note=what),
        peak.measured(max(one.peak_bytes for one in made) / 1e6, note=what),
    ]
