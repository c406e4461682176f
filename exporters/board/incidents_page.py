"""The pages of incidents: the list with search and export, and one with its timeline."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from exporters.api_view import IncidentPage
from exporters.board.cards import Card
from exporters.board.frame import Frame
from exporters.board.rendering import stamp
from exporters.board.turning import part_of
from exporters.plain import clean, folded
from exporters.scene_parts import Line
from exporters.text import description
from exporters.web_reply import document
from monitor.events import IncidentEvent
from monitor.ports import Registry
from monitor.vocabulary import Cause, Phase, Priority

ROWS = 100
MOST_TOUCHED = 500
_COLUMNS = (
    "id", "priority", "cause", "confidence", "phase", "opened_at", "closed_at", "duration_s",
    "site", "clues", "name", "municipality", "federal_state", "root", "critical_areas",
    "acknowledged_by", "pages", "reopened", "quiet",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a timeline: something seen (`line`), or something that became of the incident."""

    at: datetime
    what: str = ""
    who: str = ""
    line: Line | None = None


class IncidentsPage:
    """`/incidents`, `/incidents/<id>`, `/incidents.csv` and `/incidents.json`."""

    def __init__(self, registry: Registry, frame: Frame) -> None:
        self._registry = registry
        self._frame = frame

    async def page(self, request: web.Request) -> web.Response:
        query = dict(request.query)

        def shown(now: datetime) -> Mapping[str, object]:
            found = self._found(query)
            part = part_of(found, query, ROWS)
            return {
                "part": part,
                "cards": [Card(incident, now) for incident in part.rows],
                "given": query,
                "causes": [cause.value for cause in Cause],
                "priorities": [priority.value for priority in Priority],
            }

        return self._frame.answer(request, "incidents.html.j2", shown)

    async def one(self, request: web.Request) -> web.Response:
        """Show one incident: what happened in order, what it touches, the message to copy."""
        incident = self._named(request.match_info["id"])
        if incident is None:
            return self._frame.missing(request, "missing_incident")
        language = self._frame.language(request)

        def shown(now: datetime) -> Mapping[str, object]:
            card = Card(incident, now)
            return {
                "card": card,
                "steps": sorted(_steps(card), key=lambda step: step.at),
                "touched": incident.touched[:MOST_TOUCHED],
                "more": len(incident.touched) - MOST_TOUCHED,
                "message": description(incident, language, now),
            }

        return self._frame.answer(request, "incident.html.j2", shown)

    async def as_json(self, request: web.Request) -> web.Response:
        answer = document(IncidentPage(incidents=tuple(self._found(request.query))))
        answer.headers["Content-Disposition"] = 'attachment; filename="incidents.json"'
        answer.enable_compression()
        return answer

    async def as_csv(self, request: web.Request) -> web.Response:
        """Return the same as a table: UTF-8 with a mark for spreadsheets, RFC 4180."""
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        writer.writerow(_COLUMNS)
        writer.writerows(map(_cells, self._found(request.query)))
        answer = web.Response(
            body=text.getvalue().encode("utf-8-sig"),
            content_type="text/csv",
            charset="utf-8",
            headers={"Content-Disposition": 'attachment; filename="incidents.csv"'},
        )
        answer.enable_compression()
        return answer

    def _found(self, query: Mapping[str, str]) -> list[IncidentEvent]:
        return [incident for incident in self._registry.incidents() if _fits(incident, query)]

    def _named(self, incident_id: str) -> IncidentEvent | None:
        known = self._registry.incidents()
        return next((incident for incident in known if incident.id == incident_id), None)


def _fits(incident: IncidentEvent, query: Mapping[str, str]) -> bool:
    is_closed = incident.phase is Phase.CLOSED
    words = folded(query.get("q", "")[:100].strip())
    site = incident.site
    written = f"{incident.id} {site.id} {site.clues} {site.name} {site.municipality}"
    return (
        {"open": not is_closed, "closed": is_closed}.get(query.get("phase", ""), True)
        and query.get("cause") in (None, "", incident.cause.value)
        and query.get("priority") in (None, "", incident.priority.value)
        and (not words or words in folded(f"{written} {incident.root.name}"))
    )


def _steps(card: Card) -> Iterator[Step]:
    event = card.event
    for line in card.scene.all_evidence:
        yield Step(line.at, line=line)
    yield Step(event.opened_at, "began")
    if event.acknowledged is not None:
        yield Step(event.acknowledged.at, "taken", clean(event.acknowledged.by, 80))
    if event.settling_since is not None:
        yield Step(event.settling_since, "settling")
    if event.closed_at is not None:
        yield Step(event.closed_at, "over")


def _cells(incident: IncidentEvent) -> list[str]:
    site, closed = incident.site, incident.closed_at
    areas = "; ".join(area.name for area in incident.critical_areas)
    lasted = "" if closed is None else f"{(closed - incident.opened_at).total_seconds():.0f}"
    taken = incident.acknowledged.by if incident.acknowledged is not None else ""
    cells = (
        incident.id, incident.priority, incident.cause, incident.confidence, incident.phase,
        stamp(incident.opened_at), stamp(closed) if closed else "", lasted,
        site.id, site.clues, site.name, site.municipality, site.state, incident.root.key, areas,
        taken, str(incident.pages), str(incident.reopened), incident.quiet or "",
    )  # fmt: skip
    return [_inert(clean(cell, 500)) for cell in cells]


def _inert(cell: str) -> str:
    """Return it so that no spreadsheet takes a name from a site list for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
