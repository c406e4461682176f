"""A mass outage: many sites fall silent at once, and each gets its verdict as if it were alone.

How long a verdict takes depends on where in its interval a site was cut. So the slowest sites of
the mass outage are cut once more, alone, at the same place of the same interval, and each is
compared with itself.
"""

import signal
import statistics
import subprocess
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from bench.daemon_life import DaemonLife, settled
from bench.figure import Ask, Figure, Side
from bench.fleet_plan import LISTEN, REGION, FleetPlan, site_id
from bench.measure import log
from bench.metrics_page import at_most, quantile, seen_between
from bench.patience import wait_for
from bench.steady import LATENESS

LATE = Ask("mass outage: latest start of a probe", "ms, at most", "<= 200", headline=True)
BEHIND = Ask("mass outage: last verdict, later than alone", "s", "<= 2", headline=True)
OPEN = Ask("mass outage: without a verdict, or still open afterwards", "sites", "<= 0")
FALSE = Ask("mass outage: told of sites that were not cut", "sites", "<= 0")
AFTER = Ask("mass outage: sites with a new incident after it was over", "sites", "<= 0")
WAIT = Ask("mass outage: longest wait of a caller", "ms")
ASKED = (LATE, BEHIND, OPEN, FALSE, AFTER)

_VERDICT_S = 30.0
"""What a verdict may take beyond one interval before we give up on it."""
_LATER_S = 0.03
"""The second cut aims this much later in the interval. The slowest sites are those whose probes had
just been answered: a cut a little earlier would catch one, and win an interval by chance."""
_GRACE_S = 0.5
"""Verdicts that fall this soon after the restoration come from answers that were missed before."""
_ALONE = 3


@dataclass(frozen=True, slots=True)
class Cut:
    """`took_s` is the time from the cut to the opened incident, by site."""

    at_s: float
    took_s: Mapping[str, float]
    silent: int
    strangers: int

    @property
    def last_s(self) -> float:
        return max(self.took_s.values(), default=float("nan"))


@dataclass(frozen=True, slots=True)
class Outage:
    """`over_s`: from the restoration to the last word; None if some incident stays open.

    `afterwards` are the incidents that were opened when all was well again.
    """

    mass: Cut
    alone: Cut
    over_s: float | None
    afterwards: int
    lateness: Mapping[float, float]
    longest_wait_s: float

    @property
    def behind_s(self) -> float:
        """Return how much longer the worst site took among many than alone."""
        alone = self.alone.took_s
        return max((self.mass.took_s[site] - alone[site] for site in alone), default=float("nan"))


def measure(life: DaemonLife) -> Outage:
    """Cut the region, restore it, and cut its slowest sites again, alone."""
    region = {site_id(number) for number in range(life.plan.region)}
    before = life.scrape().histogram(LATENESS)
    pulse = life.inside(["python3", "-m", "bench.pulse", LISTEN], stdout=subprocess.PIPE)
    life.wait_to_be_told(pulse.stdout)
    log.info("%d sites are cut", life.plan.region)
    mass = _cut(life, region, node=REGION)
    pulse.send_signal(signal.SIGTERM)
    longest_wait_s = float(pulse.communicate(timeout=10)[0])
    lateness = seen_between(before, life.scrape().histogram(LATENESS))
    log.info("all but %d are told of; they come back", mass.silent)
    restored_s = _act(life, "restore", (), REGION)
    over_s = _over(life, mass.at_s, restored_s)
    settled(life, life.plan.interval_s + _VERDICT_S)
    log.info("the %d slowest are cut again, alone", _ALONE)
    alone = _again_alone(life, mass)
    afterwards = len(
        life.log.incidents("opened", restored_s + _GRACE_S).keys() - alone.took_s.keys()
    )
    return Outage(mass, alone, over_s, afterwards, lateness, longest_wait_s)


def _again_alone(life: DaemonLife, mass: Cut) -> Cut:
    """Cut the slowest sites once more."""
    slowest = sorted(mass.took_s, key=mass.took_s.__getitem__)[-_ALONE:]
    if not slowest:
        return Cut(mass.at_s, {}, 0, 0)
    _wait_for_phase(mass.at_s, life.plan.interval_s)
    return _cut(life, slowest, *slowest)


