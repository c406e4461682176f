"""Open a TCP connection, send nothing, and leave nothing behind.

The socket closes by reset (SO_LINGER 0): an orderly close would leave one TIME_WAIT entry per
run on this machine for a minute, and a half-closed connection in the far side's queue.
"""

import asyncio
import errno
import os
import socket
import struct
import time

from config.probe import TcpSettings
from probes.descriptors import open_socket
from probes.local_error import explain_open, explain_send
from probes.places import Places
from probes.readiness import Readiness, within
from probes.reading import Reading, Reason
from probes.resolve import Address, Resolver, Unresolved

_RESET_ON_CLOSE = struct.pack("ii", 1, 0)
_SHOOK_HANDS = frozenset({1, 8})  # TCP_ESTABLISHED; TCP_CLOSE_WAIT: and it has hung up since
# struct tcp_info of linux/tcp.h: tcpi_state (u8), tcpi_rtt and tcpi_total_retrans (u32)
_U32 = struct.Struct("=I")
_TCP_INFO_BYTES = 104
_RTT_AT = 68
_TOTAL_RETRANS_AT = 100
_ANSWERED_WITH = {
    errno.ECONNREFUSED: Reason.REFUSED,
    errno.ECONNRESET: Reason.RESET,
    errno.EPIPE: Reason.RESET,
    errno.EHOSTUNREACH: Reason.UNREACHABLE,
    errno.ENETUNREACH: Reason.UNREACHABLE,
    errno.EHOSTDOWN: Reason.UNREACHABLE,
    errno.ENONET: Reason.UNREACHABLE,
    errno.ENOPROTOOPT: Reason.UNREACHABLE,
    errno.EACCES: Reason.UNREACHABLE,  # ICMPv6 "administratively prohibited"
    errno.ETIMEDOUT: Reason.CONNECT_TIMEOUT,
}
"""What SO_ERROR says once the SYN has left: it came from the network."""


async def connect(settings: TcpSettings, *, resolver: Resolver | None = None) -> Reading:
    """Return whether a handshake completes within `timeout`.

    Without a `resolver`, one serves this run only and nothing is remembered.
    """
    used, readiness = resolver or Resolver(), Readiness()
    try:
        return await TcpQuestion(settings, used, Places(1), readiness).ask()
    finally:
        readiness.close()
        if resolver is None:
            used.close()


class TcpQuestion:
    """One target, made ready once. It takes one of the `places` while it waits."""

    def __init__(
        self, settings: TcpSettings, resolver: Resolver, places: Places, readiness: Readiness
    ) -> None:
        host, _, port = settings.target.rpartition(":")
        self._host, self._port = host.strip("[]"), int(port)
        self._family = settings.family
        self._timeout_s = settings.timeout
        self._resolver = resolver
        self._places = places
        self._readiness = readiness

    async def ask(self, _in_doubt: bool = False) -> Reading:
        """Return whether a handshake completes in time. Never raises but CancelledError.

        `duration_s` is the handshake alone, without the lookup of a name (which has a time
        limit of its own, the resolver's).
        """
        address = await self._resolver.resolve(self._host, self._family)
        if isinstance(address, Unresolved):
            return Reading.failed(address.reason, address.detail)
        if not await self._place():
            said = f"no free connection of ours within {self._timeout_s:g} s"
            return _failed(address, Reason.STALLED, said)
        try:
            return await self._ask(address)
        finally:
            self._places.give_back()

    async def _place(self) -> bool:
        if self._places.take_now():
            return True
        try:
            await asyncio.wait_for(self._places.take(), self._timeout_s)
        except TimeoutError:
            return False
        return True

    async def _ask(self, address: Address) -> Reading:
        try:
            client = open_socket(address.family, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
        except OSError as error:
            return _failed(address, *explain_open(error))
        with client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
            try:
                return await self._handshake(client, address)
            except OSError as error:  # the kernel watches no more sockets for us
                return _failed(address, *explain_open(error))
            finally:
                self._readiness.forget(client.fileno())

    async def _handshake(self, client: socket.socket, address: Address) -> Reading:
        started_s = time.monotonic()
        refused_at_once = client.connect_ex(address.sockaddr(self._port))
        if refused_at_once not in (0, errno.EINPROGRESS):
            return _never_left(address, refused_at_once)
        in_time = refused_at_once == 0 or await within(
            self._timeout_s, self._readiness.connecting(client.fileno())
        )
        elapsed_s = time.monotonic() - started_s
        return _met(client, address, elapsed_s, self._timeout_s, in_time=in_time)


def _met(
    client: socket.socket, address: Address, elapsed_s: float, timeout_s: float, *, in_time: bool
) -> Reading:
    answer = client.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if answer:
        reason = _ANSWERED_WITH.get(answer, Reason.SEND_FAILED)
        return _failed(address, reason, os.strerror(answer), elapsed_s)
    info = client.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _TCP_INFO_BYTES)
    if info[0] in _SHOOK_HANDS:
        return Reading(
            True, _handshake_s(info, elapsed_s), detail=address.note, address=address.host
        )
    if in_time:
        return _failed(address, Reason.RESET, "closed again at once", elapsed_s)
    return _silent(address, elapsed_s, timeout_s)


def _handshake_s(info: bytes, elapsed_s: float) -> float:
    """Return the kernel's own measure of SYN to SYN-ACK, which a busy loop cannot stretch.

    A repeated SYN is part of what a user waits for, and the kernel's figure leaves it out.
    """
    (rtt_us,) = _U32.unpack_from(info, _RTT_AT)
    (repeated,) = _U32.unpack_from(info, _TOTAL_RETRANS_AT)
    return elapsed_s if repeated or not rtt_us else min(elapsed_s, rtt_us / 1e6)


def _silent(address: Address, elapsed_s: float, timeout_s: float) -> Reading:
    late_s = elapsed_s - timeout_s
    if late_s > timeout_s / 2:
        detail = f"the event loop stood still for {late_s:.3f} s of this run"
        return _failed(address, Reason.STALLED, detail, elapsed_s)
    detail = f"no answer to SYN within {timeout_s:g} s"
    return _failed(address, Reason.CONNECT_TIMEOUT, detail, elapsed_s)


def _never_left(address: Address, code: int) -> Reading:
    if code == errno.ECONNREFUSED:  # a port of this machine answers before connect() returns
        return _failed(address, Reason.REFUSED, os.strerror(code))
    return _failed(address, *explain_send(OSError(code, os.strerror(code))))


def _failed(address: Address, reason: Reason, detail: str, duration_s: float = 0.0) -> Reading:
    noted = "; ".join(part for part in (detail, address.note) if part)
    return Reading(False, duration_s, reason, noted, address.host)
