"""Names to addresses: asked aside, remembered for a while, and never a reason to hang.

A literal address asks nobody. The rule kept here: a resolver that does not answer is our
blindness (`resolver_unavailable`), a resolver that says "no such name" is an answer
(`resolve_failed`); while the resolver fails, the last good address keeps serving, with a note.
"""

import asyncio
import errno
import ipaddress
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, Literal

from probes.descriptors import descriptor_shortage
from probes.reading import Reason

Family = Literal["any", "ipv4", "ipv6"]
SocketAddress = tuple[str, int] | tuple[str, int, int, int]
Lookup = Callable[..., list[tuple[Any, Any, int, str, Any]]]
"""The shape of `socket.getaddrinfo`."""

_FAMILIES: dict[Family, int] = {
    "any": socket.AF_UNSPEC,
    "ipv4": socket.AF_INET,
    "ipv6": socket.AF_INET6,
}
_NO_SUCH_NAME = frozenset(
    {socket.EAI_NONAME, socket.EAI_NODATA, socket.EAI_ADDRFAMILY, socket.EAI_FAMILY}
)
_THREADS = 8  # getaddrinfo blocks: more dead names than this wait for each other, not for HTTP


@dataclass(frozen=True, slots=True)
class Address:
    """One host's address. `note` says when it is a remembered one that could not be renewed."""

    family: int
    host: str
    scope_id: int = 0
    note: str = ""

    def sockaddr(self, port: int = 0) -> SocketAddress:
        if self.family == socket.AF_INET:
            return (self.host, port)
        return (self.host, port, 0, self.scope_id)


@dataclass(frozen=True, slots=True)
class Unresolved:
    """Why there is no address to ask."""

    reason: Reason
    detail: str


@dataclass(slots=True)
class _Memory:
    """What is known of one name. `until` is when to ask again, on the monotonic clock."""

    answer: Address | Unresolved
    until_s: float
    last_good: Address | None = None


class Resolver:
    """Resolves for every probe of the daemon; each name is asked once at a time.

    At most `capacity` names are remembered; the one remembered longest ago leaves first.
    """

    def __init__(
        self,
        *,
        timeout_s: float = 3.0,
        keep_s: float = 60.0,
        retry_s: float = 5.0,
        capacity: int = 100_000,
        monotonic: Callable[[], float] = time.monotonic,
        lookup: Lookup = socket.getaddrinfo,
    ) -> None:
        self._timeout_s = timeout_s
        self._keep_s = keep_s
        self._retry_s = retry_s
        self._capacity = capacity
        self._monotonic = monotonic
        self._lookup = lookup
        self._threads: ThreadPoolExecutor | None = None
        self._memories: dict[tuple[str, Family], _Memory] = {}
        self._flights: dict[tuple[str, Family], asyncio.Future[Address | Unresolved]] = {}

    def known(self, host: str, family: Family) -> Address | Unresolved | None:
        """Return what needs no asking: a literal, or an answer that is still fresh."""
        memory = self._memories.get((host, family))
        if memory is not None:
            return memory.answer if self._monotonic() < memory.until_s else None
        literal = read_literal(host, family)
        if literal is not None:
            self._remember((host, family), _Memory(literal, float("inf")))
        return literal

    async def resolve(self, host: str, family: Family) -> Address | Unresolved:
        """Return an address, waiting for the system's resolver `timeout_s` at most."""
        known = self.known(host, family)
        if known is not None:
            return known
        key = (host, family)
        flight = self._flights.get(key) or self._ask(key)
        await asyncio.wait({flight}, timeout=self._timeout_s)
        if not flight.done():
            late = f"the resolver did not answer for {host} within {self._timeout_s:g} s"
            return self._learn(key, Unresolved(Reason.RESOLVER_UNAVAILABLE, late))
        if flight.cancelled():
            return Unresolved(Reason.RESOLVER_UNAVAILABLE, "the resolver was closed")
        memory = self._memories.get(key)
        return memory.answer if memory else flight.result()

    def close(self) -> None:
        """Ask no more. A lookup inside the C library ends by itself; nobody waits for it."""
        if self._threads is not None:
            self._threads.shutdown(wait=False, cancel_futures=True)
            self._threads = None

    def _ask(self, key: tuple[str, Family]) -> asyncio.Future[Address | Unresolved]:
        if self._threads is None:
            self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="resolve")
        loop = asyncio.get_running_loop()
        flight = loop.run_in_executor(self._threads, look_up, *key, self._lookup)
        self._flights[key] = flight
        flight.add_done_callback(lambda landed: self._landed(key, landed))
        return flight

    def _landed(
        self, key: tuple[str, Family], flight: asyncio.Future[Address | Unresolved]
    ) -> None:
        self._flights.pop(key, None)
        if not flight.cancelled():
            self._learn(key, flight.result())

    def _learn(self, key: tuple[str, Family], answer: Address | Unresolved) -> Address | Unresolved:
        previous = self._memories.get(key)
        last_good = previous.last_good if previous else None
        now_s = self._monotonic()
        if isinstance(answer, Address):
            self._remember(key, _Memory(answer, now_s + self._keep_s, answer))
            return answer
        if answer.reason is Reason.RESOLVE_FAILED:
            last_good = None
        used = answer if last_good is None else replace(last_good, note=_stale(answer))
        self._remember(key, _Memory(used, now_s + self._retry_s, last_good))
        return used

    def _remember(self, key: tuple[str, Family], memory: _Memory) -> None:
        self._memories.pop(key, None)
        while len(self._memories) >= self._capacity:
            del self._memories[next(iter(self._memories))]
        self._memories[key] = memory


