"""The kernel's side of echo: ping sockets and raw sockets behind one face.

Opened, filtered, drained, and only then used. A port is shared by all targets of one family.
"""

import errno
import secrets
import socket
import struct
from collections.abc import Callable
from typing import Literal, Protocol

from probes.echo import DIALECTS
from probes.icmp_errors import Quote, read_quote
from probes.icmp_filter import ID_BLOCK, attach, filter_for
from probes.resolve import SocketAddress

Mode = Literal["auto", "dgram", "raw"]
Arrival = tuple[bytes, int, str]
"""A message from its ICMP header on; the kernel's receive stamp (CLOCK_REALTIME nanoseconds,
0 when it gave none); the source address."""

RECEIVE_BUFFER_BYTES = 16 * 1024 * 1024  # keeps 20,165 replies; the default keeps 256
_DRAIN_LIMIT = 65_536

# asm-generic/socket.h, linux/in.h, linux/in6.h, linux/sock_diag.h
_SO_RCVBUFFORCE = 33
_SO_TIMESTAMPNS = 35
_SO_MEMINFO = 55
_MEMINFO = struct.Struct("=9I")  # the last one counts what the full buffer turned away
_IP_RECVERR = 11
_IPV6_RECVERR = 25
_TIMESPEC = struct.Struct("@ll")
_EXTENDED_ERROR = struct.Struct("=IBBBBII")  # linux/errqueue.h: errno, origin, type, code, …
_ORIGIN_ICMP = frozenset({2, 3})  # SO_EE_ORIGIN_ICMP, SO_EE_ORIGIN_ICMP6
_MESSAGE_BYTES = 256  # an error with a full quote needs at most 60 + 8 + 60 + 32
_STAMP_BYTES = socket.CMSG_SPACE(_TIMESPEC.size)
_ERROR_BYTES = socket.CMSG_SPACE(_EXTENDED_ERROR.size + 28) + _STAMP_BYTES

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
    def receive(self, limit: int) -> list[Arrival]: ...
    def faults(self, cookie: bytes, limit: int) -> list[Quote | None]: ...
    def drops(self) -> int: ...
    def close(self) -> None: ...


Opener = Callable[[int, Mode], EchoPort]


