"""CPU time of one process, user and system together, and whose clock says so.

Two clocks of the kernel, which agree: the CPU clock of a living process (clock_getcpuclockid(3),
nanoseconds, threads that ended included), and what wait4(2) hands over of one that ended.
"""

import os
import select
import signal
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass

CLOCK = "CPU clock of the process"
WAIT4 = "rusage of wait4"
ITSELF = "getrusage by itself"

_SCHEDULED = 2  # CPUCLOCK_SCHED of linux/posix-timers.h: what the scheduler gave it, in ns


def cpu_s(pid: int) -> float:
    """Return the CPU seconds that a living process used, all its threads together.

    Raises:
        OSError: there is no such process.

    """
    # Linux writes the clock of a process as its number, inverted, over three bits of kind.
    return time.clock_gettime((~pid << 3) | _SCHEDULED)


@dataclass(frozen=True, slots=True)
class Ended:
    """What a child used over its whole life, and how it ended."""

    cpu_s: float
    exit_code: int
    output: str
    peak_bytes: int = 0


def run_to_end(command: Sequence[str], timeout_s: float) -> Ended:
    """Run a program found on PATH, and return what it used and said (both streams, in order).

    Raises:
        TimeoutError: it did not end in time, and was killed.

    """
    with tempfile.TemporaryFile("w+") as said:
        pid = os.posix_spawnp(
            command[0],
            list(command),
            os.environ,
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                (os.POSIX_SPAWN_DUP2, said.fileno(), 1),
                (os.POSIX_SPAWN_DUP2, said.fileno(), 2),
            ],
        )
        is_late = not _ends_within(pid, timeout_s)
        if is_late:
            os.kill(pid, signal.SIGKILL)
        _, status, used = os.wait4(pid, 0)
        if is_late:
            raise TimeoutError(f"{command[0]} did not end within {timeout_s:g} s")
        said.seek(0)
        return Ended(
            used.ru_utime + used.ru_stime,
            os.waitstatus_to_exitcode(status),
            said.read(),
            peak_bytes=used.ru_maxrss * 1024,  # Linux counts KiB
        )


def _ends_within(pid: int, timeout_s: float) -> bool:
    descriptor = os.pidfd_open(pid)
    try:
        waiting = select.poll()
        waiting.register(descriptor, select.POLLIN)
        return bool(waiting.poll(timeout_s * 1000))
    finally:
        os.close(descriptor)
