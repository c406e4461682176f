"""The exporter behind the board: takes every event in, tells viewers at most six times a second."""

import asyncio

from config.fleet import Fleet
from exporters.board.compilation import Compilation
from exporters.board.feed import Feed, News
from exporters.board.news import rendered
from exporters.board.picture import Picture
from exporters.board.rings import Rings
from monitor.events import AnyEvent, IncidentEvent, StateEvent
from monitor.ports import Clock, ProbeRun, Registry
from monitor.vocabulary import Cause, Fact, Phase

PAUSE_S = 0.15
"""The first change is told at once, what follows within this: well under 0.3 s in all."""
MOST_SITES = 200
"""When more change at once, viewers of any site look again."""


class Board:
    """Keeps `picture` true and feeds `feed`. What changes twice within a pause is told once.

    What waits to be told is bounded: one entry for each incident and each site. `compilation` is
    what pages wait for.
    """

    name = "board"

    def __init__(self, registry: Registry, clock: Clock) -> None:
        self._registry = registry
        self._clock = clock
        self.picture = Picture(registry.fleet(), clock.now)
        self.rings = Rings()
        self.compilation = Compilation()
        self.feed = Feed(f"{clock.now():%Y%m%d%H%M%S%f}", rendered)
        self._incidents: dict[str, IncidentEvent] = {}
        self._sites: set[str] = set()
        self._changed = asyncio.Event()

    def offer(self, event: AnyEvent) -> None:
        """Take over one event; viewers hear of it with the next message."""
        if isinstance(event, StateEvent):
            self.picture.take(event)
            self._sites.add(event.site)
        else:
            if event.cause is Cause.MONITOR_BLIND:
                self.rings.is_blind = event.phase is not Phase.CLOSED
            self._incidents[event.id] = event
            self._sites.add(event.site.id)
        self._changed.set()

    def observe(self, run: ProbeRun) -> None:
        """Take over what power sources and telemedicine say, and how links fare."""
        self.rings.observe(run)
        if self.picture.observe(run):
            self._sites.add(run.component.site)
            self._changed.set()

    def reload(self, fleet: Fleet) -> None:
        """Forget what is gone, and let every viewer look again."""
        self.picture.reload(fleet)
        self.rings.reload(fleet)
        self._sites.update(site.id for site in fleet.sites)
        self._changed.set()

    async def run(self) -> None:
        """Tell viewers until cancelled; then let them go."""
        self.picture.begin(self._registry.states())
        self.rings.is_blind = self.blind() is not None
        self.feed.open()
        try:
            while True:
                await self._changed.wait()
                self._changed.clear()
                self.feed.publish(self._news())
                await self._clock.sleep(PAUSE_S)
        finally:
            self.feed.close()

    def blind(self) -> IncidentEvent | None:
        """Return the open incident of our own blindness, if there is one."""
        return next(
            (
                incident
                for incident in self._registry.incidents()
                if incident.cause is Cause.MONITOR_BLIND
                and incident.phase is not Phase.CLOSED
                and not any(line.fact is Fact.CANNOT_ASK for line in incident.evidence)
            ),
            None,
        )

    def _news(self) -> News:
        incidents, self._incidents = tuple(self._incidents.values()), {}
        sites, self._sites = self._sites, set()
        return News(
            at=self._clock.now(),
            incidents=incidents,
            sites=tuple(sorted(sites)) if len(sites) <= MOST_SITES else None,
            counts=self.picture.counts(),
            blind=self.blind() if self.rings.is_blind else None,
        )
