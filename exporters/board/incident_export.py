"""All incidents that a search finds, as CSV or JSON: written as they are read, for many may be."""

import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import Protocol

from aiohttp import web

from exporters.board.incident_rows import COLUMNS, cells_of, past_cells_of, table
from exporters.board.incident_search import Search
from monitor.events import IncidentEvent
from monitor.past import Found, Past, Wanted
from monitor.past_incident import PastIncident
from monitor.ports import Registry

log = logging.getLogger(__name__)

AT_ONCE = 500


class _Writing(Protocol):
    """A file in three parts; `past` comes as often as there is more."""

    name: str
    content_type: str

    def held(self, incidents: Sequence[IncidentEvent]) -> str: ...
    def past(self, incidents: Sequence[PastIncident]) -> str: ...
    def end(self) -> str: ...


class IncidentExport:
    """`/incidents.csv` and `/incidents.json`: those in memory first, then those of the journal."""

    def __init__(self, registry: Registry, past: Past) -> None:
        self._registry = registry
        self._past = past

    async def as_json(self, request: web.Request) -> web.StreamResponse:
        """Return `incidents` as they travel everywhere else, and `past` as the journal has it."""
        return await self._export(request, _Json())

    async def as_csv(self, request: web.Request) -> web.StreamResponse:
        """Return a table: UTF-8 with a mark for spreadsheets, RFC 4180."""
        return await self._export(request, _Csv(self._registry))

    async def _export(self, request: web.Request, writing: _Writing) -> web.StreamResponse:
        search, known = Search.of(request.query), self._registry.incidents()
        wanted = search.wanted(self._registry.fleet(), known)
        found = Found((), "") if wanted is None else await self._past.incidents(wanted, 0, AT_ONCE)
        if found is None:
            raise web.HTTPServiceUnavailable(text="the journal cannot be read now; try again soon")
        answer = web.StreamResponse(
            headers={"Content-Disposition": f'attachment; filename="{writing.name}"'}
        )
        answer.content_type, answer.charset = writing.content_type, "utf-8"
        answer.enable_compression()
        await answer.prepare(request)
        if request.method == "HEAD":
            return answer
        held = [incident for incident in known if search.fits(incident)]
        await answer.write(writing.held(held).encode())
        async for some in self._pages(wanted, found):
            if some is None:
                log.warning("export cut short: the journal cannot be read")
                if request.transport is not None:
                    request.transport.abort()  # so that nobody takes a part for the whole
                return answer
            await answer.write(writing.past(some).encode())
        await answer.write(writing.end().encode())
        return answer

    async def _pages(
        self, wanted: Wanted | None, found: Found
    ) -> AsyncIterator[Sequence[PastIncident] | None]:
        """Yield what was found and all that comes after it; None where it cannot be read."""
        while wanted is not None and found.last:
            yield found.incidents
            more = await self._past.incidents(replace(wanted, before=found.last), 0, AT_ONCE)
            if more is None:
                yield None
                return
            found = more


class _Json:
    name = "incidents.json"
    content_type = "application/json"

    def __init__(self) -> None:
        self._has_begun = False

    def held(self, incidents: Sequence[IncidentEvent]) -> str:
        told = ",".join(incident.model_dump_json(by_alias=True) for incident in incidents)
        return f'{{"incidents":[{told}],"past":['

    def past(self, incidents: Sequence[PastIncident]) -> str:
        told = ",".join(incident.model_dump_json() for incident in incidents)
        comma = "," if self._has_begun and told else ""
        self._has_begun = self._has_begun or bool(told)
        return comma + told

    def end(self) -> str:
        return "]}"


class _Csv:
    name = "incidents.csv"
    content_type = "text/csv"

    def __init__(self, registry: Registry) -> None:
        self._fleet = registry.fleet()

    def held(self, incidents: Sequence[IncidentEvent]) -> str:
        return "\ufeff" + table([COLUMNS, *map(cells_of, incidents)])

    def past(self, incidents: Sequence[PastIncident]) -> str:
        return table(past_cells_of(incident, self._fleet) for incident in incidents)

    def end(self) -> str:
        return ""
