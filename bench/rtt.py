"""How wrong the reported round-trip time is while the loop stands still 20 ms in every 100.

The truth is the kernel's: when the request left and its reply came (bench/echo_tap.py). Beside
Guardia stands a pinger that takes the time itself, on such a loop with the same pauses.
"""

import asyncio
import contextlib
import statistics
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path
from typing import Protocol

import uvloop

from bench.addresses import loopback
from bench.contest import Contender, Results, contest
from bench.echo_tap import tapped
from bench.effort import Effort
from bench.figure import Ask, Figure, Side
from bench.guardia_clock import GuardiaClock
from bench.pace import TICK_S
from bench.pauses import Pauses
from bench.trips import Answer, Errors, Reported
from bench.user_clock import UserClock
from monitor import collector

_GUARDIA, _USER = "Guardia", "user-space clock"
_ANSWER_S = 2.5
_NS_OF_US, _NS_OF_MS = 1e3, 1e6
_CLOCK = "the kernel's stamps at the interface"


class Pinger(Protocol):
    def ask(self, address: str, answer: Answer) -> None: ...
    def close(self) -> None: ...


def run(effort: Effort) -> list[Figure]:
    rates = effort.pick(tiny=(500,), quick=(1_000, 5_000, 10_000), full=(1_000, 5_000, 10_000))
    seconds = effort.pick(tiny=0.5, quick=0.6, full=4.0)
    rounds = effort.pick(tiny=1, quick=1, full=3)
    return [figure for rate in rates for figure in at_rate(rate, seconds, rounds)]


def at_rate(rate: int, seconds: float, rounds: int) -> list[Figure]:
    """Return what half of the errors at this rate keep to, what 99 in 100, and a user's clock's."""
    half = Ask(f"RTT error at {rate:,} probes/s, p50", "µs", "<= 10")
    nearly_all = Ask(f"RTT error at {rate:,} probes/s, p99", "ms", "<= 0.3", headline=True)
    beside = Ask(f"RTT error at {rate:,} probes/s, p99, user-space clock", "ms")
    targets = loopback(2 * rate)
    ours = Campaign(lambda: GuardiaClock(targets), targets, rate, seconds)
    theirs = Campaign(UserClock.open, targets, rate, seconds)
    found = contest([_contender(_GUARDIA, ours), _contender(_USER, theirs)], rounds, warm_ups=0)
    return [
        _p50(found, half, ours),
        found.alone(nearly_all, _GUARDIA),
        found.alone(beside, _USER),
    ]


@dataclass(slots=True)
class Campaign:
    """Asks so many a second, for so long, and compares what is reported with what was."""

    opener: Callable[[], Pinger]
    targets: Sequence[str]
    rate: int
    seconds: float
    taken: list[Errors] = field(default_factory=list)

    def p99_ms(self) -> float:
        """Make one round; its other figures are in `taken`."""
        with (
            tempfile.TemporaryDirectory(prefix="guardia-rtt-") as folder,
            tapped(Path(folder)) as seen,
        ):
            reported = uvloop.run(self._ping())
            self.taken.append(reported.errors(seen()))
        return self.taken[-1].p99_ns / _NS_OF_MS

    async def _ping(self) -> Reported:
        """Ask on ticks, as the daemon does, while the loop is blocked now and then."""
        reported, turn, asked = Reported(), cycle(self.targets), 0
        wanted = round(self.rate * self.seconds)
        with contextlib.closing(self.opener()) as pinger:
            collector.spare()
            clock = asyncio.get_running_loop().time
            began_s = clock()
            with Pauses():
                while asked < wanted:
                    due = min(int((clock() - began_s) * self.rate), wanted)
                    for target in islice(turn, due - asked):
                        pinger.ask(target, reported.place(target))
                    asked = due
                    await asyncio.sleep(TICK_S)
                with contextlib.suppress(TimeoutError):  # what is missing shows in the comparison
                    await asyncio.wait_for(reported.all_told.wait(), _ANSWER_S)
        return reported


def _contender(name: str, campaign: Campaign) -> Contender:
    how = f"{campaign.seconds:g} s at {campaign.rate:,} probes/s"
    return Contender(name, campaign.p99_ms, "ms", how, _CLOCK)


def _p50(found: Results, ask: Ask, ours: Campaign) -> Figure:
    nearly_all = found.alone(ask, _GUARDIA)
    if nearly_all.value is None:
        return nearly_all
    rounds = tuple(errors.p50_ns / _NS_OF_US for errors in ours.taken)
    side = Side(_GUARDIA, statistics.median(rounds), "µs", rounds, source=_CLOCK)
    return ask.measured(side.value, side)
