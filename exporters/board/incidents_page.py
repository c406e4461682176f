"""The list of incidents with its search: first what memory holds, then what the journal keeps."""

from collections.abc import Mapping
from datetime import datetime

from aiohttp import web

from exporters.board.cards import Card
from exporters.board.frame import Frame
from exporters.board.incident_search import Search
from exporters.board.turning import begin_of, part_from
from monitor.past import Past, Wanted
from monitor.past_incident import PastIncident
from monitor.ports import Registry
from monitor.vocabulary import Cause, Priority

ROWS = 100


class IncidentsPage:
    """`/incidents`."""

    def __init__(self, registry: Registry, past: Past, frame: Frame) -> None:
        self._registry = registry
        self._past = past
        self._frame = frame

    async def page(self, request: web.Request) -> web.Response:
        query = dict(request.query)
        search = Search.of(query)
        kept = self._frame.kept(request)
        if kept is not None:
            return kept
        known = self._registry.incidents()
        held = [incident for incident in known if search.fits(incident)]
        wanted = search.wanted(self._registry.fleet(), known)
        count = await self._past.count(wanted) if wanted is not None else 0
        total = len(held) + (count or 0)
        begin = begin_of(total, query, ROWS)
        shown = held[begin : begin + ROWS]
        room = ROWS - len(shown) if count else 0
        older = await self._older(wanted, max(0, begin - len(held)), room)

        def context(now: datetime) -> Mapping[str, object]:
            return {
                "part": part_from((*shown, *older), begin, total, query, ROWS),
                "cards": [Card(incident, now) for incident in shown],
                "older": older,
                "is_readable": count is not None,
                "given": query,
                "causes": [cause.value for cause in Cause],
                "priorities": [priority.value for priority in Priority],
                **self._names(older),
            }

        return self._frame.answer(request, "incidents.html.j2", context)

    async def _older(
        self, wanted: Wanted | None, first: int, most: int
    ) -> tuple[PastIncident, ...]:
        if wanted is None or most <= 0:
            return ()
        found = await self._past.incidents(wanted, first, most)
        return () if found is None else found.incidents

    def _names(self, older: tuple[PastIncident, ...]) -> Mapping[str, object]:
        """Return names and time zones of sites as they are today."""
        sites = self._registry.fleet().sites_by_id
        named = [sites[one.site] for one in older if one.site in sites]
        return {
            "site_names": {site.id: site.name for site in named},
            "zones": {site.id: site.timezone for site in named},
        }
