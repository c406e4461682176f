"""Traces routes for the daemon: one at a time, in a thread that nobody has to wait for."""

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlsplit

from config.probe import AnyProbe, IcmpSettings, TcpSettings
from probes.reach import Reach, reach_of
from probes.resolve import Resolver, Unresolved
from probes.route import Hop, TraceError, trace

log = logging.getLogger(__name__)

TRACE_S = 15.0
"""A trace that lasts longer ends where it is. A usual one: the routers, and six seconds."""


@dataclass(frozen=True, slots=True)
class Route:
    """What one trace has shown. `target` is an address."""

    target: str
    hops: tuple[Hop, ...]

    @property
    def last(self) -> Hop | None:
        """Return the last that answered; None if nobody did."""
        answered = [hop for hop in self.hops if hop.address is not None]
        return answered[-1] if answered else None

    @property
    def reaches(self) -> bool:
        """Tell whether the target itself answered."""
        return self.last is not None and self.last.address == self.target


class RouteTracer:
    """Implements `monitor.routing.routes.Tracer`. Names are asked of the resolver of all probes.

    The thread sends one packet at a time, and waits a second for its answer at most: after
    `close` it ends by itself that soon.
    """

    def __init__(
        self,
        resolver: Resolver,
        trace: Callable[[str, str | None], Iterator[Hop]] = trace,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._resolver = resolver
        self._trace = trace
        self._monotonic = monotonic
        self._thread: ThreadPoolExecutor | None = None
        self._closing = threading.Event()

    async def trace(self, asked: AnyProbe) -> Route | None:
        """Return the route to what a probe asks; None where there is none: on this machine.

        Raises:
            NotPermittedError: it needs a raw socket.
            TraceError: the name has no address, or there is no way to send.

        """
        host = host_of(asked)
        if not host:
            raise TraceError("its URL names no host")
        address = await self._resolver.resolve(host, asked.family)
        if isinstance(address, Unresolved):
            raise TraceError(address.detail)
        if reach_of(address.host) is Reach.LOOPBACK:
            return None
        target = f"{address.host}%{address.scope_id}" if address.scope_id else address.host
        source = asked.source if isinstance(asked, IcmpSettings) else None
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, thread_name_prefix="route")
        loop = asyncio.get_running_loop()
        try:
            hops = await loop.run_in_executor(self._thread, self._walk, target, source)
        except TraceError:
            raise
        except Exception as error:  # the boundary around one probe run
            log.exception("trace failed target=%s", target)
            raise TraceError(repr(error)[:200]) from error
        return Route(address.host, hops)

    def close(self) -> None:
        """Trace no more; what is under way ends with the router that it waits for."""
        self._closing.set()
        if self._thread is not None:
            self._thread.shutdown(wait=False, cancel_futures=True)
            self._thread = None

    def _walk(self, target: str, source: str | None) -> tuple[Hop, ...]:
        until_s = self._monotonic() + TRACE_S
        hops = []
        for hop in self._trace(target, source):
            hops.append(hop)
            if self._closing.is_set() or self._monotonic() >= until_s:
                break
        return tuple(hops)


def host_of(asked: AnyProbe) -> str:
    """Return the host that a probe asks, a name or an address; empty if its URL names none.

    >>> host_of(TcpSettings(target="[2001:db8::1]:443"))
    '2001:db8::1'
    """
    if isinstance(asked, IcmpSettings):
        return asked.target
    written = f"//{asked.target}" if isinstance(asked, TcpSettings) else asked.url
    try:
        return urlsplit(written).hostname or ""
    except ValueError:
        return ""
