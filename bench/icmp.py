"""CPU per ICMP probe: Guardia's engine beside the C floor, fping, icmplib and blackbox_exporter.

All flood loopback addresses, one echo each, and each in a process of its own, so that there is
only one raw socket at a time: the kernel hands every reply to all of them, at the sender's cost.
"""

import asyncio
import socket
import tempfile
from functools import partial
from pathlib import Path

from bench.addresses import loopback, write_list
from bench.blackbox import Blackbox, running
from bench.contest import Contender, MeaninglessError, contest
from bench.cpu import CLOCK, ITSELF, WAIT4
from bench.effort import Effort
from bench.figure import Ask, Figure
from bench.flooder import compile_floor, floor_us, fping_more_us, fping_us, python_us
from bench.icmp_icmplib import CONCURRENT
from bench.pace import Pace

FLOOR = Ask("ICMP against the C floor", "× its CPU", "<= 4", "<= 3", headline=True)
FPING = Ask("ICMP against fping", "× its CPU", "<= 0.6", headline=True)
FPING_MORE = Ask("ICMP against each further ping of fping", "× its CPU")
ICMPLIB = Ask("ICMP, icmplib against Guardia", "× the CPU", ">= 20", headline=True)
BLACKBOX = Ask("ICMP, blackbox_exporter against Guardia", "× the CPU", ">= 60", headline=True)
MANY = Ask("ICMP, 100,000 targets against 10,000", "× the CPU of a probe", "<= 1.15")
FLOOR_MANY = Ask("ICMP against the C floor, 100,000 targets", "× its CPU")
_ALL = (FLOOR, FPING, FPING_MORE, ICMPLIB, BLACKBOX, MANY, FLOOR_MANY)

BLACKBOX_AT_ONCE = 32
_MODULES = "modules: {icmp: {prober: icmp, timeout: 5s, icmp: {preferred_ip_protocol: ip4}}}\n"
_GUARDIA, _GUARDIA_MANY, _FLOOR, _FLOOR_MANY = "Guardia", "Guardia, many", "C floor", "C, many"
_FPING, _FPING_MORE, _ICMPLIB, _BLACKBOX = (
    "fping",
    "fping, further pings",
    "icmplib",
    "blackbox_exporter",
)


def run(effort: Effort) -> list[Figure]:
    try:
        socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP).close()
    except PermissionError:
        return [ask.skipped("no permission for raw ICMP sockets: run as root") for ask in _ALL]
    count = effort.pick(tiny=200, quick=10_000, full=10_000)
    many = effort.pick(tiny=1_000, quick=100_000, full=100_000)
    with tempfile.TemporaryDirectory(prefix="guardia-icmp-") as name:
        folder = Path(name)
        rounds = effort.pick(tiny=1, quick=1, full=7)
        few = _the_few(folder, effort, count)
        found = contest(few, rounds, warm_ups=effort.pick(tiny=0, quick=0, full=1))
        rounds_many = effort.pick(tiny=1, quick=1, full=5)
        found_many = contest(_the_many(folder, count, many), rounds_many, warm_ups=0)
    return [
        found.ratio(FLOOR, _GUARDIA, _FLOOR),
        found.ratio(FPING, _GUARDIA, _FPING),
        found.ratio(FPING_MORE, _GUARDIA, _FPING_MORE),
        found.ratio(ICMPLIB, _ICMPLIB, _GUARDIA),
        found.ratio(BLACKBOX, _BLACKBOX, _GUARDIA),
        found_many.ratio(MANY, _GUARDIA_MANY, _GUARDIA),
        found_many.ratio(FLOOR_MANY, _GUARDIA_MANY, _FLOOR_MANY),
    ]


def _the_few(folder: Path, effort: Effort, count: int) -> list[Contender]:
    icmplib = effort.pick(tiny=50, quick=2_000, full=10_000)
    blackbox = effort.pick(tiny=50, quick=500, full=1_500)
    return [
        _guardia(_GUARDIA, count),
        _floor(folder, _FLOOR, count),
        Contender(
            _FPING,
            lambda: fping_us(write_list(folder, count), count),
            "µs",
            f"{count:,} targets, -C 1 -q -i 0, start included",
            WAIT4,
        ),
        Contender(
            _FPING_MORE,
            lambda: fping_more_us(write_list(folder, count), count),
            "µs",
            f"{count:,} targets, -C 5 less -C 1",
            WAIT4,
        ),
        Contender(
            _ICMPLIB,
            lambda: python_us("bench.icmp_icmplib", icmplib),
            "µs",
            f"{icmplib:,} targets, async_multiping, {CONCURRENT} at once",
            ITSELF,
        ),
        Contender(
            _BLACKBOX,
            partial(_blackbox_us, folder, blackbox),
            "µs",
            f"{blackbox:,} targets through /probe, {BLACKBOX_AT_ONCE} at once",
            CLOCK,
        ),
    ]


def _the_many(folder: Path, count: int, many: int) -> list[Contender]:
    return [
        _guardia(_GUARDIA, count),
        _guardia(_GUARDIA_MANY, many),
        _floor(folder, _FLOOR_MANY, many),
    ]


def _guardia(name: str, count: int) -> Contender:
    return Contender(
        name,
        lambda: python_us("bench.icmp_guardia", count),
        "µs",
        f"{count:,} targets, one engine on uvloop, second flood",
        ITSELF,
    )


def _floor(folder: Path, name: str, count: int) -> Contender:
    return Contender(
        name,
        lambda: floor_us(compile_floor(folder), count),
        "µs",
        f"{count:,} targets, bench/floor.c with gcc -O2, second flood",
        ITSELF,
    )


def _blackbox_us(folder: Path, count: int) -> float:
    """Return the CPU of one probe, after some that warm up."""
    with running(folder, _MODULES) as exporter:
        return asyncio.run(_drive(exporter, count))


async def _drive(exporter: Blackbox, count: int) -> float:
    pace = Pace(per_s=0, at_once=BLACKBOX_AT_ONCE)
    targets = loopback(count)
    await exporter.drive(targets[:100], "icmp", pace)
    driven = await exporter.drive(targets, "icmp", pace)
    if driven.succeeded < count:
        raise MeaninglessError(f"only {driven.succeeded} of {count} probes succeeded")
    return driven.cpu_s / count * 1e6
