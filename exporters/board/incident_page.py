"""The page of one incident: what happened in order, what it touches, the message to copy."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from exporters.board.cards import Card
from exporters.board.frame import Frame
from exporters.plain import clean
from exporters.scene_parts import Line
from exporters.text import description
from monitor.events import IncidentEvent
from monitor.past import Past
from monitor.past_incident import PastIncident
from monitor.ports import Registry

MOST_TOUCHED = 500


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a timeline: something seen (`line`), or something that became of the incident."""

    at: datetime
    what: str = ""
    who: str = ""
    line: Line | None = None


class IncidentPage:
    """`/incidents/<id>`, also of what is long over: then only what the journal keeps of it."""

    def __init__(self, registry: Registry, past: Past, frame: Frame) -> None:
        self._registry = registry
        self._past = past
        self._frame = frame

    async def page(self, request: web.Request) -> web.Response:
        number = request.match_info["id"]
        incident = self._held(number)
        if incident is not None:
            return self._present(request, incident)
        over = await self._past.incident(number)
        if over is None:
            return self._frame.missing(request, "missing_incident")
        return self._frame.answer(
            request, "past_incident.html.j2", lambda _now: self._of_before(over)
        )

    def _present(self, request: web.Request, incident: IncidentEvent) -> web.Response:
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

    def _of_before(self, over: PastIncident) -> Mapping[str, object]:
        """Return what can be told of it; names are those of today."""
        fleet = self._registry.fleet()
        names = {key: part.name for key in over.touched if (part := fleet.components.get(key))}
        return {
            "one": over,
            "site": fleet.sites_by_id.get(over.site),
            "names": names,
            "touched": over.touched[:MOST_TOUCHED],
            "more": len(over.touched) - MOST_TOUCHED,
        }

    def _held(self, number: str) -> IncidentEvent | None:
        known = self._registry.incidents()
        return next((incident for incident in known if incident.id == number), None)


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
