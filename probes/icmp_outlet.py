"""What a socket must be opened with: family, DSCP, source address, and whether to fragment.

These hold for a socket, not for a packet (there is no ancillary form of the fragmentation rule
on IPv4), so probes that want the same share one socket.
"""

import socket
from typing import NamedTuple

# linux/in.h, linux/in6.h
_IP_MTU_DISCOVER = 10
_IPV6_MTU_DISCOVER = 23
_IPV6_DONTFRAG = 62
_PMTUDISC_DONT = 0
_PMTUDISC_PROBE = 3
_DSCP_SHIFT = 2  # the two low bits are those of ECN (RFC 2474, RFC 3168)


class Outlet(NamedTuple):
    """`dscp` 0..63; `source` empty for the system's choice."""

    family: int
    dscp: int = 0
    source: str = ""
    dont_fragment: bool = False

    def prepare(self, opened: socket.socket) -> None:
        """Set a new socket up, and bind it.

        Path MTU discovery is PROBE where fragmentation is forbidden: then every packet really
        asks the path, while DO would let the kernel answer from what it learned earlier. It is
        DONT where it is allowed: the default would forbid it to the first packet.

        Raises:
            OSError: EADDRNOTAVAIL when `source` is no address of ours.

        """
        if self.family == socket.AF_INET:
            self._prepare_ipv4(opened)
        else:
            self._prepare_ipv6(opened)

    def _prepare_ipv4(self, opened: socket.socket) -> None:
        discovery = _PMTUDISC_PROBE if self.dont_fragment else _PMTUDISC_DONT
        opened.setsockopt(socket.IPPROTO_IP, _IP_MTU_DISCOVER, discovery)
        if self.dscp:
            opened.setsockopt(socket.IPPROTO_IP, socket.IP_TOS, self.dscp << _DSCP_SHIFT)
        opened.bind((self.source, 0))

    def _prepare_ipv6(self, opened: socket.socket) -> None:
        if self.dont_fragment:
            opened.setsockopt(socket.IPPROTO_IPV6, _IPV6_MTU_DISCOVER, _PMTUDISC_PROBE)
            opened.setsockopt(socket.IPPROTO_IPV6, _IPV6_DONTFRAG, 1)
        if self.dscp:
            opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_TCLASS, self.dscp << _DSCP_SHIFT)
        opened.bind((self.source or "::", 0))
