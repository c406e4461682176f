"""One flood by icmplib, after a smaller one that warms up: `python -m bench.icmp_icmplib COUNT`.

In its own way for many hosts, async_multiping, one packet each, with the privileged sockets that
are the faster of its two.
"""

import asyncio
import sys
import time

from icmplib import async_multiping

from bench.addresses import loopback

CONCURRENT = 50


async def flood(count: int) -> None:
    targets = loopback(count)
    await async_multiping(targets[:100], count=1, timeout=1, concurrent_tasks=CONCURRENT)
    before_s = time.process_time()
    hosts = await async_multiping(targets, count=1, timeout=1, concurrent_tasks=CONCURRENT)
    cpu_us = (time.process_time() - before_s) / count * 1e6
    print(f"{cpu_us:.3f} {sum(host.is_alive for host in hosts)}")


if __name__ == "__main__":
    asyncio.run(flood(int(sys.argv[1])))
