"""The whole daemon over a simulated fleet, in one life: cold start, steady state, mass outage.

It is driven as an operator would, and judged from outside: by the clocks of the kernel, the wire,
the shift log and the metrics page. blackbox_exporter then does the same probes in the same place.
"""

import json
import subprocess
import sys
import time
from dataclasses import dataclass

from bench import coldstart, outage, steady
from bench.arrivals import Askings
from bench.blackbox import PROGRAM
from bench.blackbox_load import Load
from bench.coldstart import ColdStart
from bench.daemon_life import DaemonLife, lived, settled
from bench.effort import Effort
from bench.figure import Ask, Figure, Side
from bench.fleet_plan import FleetPlan
from bench.measure import log
from bench.metrics_page import at_most, quantile
from bench.number import number
from bench.outage import Outage
from bench.peers import AbsentError, find
from bench.steady import Steady
from simulator.runner import SimulationError

FULL = FleetPlan(sites=3_180, interval_s=15.0, region=1_000)
QUICK = FleetPlan(sites=636, interval_s=3.0, region=200)
"""The same probes a second from a fifth of the sites: its shares of a core compare with FULL's."""
TINY = FleetPlan(sites=12, interval_s=1.0, region=4)

_WHOLE = "whole daemon"
CPU = Ask(f"{_WHOLE}: CPU", "% of one core", "<= 40", "<= 25", headline=True)
MEMORY = Ask(f"{_WHOLE}: resident memory", "MB", "<= 250", headline=True)
LATE = Ask(f"{_WHOLE}: start lateness, p99", "ms", "<= 30", headline=True)
SKIPPED = Ask(f"{_WHOLE}: probes left out", "runs", "<= 0")
FALSE = Ask(f"{_WHOLE}: told or held falsely", "incidents and components", "<= 0")
BLACKBOX = Ask(
    "blackbox_exporter against the whole daemon", "× its CPU", ">= 3", ">= 5", headline=True
)

_ASKED = (CPU, MEMORY, LATE, SKIPPED, FALSE, BLACKBOX, *coldstart.ASKED, *outage.ASKED)
_SETTLE_S = 45.0
_SLACK_RATIO = 0.5
"""A run counts as left out when its place was silent for one and a half intervals."""
_PROCESS = "CPU clock of the process and its children"


@dataclass(frozen=True, slots=True)
class Lived:
    """All that one life showed."""

    plan: FleetPlan
    took_to_watch_s: float
    steady: Steady
    start: ColdStart
    left_out: int
    outage: Outage
    loads: tuple[Load, ...]


def run(effort: Effort) -> list[Figure]:
    """Return the figures of the whole daemon; each says how large the fleet was."""
    plan = effort.pick(tiny=TINY, quick=QUICK, full=FULL)
    window_s = effort.pick(tiny=2.0, quick=6.0, full=60.0)
    peer_s = effort.pick(tiny=1.0, quick=2.0, full=12.0)
    try:
        with lived(plan) as life:
            return figures(_live(life, window_s, peer_s, peer_again=effort is Effort.FULL))
    except (AbsentError, SimulationError) as error:
        return [ask.skipped(str(error)) for ask in _ASKED]


def _live(life: DaemonLife, window_s: float, peer_s: float, *, peer_again: bool) -> Lived:
    plan = life.plan
    log.info("%s: blackbox_exporter", plan)
    loads = [_peer(life, peer_s)]
    log.info("%s: the daemon starts", plan)
    life.start(scrape_s=plan.interval_s)
    time.sleep(max(0.0, life.watching_s + coldstart.INTERVALS * plan.interval_s - time.time()))
    if not settled(life, _SETTLE_S):
        log.warning("%s: not everything is up", plan)
    log.info("%s: steady for %g s", plan, window_s)
    usual = steady.measure(life, window_s)
    cut = outage.measure(life)
    life.end()
    if peer_again:
        log.info("%s: blackbox_exporter again", plan)
        loads.append(_peer(life, peer_s))
    tapped = life.tapped()
    askings = Askings.among(tapped.sent, plan.places())
    slack_s = _SLACK_RATIO * plan.interval_s
    return Lived(
        plan,
        life.watching_s - life.started_s,
        usual,
        coldstart.look(tapped, askings, plan, life.watching_s, usual),
        askings.left_out(usual.from_s, usual.to_s, plan.interval_s, slack_s),
        cut,
        tuple(load for load in loads if load is not None),
    )


