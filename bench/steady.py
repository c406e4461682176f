"""The daemon in its usual hour: nothing happens, everything is asked, judged and scraped."""

import time
from dataclasses import dataclass

from bench.daemon_life import DaemonLife, not_up
from bench.metrics_page import MetricsPage, seen_between
from bench.process_tree import Usage, usage

LATENESS = "guardia_probe_lateness_seconds"


@dataclass(frozen=True, slots=True)
class Steady:
    """What it used and did between two instants (wall time, for the tap).

    `lateness` is from one scrape to another, `counted_s` later: a little more than that.
    """

    from_s: float
    to_s: float
    counted_s: float
    before: Usage
    after: Usage
    lateness: dict[float, float]
    told: float
    not_up: int
    skipped: float | None
    dropped: float
    troubles: tuple[str, ...]

    @property
    def took_s(self) -> float:
        return self.to_s - self.from_s

    @property
    def cpu_ratio(self) -> float:
        """Return the share of one core, scrapes by Prometheus included."""
        return (self.after.cpu_s - self.before.cpu_s) / self.took_s

    @property
    def waited_ratio(self) -> float:
        """Return the share of the time in which it was ready and others had the cores."""
        return (self.after.waited_s - self.before.waited_s) / self.took_s

    @property
    def runs_per_s(self) -> float:
        return max(self.lateness.values(), default=0.0) / self.counted_s

    @property
    def cpu_us_per_probe(self) -> float:
        return self.cpu_ratio / self.runs_per_s * 1e6


def measure(life: DaemonLife, window_s: float) -> Steady:
    """Measure for so long. The two scrapes of our own lie outside."""
    first, first_s = _scrape(life)
    before, from_s, began_s = usage(life.pid), time.time(), time.monotonic()
    time.sleep(window_s)
    after, took_s = usage(life.pid), time.monotonic() - began_s
    last, last_s = _scrape(life)
    return Steady(
        from_s,
        from_s + took_s,
        last_s - first_s,
        before,
        after,
        lateness=seen_between(first.histogram(LATENESS), last.histogram(LATENESS)),
        told=last.total("guardia_incidents_total") or 0.0,
        not_up=not_up(last),
        skipped=last.total("guardia_probe_runs_skipped_total"),
        dropped=last.total("guardia_icmp_replies_dropped_total") or 0.0,
        troubles=tuple(life.log.troubles()),
    )


def _scrape(life: DaemonLife) -> tuple[MetricsPage, float]:
    """Return a page, and the middle of the time that it took."""
    began_s = time.monotonic()
    page = life.scrape()
    return page, (began_s + time.monotonic()) / 2
