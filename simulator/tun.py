"""A TUN device: packets that a namespace sends come out of a file, and go in the same way."""

import fcntl
import os
import struct

DEVICE = "/dev/net/tun"
NAME = "guardia0"
MTU_BYTES = 1500
QUEUE_PACKETS = 20_000
"""What the kernel keeps for us while we are busy; the default of 500 would lose a burst."""
_SET_INTERFACE = 0x400454CA
_IS_TUN, _NO_HEADER = 0x0001, 0x1000
_TRANSMIT_DROPPED = 11


def open_tun() -> int:
    """Make a TUN device in the present network namespace; return its non-blocking descriptor.

    Raises:
        OSError: there is no such device file, we may not open it, or not make an interface.

    """
    descriptor = os.open(DEVICE, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        request = struct.pack("16sH22x", NAME.encode(), _IS_TUN | _NO_HEADER)
        fcntl.ioctl(descriptor, _SET_INTERFACE, request)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def open_counters() -> int:
    """Open the interface counters of the present network namespace, to be read from any."""
    return os.open("/proc/thread-self/net/dev", os.O_RDONLY | os.O_CLOEXEC)


def dropped_by_kernel(counters: int) -> int:
    """Return how many packets the kernel dropped because we did not read the TUN in time."""
    table = os.pread(counters, 65_536, 0).decode()
    for line in table.splitlines():
        name, _, figures = line.partition(":")
        if name.strip() == NAME:
            return int(figures.split()[_TRANSMIT_DROPPED])
    return 0