def _cut(life: DaemonLife, sites: Collection[str], *one_by_one: str, node: str = "") -> Cut:
    """Cut a node, or sites one by one, and wait for the verdict on each of `sites`."""
    at_s = _act(life, "cut", one_by_one, node)

    def all_told() -> dict[str, float] | None:
        told = life.log.incidents("opened", at_s)
        return told if told.keys() >= set(sites) else None

    try:
        told = wait_for(all_told, life.plan.interval_s + _VERDICT_S)
    except TimeoutError:
        told = life.log.incidents("opened", at_s)
    took_s = {site: told[site] - at_s for site in sites if site in told}
    return Cut(at_s, took_s, len(sites) - len(took_s), len(told.keys() - set(sites)))


def _over(life: DaemonLife, cut_s: float, restored_s: float) -> float | None:
    """Wait until nothing opened since the cut is open; return how long after the restoration."""

    def closed() -> float | None:
        if life.log.open_incidents(cut_s):
            return None
        return max(life.log.incidents("closed", cut_s).values(), default=restored_s)

    try:
        return wait_for(closed, life.plan.interval_s + _VERDICT_S) - restored_s
    except TimeoutError:
        return None


def _act(life: DaemonLife, do: str, sites: Collection[str], node: str) -> float:
    """Do it; return the wall time at which packets first felt it, by the simulator's log."""
    known = int(life.fleet.status()["truths"])
    if node:
        life.fleet.act(do, node=node)
    for site in sites:
        life.fleet.act(do, site=site, link="cfe")
    first = life.fleet.truth(known, wait_s=5.0, limit=1)[0]
    return datetime.fromisoformat(first["at"]).timestamp()


def _wait_for_phase(at_s: float, interval_s: float) -> None:
    """Wait until as much of the interval is over as was at that instant."""
    time.sleep((at_s + _LATER_S - time.time()) % interval_s)


def figures(outage: Outage, plan: FleetPlan) -> list[Figure]:
    """Return what the issue asks of a mass outage."""
    mass, alone = outage.mass, outage.alone
    open_ = mass.silent if outage.over_s is not None else max(1, mass.silent)
    many = f"{plan.region:,} of {plan.sites:,} sites at once"
    return [
        LATE.measured(at_most(dict(outage.lateness)) * 1000, *_starts(outage), note=many),
        BEHIND.measured(outage.behind_s, *_verdicts(outage), note=f"{many}; {_NOTE}")
        if mass.took_s and not alone.silent
        else BEHIND.broken(f"without a verdict: {mass.silent} of the many, {alone.silent} alone"),
        OPEN.measured(open_),
        FALSE.measured(mass.strangers),
        AFTER.measured(outage.afterwards),
        WAIT.measured(outage.longest_wait_s * 1000, note="GET /-/healthy every 50 ms"),
    ]


_NOTE = (
    f"the {_ALONE} slowest sites of the mass outage were cut again, without the others, at the "
    "same place of the interval; the figure is the worst difference of one of them with itself"
)


def _starts(outage: Outage) -> list[Side]:
    seen = dict(outage.lateness)
    source = "guardia_probe_lateness_seconds"
    return [
        Side("starts while it lasted", max(seen.values(), default=0.0), "", source=source),
        Side("p99", quantile(seen, 0.99) * 1000, "ms", source=source),
    ]


def _verdicts(outage: Outage) -> list[Side]:
    times = list(outage.mass.took_s.values())
    sides = [
        Side("cut to incident, median of all", statistics.median(times), "s"),
        Side("cut to incident, last of all", outage.mass.last_s, "s"),
        Side("cut to incident, the slowest alone", outage.alone.last_s, "s"),
    ]
    if outage.over_s is not None:  # else some are open still, which `OPEN` tells
        sides.append(Side("restored to the last closed", outage.over_s, "s"))
    return sides
