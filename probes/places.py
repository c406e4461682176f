"""How many connections questions may hold at once: what descriptors and memory allow.

In a mass outage every HTTP and TCP run lasts its whole time-out, and a thousand silent sites
make several thousand of them. Each that waits for another of ours to end is blind for so long.
"""

import os
import resource
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
