"""Runs a program inside a namespace that another process holds: nothing but the system calls.

It imports only the standard library, so that it starts fast and can be run as a file:
`python enter.py PID FD PROGRAM [ARGUMENT...]` enters the user namespace of PID (if it is not
ours already) and the network namespace open there as descriptor FD, and becomes the program.
"""

import ctypes
import os
import sys
from pathlib import Path

CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000

_LIBC = ctypes.CDLL(None, use_errno=True)


def unshare(flags: int) -> None:
    """Leave namespaces for new ones (unshare(2)).

    Raises:
        OSError: the kernel refuses.

    """
    if _LIBC.unshare(flags) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def set_namespace(descriptor: int, flag: int) -> None:
    """Move into an open namespace (setns(2)).

    Raises:
        OSError: the kernel refuses.

    """
    if _LIBC.setns(descriptor, flag) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def enter(pid: int, descriptor: int) -> None:
    """Move this process into the network namespace that `pid` holds open as `descriptor`."""
    users = Path(f"/proc/{pid}/ns/user")
    network = os.open(f"/proc/{pid}/fd/{descriptor}", os.O_RDONLY | os.O_CLOEXEC)
    if not users.samefile("/proc/self/ns/user"):
        opened = os.open(users, os.O_RDONLY | os.O_CLOEXEC)
        set_namespace(opened, CLONE_NEWUSER)
        os.close(opened)
    set_namespace(network, CLONE_NEWNET)
    os.close(network)


def main(arguments: list[str]) -> None:
    """Enter and become the program; say why not on standard error, with status 126."""
    pid, descriptor, *command = arguments
    try:
        enter(int(pid), int(descriptor))
        os.execvp(command[0], command)  # noqa: S606 - the point of it
    except OSError as error:
        sys.stderr.write(f"simulator: cannot run {command[0]} inside: {error}\n")
        raise SystemExit(126) from error


if __name__ == "__main__":
    main(sys.argv[1:])
