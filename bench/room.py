"""Where a bench runs: a process group that leaves nothing behind, in a network of its own.

A fresh network namespace has no raw socket, filter or daemon of anybody else, whose share of the
kernel's work would be booked to whoever is being measured. It needs root or unprivileged user
namespaces; without either, a bench runs in the network of the machine, and the report says so.
"""

import os
import signal
import subprocess
from collections.abc import Sequence
from functools import cache

_GRACE_S = 15.0
_LIFT_LOOPBACK = ("sh", "-c", 'ip link set lo up && exec "$@"', "sh")


@cache
def own_network() -> tuple[str, ...]:
    """Return what to put before a command to run it in a fresh network, or nothing."""
    as_root = () if os.geteuid() == 0 else ("--map-root-user",)
    prefix = ("unshare", "--net", *as_root, *_LIFT_LOOPBACK)
    try:
        tried = subprocess.run(
            [*prefix, "true"], capture_output=True, stdin=subprocess.DEVNULL, check=False
        )
    except FileNotFoundError:
        return ()
    return () if tried.returncode else prefix


def run_in_room(command: Sequence[str], limit_s: float) -> int:
    """Run a command whose words go to our stderr, and end all that it started.

    Raises:
        TimeoutError: it did not end in time.

    """
    child = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, process_group=0
    )
    try:
        return child.wait(limit_s)
    except subprocess.TimeoutExpired as error:
        raise TimeoutError(f"did not end within {limit_s:g} s") from error
    finally:
        _end_group(child)


def _end_group(child: "subprocess.Popen[bytes]") -> None:
    """Let the leader clean up as after Ctrl-C, then kill what is left of its group."""
    if child.poll() is None:
        child.send_signal(signal.SIGINT)
        try:
            child.wait(_GRACE_S)
        except subprocess.TimeoutExpired:
            child.kill()
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        return  # nothing was left
    finally:
        child.wait()
