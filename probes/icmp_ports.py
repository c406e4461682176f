"""The engine's open sockets: one per outlet for everybody, and short-lived fresh ones.

A socket that could not be opened, or failed, is opened again when next needed, at most once a
second: so a permission granted later is noticed without a restart.
"""

import errno
import random
import secrets
import select
import socket
from collections.abc import Callable
from dataclasses import dataclass

from probes.descriptors import is_reserved
from probes.echo import DIALECTS
from probes.icmp_batch import Inbox
from probes.icmp_filter import ID_BLOCK
from probes.icmp_opening import Mode, Opener, Wish
from probes.icmp_outlet import Outlet
from probes.icmp_socket import EchoPort
from probes.local_error import explain_open
from probes.reading import Reason

MAX_OUTLETS = 48
"""Different sets of family, DSCP, source and fragmentation at once. A raw socket needs one of
the 64 blocks of identifiers."""

FRESH_NS = 100_000_000
"""How long a fresh ping socket serves whoever comes next: less than the re-probe time of any class
(0.25 s unless it is set), so that no target meets it twice. A thousand sites in doubt need ten
sockets a second, not a thousand."""

_IP_HEADER_BYTES = 60  # at most
_RETRY_NS = 1_000_000_000
_FAMILIES = {socket.AF_INET: "IPv4", socket.AF_INET6: "IPv6"}
_CLOSED = "the ICMP engine was closed"
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
    request_type: int


@dataclass(slots=True)
class _Open:
    """What is kept of an open port: the overflows counted, and the last one's instant.

    `borrowers` are the runs under way on a fresh one.
    """

    outlet: Outlet
    drops: int = 0
    noticed_ns: int = -1
    borrowers: int = 0


