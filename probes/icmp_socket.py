"""The kernel's side of echo: ping sockets and raw sockets behind one face.

A port is shared by all targets of one outlet. probes/icmp_opening.py opens them.
"""

import errno
import socket
import struct
from typing import Literal, NamedTuple, Protocol

from probes.echo import COOKIE_BYTES, DIALECTS, HEADER
from probes.icmp_arrivals import Face, Reply, Stray
from probes.icmp_batch import HEAD_BYTES, READ_AT_ONCE, Inbox
from probes.icmp_errors import Quote, read_quote
from probes.resolve import SocketAddress


class Departure(NamedTuple):
    """When the kernel handed a request to the network interface (CLOCK_REALTIME)."""

    serial: int
    stamp_ns: int


Told = Quote | Departure | None
"""What an error queue says. None is an error that is not about a request of ours."""

# asm-generic/socket.h, linux/in.h, linux/in6.h, linux/sock_diag.h, linux/errqueue.h
SO_TIMESTAMPING = 37
IP_RECVERR = 11
IPV6_RECVERR = 25
_SO_MEMINFO = 55
_MEMINFO = struct.Struct("=9I")  # the last one counts what the full buffer turned away
_TIMESPEC = struct.Struct("@ll")
_EXTENDED_ERROR = struct.Struct("=IBBBBII")  # errno, origin, type, code, padding, info, data
_ORIGIN_ICMP = frozenset({2, 3})  # SO_EE_ORIGIN_ICMP, SO_EE_ORIGIN_ICMP6
_ORIGIN_LOCAL = 1  # what `send` has raised already
_ERROR_LEVELS = frozenset({(socket.IPPROTO_IP, IP_RECVERR), (socket.IPPROTO_IPV6, IPV6_RECVERR)})
_SERIAL = struct.Struct("!Q")
_ERROR_BYTES = sum(map(socket.CMSG_SPACE, (_EXTENDED_ERROR.size + 28, _TIMESPEC.size, 48)))

_ABOUT_AN_EARLIER_PACKET = frozenset(
    {
        errno.EACCES,
        errno.ECONNREFUSED,
        errno.EHOSTDOWN,
        errno.EHOSTUNREACH,
        errno.EMSGSIZE,
        errno.ENETDOWN,
        errno.ENETUNREACH,
        errno.ENOBUFS,
        errno.ENOMEM,
        errno.ENONET,
        errno.ENOPROTOOPT,
        errno.EOPNOTSUPP,
        errno.EPROTO,
    }
)
"""What a socket reports, once, for some earlier packet: no reason to give the socket up."""


class EchoPort(Protocol):
    """What the engine needs of a socket."""

    family: int
    mode: Literal["dgram", "raw"]
    echo_id: int
    receive_buffer_bytes: int

    def fileno(self) -> int: ...
    def send(self, request: bytes, target: SocketAddress) -> None: ...
    def receive(self, limit: int) -> tuple[list[Reply], list[Stray]]: ...
    def told(self, cookie: bytes, limit: int) -> list[Told]: ...
    def drops(self) -> int: ...
    def close(self) -> None: ...


