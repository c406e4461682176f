"""CPU per probe of Guardia's ICMP engine and of icmplib, side by side on loopback addresses.

    python -m bench.icmp_quick [TARGETS] [ROUNDS]

Needs raw sockets (icmplib is given privileged ones, the faster of its two). Rounds are
interleaved, medians printed. icmplib asks fewer addresses, for it takes longer and its cost per
probe grows with their number. Read the ratio: the figures themselves are the machine's.
"""

import asyncio
import statistics
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable

from icmplib import async_multiping

from config.probe import IcmpSettings
from probes.icmp import IcmpEngine

_ICMPLIB_SHARE = 10
_Flood = Callable[[], Awaitable[int]]


def addresses(count: int) -> list[str]:
    return [f"127.{64 + n // 62_500}.{n // 250 % 250}.{n % 250 + 1}" for n in range(count)]


def guardia(engine: IcmpEngine, targets: list[str]) -> _Flood:
    """Return a flood by one engine for all rounds, as in the daemon."""
    asked = [IcmpSettings(target=target) for target in targets]

    async def flood() -> int:
        readings = await asyncio.gather(*(engine.ping(settings) for settings in asked))
        return sum(reading.success for reading in readings)

    return flood


def icmplib(targets: list[str]) -> _Flood:
    async def flood() -> int:
        hosts = await async_multiping(targets, count=1, timeout=1, concurrent_tasks=50)
        return sum(host.is_alive for host in hosts)

    return flood


async def measure(flood: _Flood, count: int) -> float:
    """Return CPU microseconds per probe."""
    before_s = time.process_time()
    answered = await flood()
    cpu_us = (time.process_time() - before_s) / count * 1e6
    if answered < count:
        print(f"only {answered} of {count} came back")
    return cpu_us


async def main(count: int, rounds: int) -> None:
    told: Counter[str] = Counter()
    engine = IcmpEngine.open(
        on_ignored=lambda why, number: told.update({why: number}),
        on_dropped=lambda number: told.update(dropped=number),
    )
    print(engine.describe())
    few = count // _ICMPLIB_SHARE
    plan = {
        "guardia": (guardia(engine, addresses(count)), count),
        "icmplib": (icmplib(addresses(few)), few),
    }
    await plan["guardia"][0]()  # reads the addresses once, as a daemon does
    taken: dict[str, list[float]] = {name: [] for name in plan}
    for _ in range(rounds):
        for name, (flood, asked) in plan.items():
            taken[name].append(await measure(flood, asked))
    engine.close()
    medians = {name: statistics.median(cpu_us) for name, cpu_us in taken.items()}
    for name, (_, asked) in plan.items():
        print(f"{name}: {medians[name]:.1f} us a probe, {asked} targets at once")
    print(f"icmplib / guardia: {medians['icmplib'] / medians['guardia']:.1f}")
    print(f"ignored or dropped by guardia: {dict(told)}")


if __name__ == "__main__":
    numbers = [int(argument) for argument in sys.argv[1:]]
    asyncio.run(main(*(numbers + [10_000, 3][len(numbers) :])))