class EchoSocket:
    """A ping socket (SOCK_DGRAM) or a raw one. Every method may raise OSError.

    `echo_id` is the identifier it is known by; on a raw socket any other of the `ID_BLOCK`
    identifiers from there on is admitted too, on a ping socket the kernel imposes this one.
    """

    def __init__(self, opened: socket.socket, mode: Literal["dgram", "raw"], echo_id: int) -> None:
        self._socket = opened
        self.family = int(opened.family)
        self.mode = mode
        self.echo_id = echo_id
        self._has_ip_header = mode == "raw" and self.family == socket.AF_INET
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

    def receive(self, limit: int) -> list[Arrival]:
        """Return what has arrived, `limit` messages at most, without waiting."""
        arrivals: list[Arrival] = []
        recvmsg = self._socket.recvmsg
        for _ in range(limit):
            try:
                message, ancillary, _, source = recvmsg(_MESSAGE_BYTES, _STAMP_BYTES)
            except BlockingIOError:
                break
            except OSError as error:
                if error.errno not in _ABOUT_AN_EARLIER_PACKET:
                    raise
                continue  # it is on the error queue
            if self._has_ip_header:
                message = message[(message[0] & 0xF) * 4 :] if message else message
            arrivals.append((message, _stamp_ns(ancillary), source[0]))
        return arrivals

    def faults(self, cookie: bytes, limit: int) -> list[Quote | None]:
        """Drain the error queue, which wakes the loop without end for as long as it is not empty.

        None stands for an error that is not about a request of ours. A raw socket has no error
        queue: there the errors arrive as messages.
        """
        if self.mode == "raw":
            return []
        quotes: list[Quote | None] = []
        for _ in range(limit):
            try:
                request, ancillary, _, target = self._socket.recvmsg(
                    _MESSAGE_BYTES, _ERROR_BYTES, socket.MSG_ERRQUEUE
                )
            except BlockingIOError:
                break
            quotes.append(self._read_fault(request, ancillary, target[0], cookie))
        return quotes

    def drops(self) -> int:
        """Return how many messages a full receive buffer has turned away since the opening.

        This is the counter that SO_RXQ_OVFL attaches to messages, read where it lives: so it is
        known even when no further message arrives.
        """
        meminfo = self._socket.getsockopt(socket.SOL_SOCKET, _SO_MEMINFO, _MEMINFO.size)
        return int(_MEMINFO.unpack(meminfo)[-1]) if len(meminfo) == _MEMINFO.size else 0

    def close(self) -> None:
        self._socket.close()

    def _read_fault(
        self, request: bytes, ancillary: list[tuple[int, int, bytes]], target: str, cookie: bytes
    ) -> Quote | None:
        for level, kind, content in ancillary:
            if (level, kind) not in (
                (socket.IPPROTO_IP, _IP_RECVERR),
                (socket.IPPROTO_IPV6, _IPV6_RECVERR),
            ):
                continue
            _, origin, error_type, code, *_ = _EXTENDED_ERROR.unpack_from(content)
            router = self._router(content[_EXTENDED_ERROR.size :])
            dialect = DIALECTS[self.family]
            if origin in _ORIGIN_ICMP and error_type in (
                dialect.unreachable,
                dialect.time_exceeded,
            ):
                return read_quote(dialect, error_type, code, router, target, request, cookie)
        return None

    def _router(self, sockaddr: bytes) -> str:
        start, size = (4, 4) if self.family == socket.AF_INET else (8, 16)
        packed = sockaddr[start : start + size]
        return socket.inet_ntop(self.family, packed) if len(packed) == size else "?"


def open_echo_socket(family: int, mode: Mode) -> EchoSocket:
    """Open a ping socket, or a raw one where that is not permitted.

    Raises:
        OSError: neither is to be had; PermissionError when permission is what is missing.

    """
    if mode == "raw":
        return _open_raw(family)
    try:
        return _open_dgram(family)
    except OSError as error:
        if mode == "dgram" or error.errno not in (errno.EACCES, errno.EPERM, errno.EPROTONOSUPPORT):
            raise
        return _open_raw(family)


def _open_dgram(family: int) -> EchoSocket:
    opened = _open(family, socket.SOCK_DGRAM)
    try:
        if family == socket.AF_INET:
            opened.setsockopt(socket.IPPROTO_IP, _IP_RECVERR, 1)
        else:
            opened.setsockopt(socket.IPPROTO_IPV6, _IPV6_RECVERR, 1)
        opened.bind(("", 0) if family == socket.AF_INET else ("::", 0))
        return EchoSocket(opened, "dgram", opened.getsockname()[1])
    except OSError:
        opened.close()
        raise


def _open_raw(family: int) -> EchoSocket:
    opened = _open(family, socket.SOCK_RAW)
    first_id = secrets.randbelow(0x10000 // ID_BLOCK) * ID_BLOCK
    try:
        attach(opened, filter_for(family, first_id))
        port = EchoSocket(opened, "raw", first_id)
        port.receive(_DRAIN_LIMIT)
    except OSError:
        opened.close()
        raise
    return port


def _open(family: int, kind: int) -> socket.socket:
    protocol = socket.IPPROTO_ICMP if family == socket.AF_INET else socket.IPPROTO_ICMPV6
    opened = socket.socket(family, kind | socket.SOCK_NONBLOCK, protocol)
    try:
        opened.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
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


def _stamp_ns(ancillary: list[tuple[int, int, bytes]]) -> int:
    for level, kind, content in ancillary:
        if level == socket.SOL_SOCKET and kind == _SO_TIMESTAMPNS:
            seconds, nanoseconds = _TIMESPEC.unpack_from(content)
            return int(seconds) * 1_000_000_000 + int(nanoseconds)
    return 0