class EchoSocket:
    """A ping socket (SOCK_DGRAM) or a raw one. Every method may raise OSError.

    `echo_id` is the identifier it is known by; on a raw socket any other of its block of
    identifiers is admitted too, on a ping socket the kernel imposes this one.
    """

    def __init__(
        self,
        opened: socket.socket,
        mode: Literal["dgram", "raw"],
        echo_id: int,
        inbox: Inbox,
        *,
        stamps_departures: bool = False,
    ) -> None:
        self._socket = opened
        self.family = int(opened.family)
        self.mode = mode
        self.echo_id = echo_id
        self._inbox = inbox
        self._face = Face.of(self.family, mode)
        self._has_error_queue = mode == "dgram" or stamps_departures
        self.receive_buffer_bytes = opened.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)

    def fileno(self) -> int:
        return self._socket.fileno()

    def send(self, request: bytes, target: SocketAddress) -> None:
        """Send now or raise.

        A ping socket first reports, on the next send whatever its target, an error that came in
        for an earlier packet: that is not about this one, so it is tried again, once.
        """
        try:
            self._socket.sendto(request, target)
        except OSError as error:
            if self.mode == "raw" or error.errno not in _ABOUT_AN_EARLIER_PACKET:
                raise
            self._socket.sendto(request, target)

    def receive(self, limit: int) -> tuple[list[Reply], list[Stray]]:
        """Return what has arrived, `limit` messages at most, without waiting."""
        replies: list[Reply] = []
        strays: list[Stray] = []
        inbox, descriptor = self._inbox, self._socket.fileno()
        left = limit
        while left > 0:
            try:
                taken = inbox.take_in(descriptor, left)
            except BlockingIOError:
                break
            except OSError as error:
                if error.errno not in _ABOUT_AN_EARLIER_PACKET:
                    raise
                left -= 1  # it is on the error queue
                continue
            more_replies, more_strays = self._face.read(inbox)
            replies += more_replies
            strays += more_strays
            if taken < min(left, READ_AT_ONCE):
                break
            left -= taken
        return replies, strays

    def told(self, cookie: bytes, limit: int) -> list[Told]:
        """Drain the error queue: errors that came in, and stamps of departure where asked for.

        To a raw socket, errors come as messages.
        """
        told: list[Told] = []
        for _ in range(limit if self._has_error_queue else 0):
            try:
                packet, ancillary, _, target = self._socket.recvmsg(
                    HEAD_BYTES, _ERROR_BYTES, socket.MSG_ERRQUEUE
                )
            except BlockingIOError:
                break
            stamp_ns = _stamp_ns(ancillary, SO_TIMESTAMPING)
            if stamp_ns:
                told += _departure(packet, stamp_ns, cookie)
            else:
                told += self._fault(packet, ancillary, target[0] if target else "", cookie)
        return told

    def drops(self) -> int:
        """Return how many messages a full receive buffer has turned away since the opening.

        This is the counter that SO_RXQ_OVFL attaches to messages (`sk_drops`), read where it
        lives: so it is known even when no further message arrives, and costs nothing with each.
        """
        meminfo = self._socket.getsockopt(socket.SOL_SOCKET, _SO_MEMINFO, _MEMINFO.size)
        return int(_MEMINFO.unpack(meminfo)[-1]) if len(meminfo) == _MEMINFO.size else 0

    def close(self) -> None:
        self._socket.close()

    def _fault(
        self, request: bytes, ancillary: list[tuple[int, int, bytes]], target: str, cookie: bytes
    ) -> list[Told]:
        dialect = DIALECTS[self.family]
        for level, kind, content in ancillary:
            if (level, kind) not in _ERROR_LEVELS:
                continue
            _, origin, error_type, code, _, mtu_bytes, _ = _EXTENDED_ERROR.unpack_from(content)
            if origin == _ORIGIN_LOCAL:
                return []
            if origin in _ORIGIN_ICMP and error_type in dialect.errors:
                router = self._router(content[_EXTENDED_ERROR.size :])
                return [
                    read_quote(
                        dialect, error_type, code, router, target, request, cookie, mtu_bytes
                    )
                ]
        return [None]

    def _router(self, sockaddr: bytes) -> str:
        start, size = (4, 4) if self.family == socket.AF_INET else (8, 16)
        packed = sockaddr[start : start + size]
        return socket.inet_ntop(self.family, packed) if len(packed) == size else "?"


def _departure(packet: bytes, stamp_ns: int, cookie: bytes) -> list[Told]:
    """Read which request left, from the packet as the interface got it, link header and all.

    The kernel can number departures instead (SOF_TIMESTAMPING_OPT_ID), but whether a send that
    failed takes a number differs between kernels; the packet itself cannot be mistaken.
    """
    at = packet.find(cookie, HEADER.size) + COOKIE_BYTES
    if at < HEADER.size + COOKIE_BYTES or len(packet) < at + _SERIAL.size:
        return []
    return [Departure(_SERIAL.unpack_from(packet, at)[0], stamp_ns)]


def _stamp_ns(ancillary: list[tuple[int, int, bytes]], wanted: int) -> int:
    for level, kind, content in ancillary:
        if kind == wanted and level == socket.SOL_SOCKET:
            seconds, nanoseconds = _TIMESPEC.unpack_from(content)
            return int(seconds * 1_000_000_000 + nanoseconds)
    return 0
