"""Who runs inside the near namespace: how to get a program in, and everybody out."""

import contextlib
import os
import select
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

from simulator import enter

_GRACE_S = 2.0
_ROUNDS = 10


def command_inside(pid: int, namespace: int) -> list[str]:
    """Return what to put before a command so that it runs in the namespace that `pid` holds.

    The command replaces it, so the process that was started is the command's own.
    """
    return [sys.executable, "-I", "-S", enter.__file__, str(pid), str(namespace)]


def members(namespace: os.stat_result) -> Iterator[int]:
    """Yield the processes whose network namespace this is."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and _is_member(int(entry.name), namespace):
            yield int(entry.name)


def _is_member(pid: int, namespace: os.stat_result) -> bool:
    try:
        return os.path.samestat(Path(f"/proc/{pid}/ns/net").stat(), namespace)
    except OSError:  # gone meanwhile, or not ours to look at
        return False


def clear_out(namespace: os.stat_result) -> int:
    """End every process that is still inside, so that the namespace vanishes; return how many.

    First politely; what is there after two seconds is killed. Bounded, should one keep forking.
    """
    ended = 0
    for attempt in range(_ROUNDS):
        held = [(pid, descriptor) for pid, descriptor in _opened(namespace) if pid != os.getpid()]
        if not held:
            break
        ended += len(held)
        _end_all([descriptor for _, descriptor in held], politely=attempt == 0)
    return ended


def _opened(namespace: os.stat_result) -> Iterator[tuple[int, int]]:
    """Yield members held by a pidfd, looked at again once they cannot be mistaken."""
    for pid in members(namespace):
        with contextlib.suppress(OSError):
            descriptor = os.pidfd_open(pid)
            if _is_member(pid, namespace):
                yield pid, descriptor
            else:
                os.close(descriptor)


def _end_all(descriptors: list[int], *, politely: bool) -> None:
    for descriptor in descriptors:
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(descriptor, signal.SIGTERM if politely else signal.SIGKILL)
    waiting = set(descriptors)
    while waiting:
        gone, _, _ = select.select(waiting, [], [], _GRACE_S)
        if not gone:
            break
        waiting.difference_update(gone)
    for descriptor in descriptors:
        os.close(descriptor)
