"""Sample values."""

from config.area import Criticality
from config.component import ComponentKind
from monitor.events import Evidence, IncidentEvent, SiteFacts, Touched
from monitor.vocabulary import Cause, Confidence, Fact, Phase, Priority, State
from tests.clock import START

UCI = Touched(
    key="hg/area/uci",
    kind=ComponentKind.AREA,
    name="uci",
    criticality=Criticality.LIFE,
    state=State.DOWN,
)


def incident_event(**more: object) -> IncidentEvent:
    """An open P1 incident of Hospital General de Ensenada."""
    given: dict[str, object] = {
        "vantage": "noc",
        "at": START,
        "id": "20261121-0001",
        "phase": Phase.OPENED,
        "revision": 1,
        "pages": 1,
        "cause": Cause.LINK,
        "confidence": Confidence.MEDIUM,
        "priority": Priority.P1,
        "root": UCI,
        "site": SiteFacts(id="hg", clues="BCIMB000010", name="Hospital General de Ensenada"),
        "touched": (UCI,),
        "evidence": (Evidence(at=START, fact=Fact.LINK_SILENT, subject="cfe"),),
        "opened_at": START,
        "updated_at": START,
    }
    return IncidentEvent.model_validate(given | more)
