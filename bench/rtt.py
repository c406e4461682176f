"""How wrong the reported round-trip time is while the loop stands still 20 ms in every 100.

The truth is the kernel's: when the request left and its reply came (bench/echo_tap.py). Beside
Guardia stands a pinger that takes the time itself, on such a loop with the same pauses.
"""

import asyncio
import contextlib
import logging
import statistics
import tempfile
from collections.abc import Callable, Sequence
from itertools import cycle, islice
from pathlib import Path
from typing import Protocol

import uvloop

from bench.addresses import loopback
from bench.collector import spare_the_collector
from bench.contest import MeaninglessError
from bench.echo_tap import tapped
from bench.effort import Effort
from bench.figure import Ask, Figure, Side
from bench.guardia_clock import GuardiaClock
from bench.pace import TICK_S
from bench.pauses import Pauses
from bench.trips import Answer, Errors, Reported
from bench.user_clock import UserClock

_GUARDIA, _USER = "Guardia", "user-space clock"
_ANSWER_S = 2.5
_NS_OF_US, _NS_OF_MS = 1e3, 1e6
log = logging.getLogger("bench")


class Pinger(Protocol):
    def ask(self, address: str, answer: Answer) -> None: ...
    def close(self) -> None: ...


def run(effort: Effort) -> list[Figure]:
    rates = effort.pick(tiny=(500,), quick=(1_000, 5_000, 10_000), full=(1_000, 5_000, 10_000))
    seconds = effort.pick(tiny=0.5, quick=1.0, full=4.0)
    rounds = effort.pick(tiny=1, quick=1, full=3)
    return [figure for rate in rates for figure in at_rate(rate, seconds, rounds)]


def at_rate(rate: int, seconds: float, rounds: int) -> list[Figure]:
    """Return what half of the errors at this rate keep to, what 99 in 100, and a user's clock's."""
    half = Ask(f"RTT error at {rate:,} probes/s, p50", "µs", "<= 10")
    nearly_all = Ask(f"RTT error at {rate:,} probes/s, p99", "ms", "<= 0.3", headline=True)
    beside = Ask(f"RTT error at {rate:,} probes/s, p99, user-space clock", "ms")
    targets = loopback(2 * rate)
    clocks: dict[str, Callable[[], Pinger]] = {
        _GUARDIA: lambda: GuardiaClock(targets),
        _USER: UserClock.open,
    }
    taken: dict[str, list[Errors]] = {name: [] for name in clocks}
    try:
        for _ in range(rounds):
            for name, opener in clocks.items():
                taken[name].append(_campaign(name, opener, targets, rate, seconds))
    except PermissionError:
        why = "no permission for raw ICMP and packet sockets: run as root"
        return [half.skipped(why), nearly_all.skipped(why)]
    except MeaninglessError as error:
        return [half.broken(str(error)), nearly_all.broken(str(error))]
    p50_us = _sides({n: [e.p50_ns / _NS_OF_US for e in all_] for n, all_ in taken.items()}, "µs")
    p99_ms = _sides({n: [e.p99_ns / _NS_OF_MS for e in all_] for n, all_ in taken.items()}, "ms")
    return [
        half.measured(p50_us[0].value, *p50_us),
        nearly_all.measured(p99_ms[0].value, *p99_ms),
        beside.measured(p99_ms[1].value),
    ]


def _campaign(
    name: str, opener: Callable[[], Pinger], targets: Sequence[str], rate: int, seconds: float
) -> Errors:
    with (
        tempfile.TemporaryDirectory(prefix="guardia-rtt-") as folder,
        tapped(Path(folder)) as seen,
    ):
        reported = uvloop.run(_ping(opener, targets, rate, seconds))
        errors = reported.errors(seen())
    p50_us, p99_ms = errors.p50_ns / _NS_OF_US, errors.p99_ns / _NS_OF_MS
    log.info("%s, %d probes/s: p50 %.1f µs, p99 %.3f ms", name, rate, p50_us, p99_ms)
    return errors


async def _ping(
    opener: Callable[[], Pinger], targets: Sequence[str], rate: int, seconds: float
) -> Reported:
    """Ask so many a second, on ticks as the daemon does, while the loop is blocked now and then."""
    reported, turn, asked = Reported(), cycle(targets), 0
    with contextlib.closing(opener()) as pinger:
        spare_the_collector()
        clock = asyncio.get_running_loop().time
        began_s = clock()
        with Pauses():
            while asked < rate * seconds:
                due = min(int((clock() - began_s) * rate), int(rate * seconds))
                for target in islice(turn, due - asked):
                    pinger.ask(target, reported.place(target))
                asked = due
                await asyncio.sleep(TICK_S)
            with contextlib.suppress(TimeoutError):  # what is missing shows in the comparison
                await asyncio.wait_for(reported.all_told.wait(), _ANSWER_S)
    return reported


def _sides(taken: dict[str, list[float]], unit: str) -> list[Side]:
    how = "against the kernel's stamps at the interface"
    return [
        Side(name, statistics.median(rounds), unit, tuple(rounds), source=how)
        for name, rounds in taken.items()
    ]
