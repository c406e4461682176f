"""The engine's open sockets: one per family for everybody, and short-lived fresh ones.

A socket that could not be opened, or failed, is opened again when next needed, at most once a
second: so a permission granted later is noticed without a restart.
"""

import asyncio
import secrets
import socket
from collections.abc import Callable
from dataclasses import dataclass

from probes.descriptors import is_reserved
from probes.icmp_filter import ID_BLOCK
from probes.icmp_socket import EchoPort, Mode, Opener
from probes.local_error import explain_open
from probes.reading import Reason

_RETRY_NS = 1_000_000_000
_FAMILIES = {socket.AF_INET: "IPv4", socket.AF_INET6: "IPv6"}
_HOW_TO_PERMIT = (
    "ICMP is not permitted here: either allow ping sockets to this process's group "
    '(sysctl -w net.ipv4.ping_group_range="0 2147483647") or grant the capability CAP_NET_RAW '
    "(AmbientCapabilities=CAP_NET_RAW in the systemd unit, or setcap cap_net_raw+ep on the "
    "Python interpreter)"
)


@dataclass(frozen=True, slots=True)
class Unopened:
    """Why there is no socket, and when to try again."""

    reason: Reason
    detail: str
    retry_ns: float = 0


@dataclass(frozen=True, slots=True)
class Lease:
    """A socket and the identifier to use on it."""

    port: EchoPort
    echo_id: int


@dataclass(slots=True)
class _Drops:
    counted: int = 0
    noticed_ns: int = -1


class Ports:
    """Opens, watches and closes the sockets of one engine."""

    def __init__(
        self,
        opener: Opener,
        mode: Mode,
        monotonic_ns: Callable[[], int],
        on_readable: Callable[[EchoPort], None],
    ) -> None:
        self._opener = opener
        self._mode: Mode = mode
        self._monotonic_ns = monotonic_ns
        self._on_readable = on_readable
        self._loop = asyncio.get_running_loop()
        self._shared: dict[int, Lease | Unopened] = {}
        self._drops: dict[EchoPort, _Drops] = {}
        self._fresh_turn = secrets.randbelow(ID_BLOCK)

    def shared(self, family: int) -> Lease | Unopened:
        """Return the socket for everybody, opening it if there is none."""
        lease = self._shared.get(family)
        if lease is None or (
            isinstance(lease, Unopened) and self._monotonic_ns() >= lease.retry_ns
        ):
            lease = self._shared[family] = self._open(family)
        return lease

    def fresh(self, family: int) -> Lease | Unopened:
        """Return an identifier other than the shared one; a ping socket needs a new socket.

        In a mass outage everybody is in doubt at once. With too few descriptors for that, the
        question is asked under the shared identifier: better so than not at all.
        """
        lease = self.shared(family)
        if isinstance(lease, Unopened):
            return lease
        if lease.port.mode == "raw":
            self._fresh_turn = self._fresh_turn % (ID_BLOCK - 1) + 1
            return Lease(lease.port, lease.port.echo_id + self._fresh_turn)
        fresh = self._open(family)
        if isinstance(fresh, Lease) and not is_reserved(fresh.port.fileno()):
            return fresh
        if isinstance(fresh, Lease):
            self._close(fresh.port)
        return lease

    def give_back(self, port: EchoPort) -> None:
        """Close it unless everybody uses it."""
        if port in self._drops and not self._is_shared(port):
            self._close(port)

    def lose(self, port: EchoPort, error: OSError) -> None:
        """Give up a socket that failed."""
        if self._is_shared(port):
            self._shared[port.family] = self._unopened(error)
        if port in self._drops:
            self._close(port)

    def close(self) -> None:
        closed = Unopened(Reason.NO_SOCKET, "the ICMP engine was closed", float("inf"))
        self._shared = dict.fromkeys(_FAMILIES, closed)
        for port in tuple(self._drops):
            self._close(port)

    def count_drops(self) -> int:
        """Return how many messages the full receive buffers turned away since the last count."""
        fresh = 0
        for port, drops in self._drops.items():
            counted = port.drops()
            if counted > drops.counted:
                fresh += counted - drops.counted
                drops.counted = counted
                drops.noticed_ns = self._monotonic_ns()
        return fresh

    def dropped_since(self, port: EchoPort, instant_ns: int) -> bool:
        """Tell whether a reply to what was sent at that instant may have been turned away."""
        drops = self._drops.get(port)
        return drops is not None and drops.noticed_ns >= instant_ns

    @property
    def works(self) -> bool:
        """Tell whether any family has a socket."""
        return any(isinstance(lease, Lease) for lease in self._shared.values())

    def describe(self) -> str:
        """Return one line: `IPv4: raw socket, receive buffer 33554432 bytes; IPv6: …`."""
        return "; ".join(f"{name}: {self._describe(kind)}" for kind, name in _FAMILIES.items())

    def _is_shared(self, port: EchoPort) -> bool:
        lease = self._shared.get(port.family)
        return isinstance(lease, Lease) and lease.port is port

    def _describe(self, family: int) -> str:
        lease = self._shared.get(family)
        if lease is None:
            return "not opened yet"
        if isinstance(lease, Unopened):
            return lease.detail
        port = lease.port
        kind = "ping socket" if port.mode == "dgram" else "raw socket"
        return f"{kind}, receive buffer {port.receive_buffer_bytes} bytes"

    def _open(self, family: int) -> Lease | Unopened:
        try:
            port = self._opener(family, self._mode)
        except OSError as error:
            return self._unopened(error)
        self._drops[port] = _Drops()
        self._loop.add_reader(port.fileno(), self._on_readable, port)
        return Lease(port, port.echo_id)

    def _unopened(self, error: OSError) -> Unopened:
        reason, detail = explain_open(error)
        if reason is Reason.NO_PERMISSION:
            detail = _HOW_TO_PERMIT
        return Unopened(reason, detail, self._monotonic_ns() + _RETRY_NS)

    def _close(self, port: EchoPort) -> None:
        del self._drops[port]
        self._loop.remove_reader(port.fileno())
        port.close()
