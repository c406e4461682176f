"""How many of the process's file descriptors questions may take: not the last ones.

Those are for what must work when everything else fails at once: pages, the journal, the answer
to `/-/healthy`. A question that finds only them left is not asked, which is blindness.
"""

import errno
import os
import resource
import socket

RESERVED = 32
"""Connections to receivers, scrapers and the broker, and the resolver's threads."""
RESERVED_SHARE = 1 / 3
"""Of a limit too small for that."""


def open_socket(family: int, kind: int) -> socket.socket:
    """Return a socket to ask a question with.

    Raises:
        OSError: as `socket.socket`; EMFILE also while only the reserve is left

    """
    opened = socket.socket(family, kind)
    if is_reserved(opened.fileno()):
        opened.close()
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))
    return opened


def is_reserved(descriptor: int) -> bool:
    """Tell whether a descriptor just opened is one of the last.

    The kernel always gives the lowest free number (POSIX), so a high one means that few are
    left, and nothing need be counted. The limit is read each time: prlimit(1) may change it.
    """
    limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if limit == resource.RLIM_INFINITY:
        return False
    return descriptor >= limit - reserved(limit)


def reserved(limit: int) -> int:
    """Return how many of so many descriptors are not for questions."""
    return min(RESERVED, int(limit * RESERVED_SHARE))


def descriptor_shortage() -> str:
    """Return why no file can be opened just now, by this process or on this machine; or nothing."""
    try:
        os.close(os.open("/", os.O_RDONLY))
    except OSError as error:
        return os.strerror(error.errno) if error.errno in (errno.EMFILE, errno.ENFILE) else ""
    return ""
