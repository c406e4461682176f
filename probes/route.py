"""The routers on the way to an address, as far as they answer: an echo request a distance, or two.

It blocks, for as long as silent routers take: whoever has a loop to serve asks in a thread
(probes/route_tracer.py). It needs a raw socket, for a ping socket hears no router.
"""

import secrets
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Protocol

from icmplib import (
    ICMPLibError,
    ICMPRequest,
    ICMPv4Socket,
    ICMPv6Socket,
    SocketPermissionError,
    TimeoutExceeded,
    is_hostname,
    is_ipv6_address,
    resolve,
)

from probes.icmp_filter import admit_answers, attach, filter_for

MAX_HOPS = 20
SILENT_HOPS = 3
"""After so many routers in a row without an answer there is no more to learn."""
HOP_TIMEOUT_S = 1.0
TRIES = 2
"""Routers send no more than some errors a second to one address, and all our probes have ours."""


class TraceError(Exception):
    """There is no route to show; the text says why."""


class NotPermittedError(TraceError):
    """It is not permitted to this process, and will not be before the next start."""


@dataclass(frozen=True, slots=True)
class Hop:
    """One router, or the target itself. `address` is None where nobody answered."""

    distance: int
    address: str | None
    rtt_s: float | None


class Way(Protocol):
    """A way to one target, on which a packet can be given up at any distance."""

    def ask(self, distance: int) -> Hop: ...


OpenWay = Callable[[str, str | None], AbstractContextManager[Way]]
"""Of a target and the address of this machine to ask from, if not the system's choice."""


@contextmanager
def open_way(target: str, source: str | None) -> Iterator[Way]:
    """Open a raw socket that hears of this trace alone.

    Raises:
        ICMPLibError, OSError: there is no such name, or no such socket.

    """
    address = resolve(target)[0] if is_hostname(target) else target
    with (ICMPv6Socket if is_ipv6_address(address) else ICMPv4Socket)(source) as port:
        echo_id = secrets.randbelow(0x10000)  # icmplib's follow our process id, as ping's do
        # a raw socket is handed every reply of the host: a thousand a second, of a large fleet
        attach(port.sock, filter_for(port.sock.family, echo_id))
        admit_answers(port.sock)
        yield _EchoWay(port, address, echo_id)


@dataclass(frozen=True, slots=True)
class _EchoWay:
    port: ICMPv4Socket | ICMPv6Socket
    address: str
    echo_id: int

    def ask(self, distance: int) -> Hop:
        for turn in range(TRIES):
            request = ICMPRequest(
                self.address, self.echo_id, sequence=TRIES * distance + turn, ttl=distance
            )
            self.port.send(request)
            try:
                reply = self.port.receive(request, HOP_TIMEOUT_S)
            except TimeoutExceeded:
                continue
            router = _bare(str(reply.source))
            if router == _bare(self.address) or not _is_own(router):
                return Hop(distance, router, max(0.0, reply.time - request.time))
            break  # our own kernel says that the neighbour is silent
        return Hop(distance, None, None)


def trace(target: str, source: str | None = None, open_way: OpenWay = open_way) -> Iterator[Hop]:
    """Yield the hops towards an address: at most 20, and 3 silent ones in a row. Blocking.

    Raises:
        NotPermittedError: it needs a raw socket.
        TraceError: there is no way to send.

    """
    try:
        with open_way(target, source) as way:
            yield from _hops(way, _bare(target))
    except SocketPermissionError as error:
        raise NotPermittedError("a trace needs CAP_NET_RAW (run as root)") from error
    except (ICMPLibError, OSError, UnicodeError) as error:
        raise TraceError(str(error)) from error


def _hops(way: Way, target: str) -> Iterator[Hop]:
    silent, before = 0, None
    for distance in range(1, MAX_HOPS + 1):
        hop = way.ask(distance)
        if hop.address is not None and hop.address == before:
            return  # a router that says "unreachable" says so at every distance
        yield hop
        silent = silent + 1 if hop.address is None else 0
        before = hop.address or before
        if hop.address == target or silent >= SILENT_HOPS:
            return


def _bare(address: str) -> str:
    """Return it without the interface that a link-local one names."""
    return address.partition("%")[0]


def _is_own(address: str) -> bool:
    family = socket.AF_INET6 if is_ipv6_address(address) else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((address, 0))
        except OSError:
            return False
    return True
