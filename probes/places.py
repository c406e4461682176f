"""How many connections questions may hold at once: what descriptors and memory allow.

In a mass outage every HTTP and TCP run lasts its whole time-out, and a thousand silent sites
make several thousand of them. Each that waits for another of ours to end is blind for so long.
"""

import asyncio
import os
import resource
from collections import deque
from collections.abc import Callable
from pathlib import Path

from probes.descriptors import reserved

FEWEST = 8
MEMORY_SHARE = 1 / 4
"""Of this machine, or of what our control group may use."""
CONNECTION_BYTES = 150_000
"""Of one that is flooded over TLS: kernel buffers, OpenSSL's, a body of the default limit."""
HELD_ELSEWHERE = 32
"""Descriptors in use that belong to no question: journal, listener, loop, ICMP, libraries."""

_CGROUP = Path("/proc/self/cgroup")
_CGROUPS = Path("/sys/fs/cgroup")


class Places:
    """So many at once; who has to wait gets one in the order of asking.

    An `asyncio.Semaphore` takes eight calls for what nearly always is one comparison.
    """

    def __init__(self, number: int) -> None:
        self.make_room: Callable[[], None] | None = None
        """Gives back a place that can be done without, if there is one."""
        self._free = number
        self._waiting: deque[asyncio.Future[None]] = deque()

    def take_now(self) -> bool:
        """Take a place, unless all are needed."""
        if not self._free and self.make_room is not None:
            self.make_room()
        return self.take_free()

    def take_free(self) -> bool:
        """Take a place, unless none is free."""
        if not self._free:
            return False
        self._free -= 1
        return True

    async def take(self) -> None:
        """Take a place, and wait for one if need be."""
        if self.take_now():
            return
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.give_back()  # it was ours already
            raise

    def give_back(self) -> None:
        """Let the next have the place."""
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1


def most_connections() -> int:
    """Return the number, from the limit on descriptors and the memory as they are now."""
    limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    by_memory = int(memory_bytes() * MEMORY_SHARE) // CONNECTION_BYTES
    if limit == resource.RLIM_INFINITY:
        return max(FEWEST, by_memory)
    return max(FEWEST, min(limit - reserved(limit) - HELD_ELSEWHERE, by_memory))


def memory_bytes(membership: Path = _CGROUP, groups: Path = _CGROUPS) -> int:
    """Return how much memory this process may use at most (cgroup v2), as far as can be told."""
    machine = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    try:
        _, _, group = membership.read_text("utf-8").strip().rpartition("0::/")
        written = (groups / group / "memory.max").read_text("utf-8").strip()
    except OSError:
        return machine
    return min(machine, int(written)) if written.isdecimal() else machine