def read_literal(host: str, family: Family) -> Address | Unresolved | None:
    """Return the address that `host` spells out, or None when it is a name."""
    try:
        literal = ipaddress.ip_address(host)
    except ValueError:
        if ":" not in host and "%" not in host:
            return None
        return Unresolved(Reason.RESOLVE_FAILED, f"{host} is not an IPv6 address")
    if family not in ("any", f"ipv{literal.version}"):
        return Unresolved(Reason.RESOLVE_FAILED, f"{host} is not an IP{family[2:]} address")
    return look_up(host, family)


def look_up(host: str, family: Family, lookup: Lookup = socket.getaddrinfo) -> Address | Unresolved:
    """Ask the system's resolver, blocking; the first address in RFC 6724 order is taken."""
    try:
        found = lookup(host, None, family=_FAMILIES[family], type=socket.SOCK_DGRAM)
    except UnicodeError:
        return Unresolved(Reason.RESOLVE_FAILED, f"{host} is not a possible host name")
    except socket.gaierror as error:
        return _explain(host, error)
    except OSError as error:
        return _explain_system(host, error)
    for kind, _, _, _, sockaddr in found:
        if kind in (socket.AF_INET, socket.AF_INET6):
            scope_id = sockaddr[3] if kind == socket.AF_INET6 else 0
            return _one_host(Address(int(kind), sockaddr[0], scope_id))
    return Unresolved(Reason.RESOLVE_FAILED, f"{host} has no address")


def _one_host(address: Address) -> Address | Unresolved:
    parsed = ipaddress.ip_address(address.host)
    if parsed.is_multicast or parsed.is_unspecified or address.host == "255.255.255.255":
        return Unresolved(Reason.RESOLVE_FAILED, f"{parsed} is not the address of one host")
    if parsed.version == 6 and parsed.is_link_local and not address.scope_id:
        return Unresolved(
            Reason.RESOLVE_FAILED, f"{parsed} needs its interface, such as {parsed}%eth0"
        )
    return address


def _explain(host: str, error: socket.gaierror) -> Unresolved:
    if error.errno in _NO_SUCH_NAME:
        shortage = descriptor_shortage()
        if shortage:  # the C library could not even open /etc/nsswitch.conf, and calls it that
            return Unresolved(Reason.NO_SOCKET, f"{host}: {shortage}")
        return Unresolved(Reason.RESOLVE_FAILED, f"{host}: {error.strerror}")
    return Unresolved(Reason.RESOLVER_UNAVAILABLE, f"{host}: {error.strerror}")


def _explain_system(host: str, error: OSError) -> Unresolved:
    if error.errno in (errno.EMFILE, errno.ENFILE):
        return Unresolved(Reason.NO_SOCKET, f"{host}: {error.strerror}")
    return Unresolved(Reason.RESOLVER_UNAVAILABLE, f"{host}: {error.strerror or error}")


def _stale(failure: Unresolved) -> str:
    return f"last known address; the resolver fails: {failure.detail}"
