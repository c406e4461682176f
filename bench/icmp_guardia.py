"""One flood by Guardia's engine, after one that warms up: `python -m bench.icmp_guardia COUNT`.

As the daemon does it: one engine, on uvloop, each question prepared once and asked again.
"""

import asyncio
import sys
import time
from collections import Counter

import uvloop

from bench.addresses import loopback
from bench.collector import spare_the_collector
from config.probe import IcmpSettings
from probes.icmp import IcmpEngine


async def flood(count: int) -> None:
    """Print what the second flood cost, and how many were answered."""
    told: Counter[str] = Counter()
    engine = IcmpEngine.open(
        on_ignored=lambda why, number: told.update({why: number}),
        on_dropped=lambda number: told.update(dropped=number),
    )
    asked = [IcmpSettings(target=target) for target in loopback(count)]
    await _once(engine, asked)
    spare_the_collector()
    before_s = time.process_time()
    answered = await _once(engine, asked)
    cpu_us = (time.process_time() - before_s) / count * 1e6
    print(engine.describe(), dict(told))
    engine.close()
    print(f"{cpu_us:.3f} {answered}")


async def _once(engine: IcmpEngine, asked: list[IcmpSettings]) -> int:
    readings = await asyncio.gather(*(engine.ping(settings) for settings in asked))
    return sum(reading.success for reading in readings)


if __name__ == "__main__":
    uvloop.run(flood(int(sys.argv[1])))
