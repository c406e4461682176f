"""Incidents for the tests of exporters: the UCI of Hospital General de Ensenada and its kin."""

from datetime import UTC, datetime, timedelta

from config.area import Criticality
from config.component import ComponentKind
from monitor.events import Evidence, IncidentEvent, SiteFacts, Touched
from monitor.vocabulary import Cause, Confidence, Fact, Phase, Priority, State

OPENED_AT = datetime(2026, 11, 21, 11, 14, 7, tzinfo=UTC)  # 03:14:07 in Ensenada
HOSPITAL = SiteFacts(
    id="hg-ensenada",
    clues="BCIMB000010",
    name="Hospital General de Ensenada",
    state="BC",
    municipality="Ensenada",
    timezone="America/Tijuana",
    type="hospital",
    phone="646 176 7600",
)


def area(area_id: str, *, life: bool = True, state: State = State.DOWN) -> Touched:
    return Touched(
        key=f"hg-ensenada/area/{area_id}",
        kind=ComponentKind.AREA,
        name=area_id,
        criticality=Criticality.LIFE if life else Criticality.CLINICAL,
        state=state,
    )


def part(kind: ComponentKind, part_id: str, name: str = "", state: State = State.DOWN) -> Touched:
    return Touched(
        key=f"hg-ensenada/{kind}/{part_id}",
        kind=kind,
        name=name or part_id,
        criticality=Criticality.CLINICAL,
        state=state,
    )


def seen(fact: Fact, second: int = 0, subject: str = "", **figures: float | str) -> Evidence:
    at = OPENED_AT + timedelta(seconds=second)
    return Evidence(at=at, fact=fact, subject=subject, figures=figures)


def opened(
    incident_id: str = "INC-1", at: datetime = OPENED_AT, **changes: object
) -> IncidentEvent:
    """Return an incident that has just opened and is to be paged: the UCI without network."""
    uci = area("uci")
    known: dict[str, object] = {
        "vantage": "noc-1",
        "at": at,
        "id": incident_id,
        "phase": Phase.OPENED,
        "revision": 1,
        "pages": 1,
        "cause": Cause.AREA_NETWORK,
        "confidence": Confidence.HIGH,
        "priority": Priority.P1,
        "root": uci,
        "site": HOSPITAL,
        "touched": (uci,),
        "evidence": (seen(Fact.AREA_SILENT, subject=uci.key, reason="no_reply"),),
        "opened_at": at,
        "updated_at": at,
    }
    return IncidentEvent.model_validate(known | changes)


def later(event: IncidentEvent, seconds: float = 5, **changes: object) -> IncidentEvent:
    """Return its next revision."""
    at = event.at + timedelta(seconds=seconds)
    follows: dict[str, object] = {
        "phase": Phase.UPDATED,
        "revision": event.revision + 1,
        "at": at,
        "updated_at": at,
    }
    return event.model_copy(update=follows | changes)


def closed(event: IncidentEvent, seconds: float = 250) -> IncidentEvent:
    at = event.at + timedelta(seconds=seconds)
    return later(event, seconds, phase=Phase.CLOSED, closed_at=at)
