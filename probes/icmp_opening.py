"""Opening sockets for echo: filtered, drained, and only then used."""

import errno
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from probes.icmp_batch import SO_TIMESTAMPNS, Inbox
from probes.icmp_filter import admit_answers, attach, filter_for
from probes.icmp_outlet import Outlet
from probes.icmp_socket import (
    IP_RECVERR,
    IPV6_RECVERR,
    SO_TIMESTAMPING,
    EchoPort,
    EchoSocket,
)

Mode = Literal["auto", "dgram", "raw"]

RECEIVE_BUFFER_BYTES = 16 * 1024 * 1024  # keeps 20,165 replies; the default keeps 256
_DRAIN_LIMIT = 65_536
_SO_RCVBUFFORCE = 33  # asm-generic/socket.h
_STAMP_DEPARTURES = 0b10 | 0b10000  # linux/net_tstamp.h: TX_SOFTWARE, SOFTWARE
_NOT_PERMITTED = frozenset({errno.EACCES, errno.EPERM, errno.EPROTONOSUPPORT})


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be opened. `first_id` begins the block of identifiers of a raw socket.

    Sockets that are read in turn may share their `inbox`.
    """

    outlet: Outlet
    mode: Mode
    first_id: int
    stamps_departures: bool = False
    inbox: Inbox = field(default_factory=Inbox)


Opener = Callable[[Wish], EchoPort]


def open_echo_socket(wish: Wish) -> EchoSocket:
    """Open a ping socket, or a raw one where that is not permitted.

    Raises:
        OSError: neither is to be had; PermissionError when permission is what is missing.

    """
    if wish.mode == "raw":
        return _open_raw(wish)
    try:
        return _open_dgram(wish)
    except OSError as error:
        if wish.mode == "dgram" or error.errno not in _NOT_PERMITTED:
            raise
        return _open_raw(wish)


def _open_dgram(wish: Wish) -> EchoSocket:
    opened = _open(wish, socket.SOCK_DGRAM)
    try:
        if wish.outlet.family == socket.AF_INET:
            opened.setsockopt(socket.IPPROTO_IP, IP_RECVERR, 1)
        else:
            opened.setsockopt(socket.IPPROTO_IPV6, IPV6_RECVERR, 1)
        wish.outlet.prepare(opened)
        echo_id = opened.getsockname()[1]
        stamped = wish.stamps_departures
        return EchoSocket(opened, "dgram", echo_id, wish.inbox, stamps_departures=stamped)
    except OSError:
        opened.close()
        raise


def _open_raw(wish: Wish) -> EchoSocket:
    opened = _open(wish, socket.SOCK_RAW)
    try:
        attach(opened, filter_for(wish.outlet.family, wish.first_id))
        admit_answers(opened)
        wish.outlet.prepare(opened)
        stamped = wish.stamps_departures
        port = EchoSocket(opened, "raw", wish.first_id, wish.inbox, stamps_departures=stamped)
        port.receive(_DRAIN_LIMIT)
    except OSError:
        opened.close()
        raise
    return port


def _open(wish: Wish, kind: int) -> socket.socket:
    family = wish.outlet.family
    protocol = socket.IPPROTO_ICMP if family == socket.AF_INET else socket.IPPROTO_ICMPV6
    opened = socket.socket(family, kind | socket.SOCK_NONBLOCK, protocol)
    try:
        opened.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        if wish.stamps_departures:
            opened.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPING, _STAMP_DEPARTURES)
        _enlarge(opened)
    except OSError:
        opened.close()
        raise
    return opened


def _enlarge(opened: socket.socket) -> None:
    """Ask for the large receive buffer: past the system's limit where CAP_NET_ADMIN allows it."""
    try:
        opened.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, RECEIVE_BUFFER_BYTES)
    except PermissionError:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