def _peer(life: DaemonLife, seconds: float) -> Load | None:
    """Let blackbox_exporter do the same for a while; None where it is not installed."""
    try:
        find(PROGRAM)
    except AbsentError:
        return None
    words = [life.folder, life.plan.sites, life.plan.interval_s, seconds]
    command = [sys.executable, "-m", "bench.blackbox_load", *map(str, words)]
    child = life.inside(command, stdout=subprocess.PIPE, text=True)
    said, _ = child.communicate(timeout=seconds + 30)
    return Load(**json.loads(said))


def figures(lived_: Lived) -> list[Figure]:
    """Return everything that the issue asks of the whole daemon."""
    return [
        *_of_steady(lived_),
        _of_peer(lived_),
        *coldstart.figures(lived_.start, lived_.plan, lived_.took_to_watch_s),
        *outage.figures(lived_.outage, lived_.plan),
    ]


def _of_steady(lived_: Lived) -> list[Figure]:
    seen, plan = lived_.steady, lived_.plan
    how = f"{plan}, Prometheus scraping as often, {seen.took_s:.0f} s"
    p99_s, p999_s = quantile(seen.lateness, 0.99), quantile(seen.lateness, 0.999)
    troubles = f"; the daemon warned {len(seen.troubles)} times" if seen.troubles else ""
    return [
        CPU.measured(
            seen.cpu_ratio * 100,
            Side("CPU per probe", seen.cpu_us_per_probe, "µs", note=how, source=_PROCESS),
            note=how,
        ),
        MEMORY.measured(
            seen.after.rss_bytes / 1e6,
            Side("at most, since the start", seen.after.peak_bytes / 1e6, "MB", source="VmHWM"),
            Side("a probe", seen.after.rss_bytes / plan.probes / 1024, "KiB", source="VmRSS"),
            note=how,
        ),
        LATE.measured(
            p99_s * 1000,
            Side("p99.9", p999_s * 1000, "ms"),
            Side("latest, at most", at_most(seen.lateness) * 1000, "ms"),
            Side("waited for a core", seen.waited_ratio * 100, "% of the time", source="schedstat"),
            note="from guardia_probe_lateness_seconds, linear inside its bucket" + troubles,
        ),
        _of_runs(lived_),
        FALSE.measured(seen.told + seen.not_up, note="nothing was broken"),
    ]


def _of_runs(lived_: Lived) -> Figure:
    seen, plan = lived_.steady, lived_.plan
    rates = [
        Side("runs begun", seen.runs_per_s, "1/s", source="the daemon"),
        Side("asked for", plan.probes_per_s, "1/s"),
    ]
    if lived_.start.missed:
        return SKIPPED.broken(f"the tap itself missed {lived_.start.missed} packets", *rates)
    own = seen.skipped or 0.0
    note = (
        "each probe has a place of its own; a place silent for 1.5 intervals on the wire lacks one"
    )
    return SKIPPED.measured(lived_.left_out + own, *rates, note=note)


def _of_peer(lived_: Lived) -> Figure:
    own = Side("Guardia, all of it", lived_.steady.cpu_us_per_probe, "µs a probe", source=_PROCESS)
    if not lived_.loads:
        return BLACKBOX.skipped(f"{PROGRAM} is not installed", own)
    rounds = tuple(load.cpu_us_per_probe for load in lived_.loads)
    probes = sum(load.probes for load in lived_.loads)
    rate_per_s = probes / sum(load.took_s for load in lived_.loads)
    succeeded = sum(load.succeeded for load in lived_.loads) / max(1, probes)
    note = (
        f"{number(rate_per_s)}/s of {number(lived_.plan.probes_per_s)}/s, {succeeded:.1%} succeeded"
    )
    peer = Side(PROGRAM, sum(rounds) / len(rounds), "µs a probe", rounds, note, "CPU clock")
    if succeeded < 0.99:
        return BLACKBOX.broken(f"only {succeeded:.1%} of its probes succeeded", own, peer)
    when = "before Guardia" if len(rounds) == 1 else "before Guardia and after"
    return BLACKBOX.measured(peer.value / own.value, own, peer, note=f"CPU per probe; {when}")
