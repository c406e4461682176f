"""The default gateway of this machine, for the anchor of that name."""

import socket
import struct
from pathlib import Path

ROUTES = Path("/proc/net/route")
_UP_AND_GATEWAY = 0x3


def default_gateway(routes: Path = ROUTES) -> str | None:
    """Return the IPv4 address of the default gateway; None where there is none.

    The kernel writes addresses as host-order hexadecimal (proc(5)).
    """
    try:
        lines = routes.read_text(encoding="ascii").splitlines()[1:]
    except OSError:
        return None
    for line in lines:
        fields = line.split()
        if (
            len(fields) > 3
            and fields[1] == "00000000"
            and int(fields[3], 16) & _UP_AND_GATEWAY == 3
        ):
            return socket.inet_ntoa(struct.pack("=L", int(fields[2], 16)))
    return None


def resolve_anchors(hosts: tuple[str, ...], gateway: str | None) -> tuple[str, ...]:
    """Return the anchors with `gateway` replaced by its address, or left out if there is none."""
    named = [gateway if host == "gateway" else host for host in hosts]
    return tuple(dict.fromkeys(host for host in named if host is not None))
