"""What a process and its children use: CPU time and resident memory."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.cpu import cpu_s

_PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Usage:
    """CPU seconds since its start, resident bytes now and at most; `processes` it is made of.

    `waited_s` is how long its main thread was ready and had no core: others' doing, not its own.
    """

    cpu_s: float
    waited_s: float
    rss_bytes: int
    peak_bytes: int
    processes: int


def usage(pid: int, proc: Path = _PROC) -> Usage:
    """Return what a process uses, its living descendants included.

    Raises:
        OSError: there is no such process.

    """
    family = [pid, *descendants(pid, proc)]
    memories = [memory_bytes((proc / str(one) / "status").read_text()) for one in family]
    return Usage(
        cpu_s=sum(cpu_s(one) for one in family),
        waited_s=waited_s((proc / str(pid) / "schedstat").read_text()),
        rss_bytes=sum(now for now, _ in memories),
        peak_bytes=sum(most for _, most in memories),
        processes=len(family),
    )


def descendants(pid: int, proc: Path = _PROC) -> Iterator[int]:
    """Yield the living children of a process, theirs, and so on.

    All processes are looked at: not every kernel lists the children of one.
    """
    children: defaultdict[int, list[int]] = defaultdict(list)
    for entry in proc.iterdir():
        if entry.name.isdecimal() and (parent := _parent(entry)) is not None:
            children[parent].append(int(entry.name))
    waiting = children[pid]
    while waiting:
        child = waiting.pop()
        yield child
        waiting += children[child]


def _parent(entry: Path) -> int | None:
    try:
        # The name, in parentheses, may hold anything: what follows the last one is fixed.
        return int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:  # gone meanwhile
        return None


def resident_bytes() -> int:
    """Return VmRSS of this process."""
    return memory_bytes((_PROC / "self" / "status").read_text())[0]


def waited_s(schedstat: str) -> float:
    """Return the second figure of /proc/PID/schedstat, nanoseconds on a run queue."""
    return int(schedstat.split()[1]) / 1e9


def memory_bytes(status: str) -> tuple[int, int]:
    """Return VmRSS and VmHWM of /proc/PID/status, which writes them in KiB."""
    lines = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
    now, most = (int(lines[name].split()[0]) * 1024 for name in ("VmRSS", "VmHWM"))
    return now, most
