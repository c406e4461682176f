"""Traces the route to what has fallen silent, once for each incident, after all is told.

It changes no verdict, holds nobody up, and sends some packets a second at most: one trace at a
time, six a minute, and in a mass outage the most urgent sixteen. What was open before a start is
not traced: a trace is of the onset. While we are blind there is none; one that blindness overtook
is made again.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Protocol

from config.component import Probe
from config.probe import AnyProbe
from monitor.events import AnyEvent, Evidence, IncidentEvent
from monitor.ports import Clock
from monitor.routing.line import route_line
from monitor.routing.queue import RouteQueue
from monitor.routing.target import is_worth_tracing, probe_to_trace
from monitor.sight.gateway import default_gateway
from monitor.trouble import Trouble
from monitor.watch import Watch
from probes.route import NotPermittedError, TraceError
from probes.route_tracer import Route

log = logging.getLogger(__name__)

SETTLE_S = 3.0
"""From the first incident of many to the first trace: meanwhile a node may turn out to have fallen,
or we to be blind."""
PACE_S = 10.0
"""From one trace to the next."""
BLIND_S = 1.0
"""How often to look whether we see again."""

Quote = Callable[[str, int, Evidence], None]
"""Hears the id of the incident, its swing when it was asked for, and the line."""


class Tracer(Protocol):
    """Finds the routers on the way to what a probe asks."""

    async def trace(self, asked: AnyProbe) -> Route | None:
        """Return the route; None where there is none to show.

        Raises:
            NotPermittedError: it never will.
            TraceError: not now.

        """
        ...


class Routes:
    """`offer` never waits: events are heard as they are told."""

    def __init__(
        self, watch: Watch, clock: Clock, gateway: Callable[[], str | None] = default_gateway
    ) -> None:
        self._watch = watch
        self._clock = clock
        self._gateway = gateway
        self._queue = RouteQueue()
        self._waits = asyncio.Event()
        self._swings: dict[str, int] = {}
        self._is_permitted = True
        self._trouble = Trouble(log, "traceroute")

    def resume(self) -> None:
        """Leave be what an earlier life of the daemon has opened."""
        for incident in self._watch.incidents.open():
            if is_worth_tracing(incident.event):
                self._swings[incident.event.id] = incident.event.reopened

    def offer(self, event: AnyEvent) -> None:
        """Take note of an incident that is to be traced, or is not any more."""
        if not isinstance(event, IncidentEvent):
            return
        if event.closed_at is not None:
            self._swings.pop(event.id, None)
        if not is_worth_tracing(event):
            self._queue.discard(event.id)
        elif event.id in self._queue:
            self._queue.put(event.id, event.priority)
        elif self._is_on and self._swings.get(event.id) != event.reopened:
            self._swings[event.id] = event.reopened
            self._queue.put(event.id, event.priority)
            self._waits.set()

    async def serve(self, tracer: Tracer, quote: Quote) -> None:
        """Trace what waits, for ever; or until it shows that we may not."""
        while self._is_permitted:
            await self._waits.wait()
            await self._clock.sleep(SETTLE_S)
            while self._queue and self._is_permitted:
                if self._watch.sight.is_blind:
                    await self._clock.sleep(BLIND_S)
                elif await self._trace(self._queue.take(), tracer, quote):
                    await self._clock.sleep(PACE_S)
            self._waits.clear()

    @property
    def _is_on(self) -> bool:
        return self._is_permitted and self._watch.fleet.settings.traceroute

    async def _trace(self, number: str, tracer: Tracer, quote: Quote) -> bool:
        """Trace for one incident, if it still makes sense; return whether packets were sent."""
        event = self._held(number)
        probe = probe_to_trace(event, self._watch) if event is not None else None
        if event is None or probe is None or not self._is_on:
            return False
        itself = self._watch.sight.blindness.itself
        saw_since_s = itself.changed_s
        route = await self._route(probe, tracer)
        if route is None:
            return False
        if self._watch.sight.is_blind or itself.changed_s != saw_since_s:
            self._queue.put(number, event.priority)
            return True
        quote(number, event.reopened, self._line(probe, route))
        return True

    async def _route(self, probe: Probe, tracer: Tracer) -> Route | None:
        try:
            route = await tracer.trace(probe.settings)
        except NotPermittedError as error:
            self._is_permitted = False
            log.warning("traceroute is off until the next start why=%s", error)
        except TraceError as error:
            self._trouble.happened(str(error))
        else:
            self._trouble.over()
            return route
        return None

    def _line(self, probe: Probe, route: Route) -> Evidence:
        fleet = self._watch.fleet
        component = fleet.components.get(probe.component)
        site = component.site if component is not None else ""
        return route_line(route, fleet, site, self._gateway(), self._clock.now())

    def _held(self, number: str) -> IncidentEvent | None:
        """Return an incident as it is now, if it is still worth a trace."""
        known = (one.event for one in self._watch.incidents.open() if one.event.id == number)
        event = next(known, None)
        return event if event is not None and is_worth_tracing(event) else None
