"""One flood by Guardia's engine, after one that warms up: `python -m bench.icmp_guardia COUNT`.

As the daemon does it: one engine, on uvloop, each question prepared once and asked again. Only
the packet rate that it is allowed by default is lifted, for a flood is to be one.
"""

import asyncio
import sys
import time
from collections import Counter
from collections.abc import Sequence

import uvloop

from bench.addresses import loopback
from config.probe import IcmpSettings
from config.settings import IcmpEngineSettings
from monitor import collector
from probes.icmp import IcmpEngine
from probes.reading import Reading
from probes.runs import Question

UNBRIDLED = IcmpEngineSettings(max_packets_per_second=1_000_000)


async def flood(count: int) -> None:
    """Print what a probe of the second flood cost, and how many were answered."""
    told: Counter[str] = Counter()
    engine = IcmpEngine.open(
        on_ignored=lambda why, number: told.update({why: number}),
        on_dropped=lambda number: told.update(dropped=number),
        settings=UNBRIDLED,
    )
    if not engine.may_ping:
        sys.exit(engine.describe())
    questions = [engine.echo(IcmpSettings(target=target)).ask for target in loopback(count)]
    await _once(questions)
    collector.spare()
    before_s = time.process_time()
    answered = await _once(questions)
    cpu_us = (time.process_time() - before_s) / count * 1e6
    print(engine.describe(), dict(told))
    engine.close()
    print(f"{cpu_us:.3f} {answered}")


async def _once(questions: Sequence[Question]) -> int:
    """Ask all at once, and return how many had a reply."""
    done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    successes = 0
    waiting = len(questions)

    def answer(reading: Reading) -> None:
        nonlocal successes, waiting
        successes += reading.success
        waiting -= 1
        if not waiting:
            done.set_result(None)

    for ask in questions:
        ask(False, answer)
    await done
    return successes


if __name__ == "__main__":
    uvloop.run(flood(int(sys.argv[1])))