class Ports:
    """Opens, watches and closes the sockets of one engine."""

    def __init__(
        self,
        opener: Opener,
        mode: Mode,
        monotonic_ns: Callable[[], int],
        *,
        stamps_departures: bool,
    ) -> None:
        self._opener = opener
        self._mode: Mode = mode
        self._monotonic_ns = monotonic_ns
        self._stamps_departures = stamps_departures
        self._is_closed = False
        self._inbox = Inbox()
        self._shared: dict[Outlet, Lease | Unopened] = {}
        self._young: dict[Outlet, tuple[Lease, int]] = {}
        self._open_ports: dict[EchoPort, _Open] = {}
        self._by_descriptor: dict[int, EchoPort] = {}
        self._poll = select.poll()
        blocks = list(range(0, 0x10000, ID_BLOCK))
        random.SystemRandom().shuffle(blocks)
        self._free_ids = blocks
        self._fresh_turn = secrets.randbelow(ID_BLOCK)

    def expect(self, message_bytes: int) -> None:
        """Let every socket be ready to read replies of that length."""
        self._inbox.expect(_IP_HEADER_BYTES + message_bytes)

    def shared(self, outlet: Outlet) -> Lease | Unopened:
        """Return the socket for everybody, opening it if there is none."""
        lease = self._shared.get(outlet)
        if isinstance(lease, Lease):
            return lease
        if self._is_closed:
            return Unopened(Reason.NO_SOCKET, _CLOSED)
        if lease is None and len(self._shared) >= MAX_OUTLETS:
            detail = f"more than {MAX_OUTLETS} different sets of dscp, source and dont_fragment"
            return Unopened(Reason.NO_SOCKET, detail)
        if lease is None or self._monotonic_ns() >= lease.retry_ns:
            lease = self._shared[outlet] = self._open(outlet)
        return lease

    def fresh(self, outlet: Outlet) -> Lease | Unopened:
        """Return an identifier other than the shared one; a ping socket needs another socket.

        `give_back` its port once. With too few descriptors, the question is asked under the
        shared identifier: better so than not at all.
        """
        lease = self.shared(outlet)
        if isinstance(lease, Unopened):
            return lease
        if lease.port.mode == "raw":
            self._fresh_turn = self._fresh_turn % (ID_BLOCK - 1) + 1
            return Lease(lease.port, lease.echo_id + self._fresh_turn, lease.request_type)
        fresh = self._fresh_socket(outlet)
        if fresh is None:
            return lease
        self._open_ports[fresh.port].borrowers += 1
        return fresh

    def give_back(self, port: EchoPort) -> None:
        """Close a fresh one when nobody borrows it any more."""
        kept = self._open_ports.get(port)
        if kept is None or self._is_shared(port):
            return
        kept.borrowers -= 1
        if kept.borrowers <= 0:
            self._close(port)

    def lose(self, port: EchoPort, error: OSError) -> None:
        """Give up a socket that failed."""
        kept = self._open_ports.get(port)
        if kept is None:
            return
        if self._is_shared(port):
            self._shared[kept.outlet] = self._unopened(error, kept.outlet)
        self._close(port)

    def close(self) -> None:
        self._is_closed = True
        self._shared.clear()
        for port in tuple(self._open_ports):
            self._close(port)

    def readable(self) -> list[EchoPort]:
        """Return the sockets that have something to say, errors included."""
        ready = self._poll.poll(0)
        return [self._by_descriptor[descriptor] for descriptor, _ in ready]

    def count_drops(self) -> int:
        """Return how many messages the full receive buffers turned away since the last count."""
        fresh = 0
        for port, kept in self._open_ports.items():
            counted = port.drops()
            if counted > kept.drops:
                fresh += counted - kept.drops
                kept.drops = counted
                kept.noticed_ns = self._monotonic_ns()
        return fresh

    def dropped_since(self, port: EchoPort, instant_ns: int) -> bool:
        """Tell whether a reply to what was sent at that instant may have been turned away."""
        kept = self._open_ports.get(port)
        return kept is not None and kept.noticed_ns >= instant_ns

    @property
    def works(self) -> bool:
        """Tell whether there is any socket."""
        return bool(self._open_ports)

    def describe(self) -> str:
        """Return one line: `IPv4: raw socket, receive buffer 33554432 bytes; IPv6: …`."""
        return "; ".join(f"{name}: {self._describe(kind)}" for kind, name in _FAMILIES.items())

    def _fresh_socket(self, outlet: Outlet) -> Lease | None:
        """Return the one opened a moment ago, or another; None where too few are left."""
        now_ns = self._monotonic_ns()
        young, until_ns = self._young.get(outlet, (None, 0))
        if young is not None and now_ns < until_ns:
            return young
        fresh = self._open(outlet)
        if isinstance(fresh, Unopened):
            return None
        if is_reserved(fresh.port.fileno()):
            self._close(fresh.port)
            return None
        self._young[outlet] = fresh, now_ns + FRESH_NS
        return fresh

    def _is_shared(self, port: EchoPort) -> bool:
        lease = self._shared.get(self._open_ports[port].outlet)
        return isinstance(lease, Lease) and lease.port is port

    def _describe(self, family: int) -> str:
        lease = self._shared.get(Outlet(family))
        if lease is None:
            return _CLOSED if self._is_closed else "not opened yet"
        if isinstance(lease, Unopened):
            return lease.detail
        port = lease.port
        kind = "ping socket" if port.mode == "dgram" else "raw socket"
        return f"{kind}, receive buffer {port.receive_buffer_bytes} bytes"

    def _open(self, outlet: Outlet) -> Lease | Unopened:
        wish = Wish(outlet, self._mode, self._free_ids[-1], self._stamps_departures, self._inbox)
        try:
            port = self._opener(wish)
        except OSError as error:
            return self._unopened(error, outlet)
        if port.mode == "raw":
            self._free_ids.pop()
        self._open_ports[port] = _Open(outlet)
        self._by_descriptor[port.fileno()] = port
        self._poll.register(port.fileno(), select.POLLIN)
        return Lease(port, port.echo_id, DIALECTS[outlet.family].request)

    def _unopened(self, error: OSError, outlet: Outlet) -> Unopened:
        reason, detail = explain_open(error)
        if reason is Reason.NO_PERMISSION:
            detail = _HOW_TO_PERMIT
        elif error.errno == errno.EADDRNOTAVAIL:
            detail = f"{outlet.source} is no address of this machine"
        return Unopened(reason, detail, self._monotonic_ns() + _RETRY_NS)

    def _close(self, port: EchoPort) -> None:
        outlet = self._open_ports.pop(port).outlet
        if outlet in self._young and self._young[outlet][0].port is port:
            del self._young[outlet]
        self._poll.unregister(port.fileno())
        del self._by_descriptor[port.fileno()]
        if port.mode == "raw":
            self._free_ids.insert(0, port.echo_id)
        port.close()
