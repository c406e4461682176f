"""How many files a process may have open: fewer, for a while."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def descriptors(most: int, pid: int = 0) -> Iterator[None]:
    """Limit a running process, this one if none is named, to so many open files."""
    before = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (most, before[1]))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_NOFILE, before)
