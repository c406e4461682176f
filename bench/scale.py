"""Does a probe cost the same among a hundred thousand as among a thousand?

Each size lives in a process of its own (bench/scale_engine.py), at the same total rate; the
sizes take turns. What is measured is the probe engine: scheduler, ICMP engine, and a fold that
throws away; the same with judging, journal and events stands beside it.
"""

import json
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from bench.effort import Effort
from bench.figure import Ask, Figure, Side
from bench.measure import log

FLAT = Ask("engine: CPU per probe, most targets against fewest", "×", "<= 1.2", headline=True)
MEMORY = Ask("engine: resident memory per probe beyond the base", "KiB", "<= 4", headline=True)
JUDGED_FLAT = Ask("with judging: CPU per probe, most targets against fewest", "×")
JUDGED_MEMORY = Ask("with judging: resident memory per probe beyond the base", "KiB")

_GRACE_S = 60.0
_LOST = 0.001
_SOURCE = "getrusage of the process"


@dataclass(frozen=True, slots=True)
class Trial:
    """How large, how fast, and for how long; `judged` brings the middle of the daemon in."""

    probes: int
    rate_per_s: float
    window_s: float
    judged: bool

    @property
    def interval_s(self) -> float:
        return self.probes / self.rate_per_s


@dataclass(frozen=True, slots=True)
class Life:
    """What one process told: of a window after every probe had run once."""

    cpu_us_per_probe: float
    rss_bytes: int
    ran: int
    failed: int
    late_p99_ms: float


def run(effort: Effort) -> list[Figure]:
    """Return the figures of both, the engine alone and with judging."""
    sizes: tuple[int, ...] = effort.pick(
        tiny=(50, 200), quick=(1_000, 10_000), full=(1_000, 10_000, 100_000)
    )
    rate_per_s = effort.pick(tiny=200.0, quick=5_000.0, full=5_000.0)
    window_s = effort.pick(tiny=0.5, quick=2.0, full=8.0)
    rounds = effort.pick(tiny=1, quick=1, full=2)
    engine = _lives(sizes, rate_per_s, window_s, rounds, judged=False)
    figures = figures_of(FLAT, MEMORY, rate_per_s, engine)
    if effort is Effort.QUICK:
        return figures  # what is judged has no bound, and takes as long again
    judged = _lives(sizes, rate_per_s, window_s, 1, judged=True)
    return [*figures, *figures_of(JUDGED_FLAT, JUDGED_MEMORY, rate_per_s, judged)]


def _lives(
    sizes: Sequence[int], rate_per_s: float, window_s: float, rounds: int, *, judged: bool
) -> dict[int, list[Life]]:
    lives: dict[int, list[Life]] = {size: [] for size in sizes}
    for _ in range(rounds):
        for size in sizes:
            log.info("%d probes%s", size, ", judged" if judged else "")
            lives[size].append(_lived(Trial(size, rate_per_s, window_s, judged)))
    return lives


def _lived(trial: Trial) -> Life:
    """Run a trial in a process of its own."""
    words = (trial.probes, trial.rate_per_s, trial.window_s, int(trial.judged))
    said = subprocess.run(
        [sys.executable, "-m", "bench.scale_engine", *map(str, words)],
        stdout=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        timeout=3 * trial.interval_s + trial.window_s + _GRACE_S,
        check=True,
    ).stdout
    return Life(**json.loads(said))


def figures_of(
    flat: Ask, memory: Ask, rate_per_s: float, lives: dict[int, list[Life]]
) -> list[Figure]:
    """Return the two figures of lives by number of probes."""
    fewest, most = min(lives), max(lives)
    told_of = [life for trials in lives.values() for life in trials]
    lost = sum(life.failed for life in told_of) / max(1, sum(life.ran for life in told_of))
    costs = {size: _middle([one.cpu_us_per_probe for one in told]) for size, told in lives.items()}
    memories = {size: _middle([one.rss_bytes for one in told]) for size, told in lives.items()}
    sides = tuple(_side(size, told, rate_per_s) for size, told in lives.items())
    if lost > _LOST:
        why = f"{lost:.1%} of the probes of loopback addresses failed"
        return [flat.broken(why, *sides), memory.broken(why)]
    per_probe_kib = (memories[most] - memories[fewest]) / (most - fewest) / 1024
    resident = [Side(f"{size:,} probes", memories[size] / 1e6, "MB") for size in lives]
    return [
        flat.measured(costs[most] / costs[fewest], *sides, note=f"{most:,} against {fewest:,}"),
        memory.measured(per_probe_kib, *resident, note=f"from {fewest:,} to {most:,} probes"),
    ]


def _side(size: int, told: Sequence[Life], rate_per_s: float) -> Side:
    rounds = tuple(life.cpu_us_per_probe for life in told)
    late_ms = max(life.late_p99_ms for life in told)
    note = f"every {size / rate_per_s:g} s, lateness p99 {late_ms:.1f} ms"
    return Side(f"{size:,} probes", _middle(rounds), "µs a probe", rounds, note, _SOURCE)


def _middle(values: Sequence[float]) -> float:
    return statistics.median(values)
