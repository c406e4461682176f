"""Journals written by hand: what happened, in minutes after the beginning of a day."""

from collections.abc import Iterable
from datetime import date

from config.fleet import Fleet
from config.settings import Settings
from config.site import Node, Site
from monitor.past_incident import PastIncident
from monitor.report.exclusions import instant
from monitor.report.question import Question
from monitor.report.record import Record
from monitor.report.spans import Span
from monitor.report.timeline import Step

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
FIRST = date(2026, 11, 4)
QUESTION = Question(FIRST, date(2026, 11, 5))
BEGINS, ENDS = QUESTION.period_in("America/Mexico_City")
AWAKE: tuple[Span, ...] = ((BEGINS - DAY, ENDS + DAY),)


def steps(*changes: tuple[float, str], number: int = 1) -> list[Step]:
    """Changes of one component, each in minutes after the beginning of the period."""
    return noted(
        [(BEGINS + round(minute * MINUTE), state) for minute, state in changes], number=number
    )


def noted(changes: Iterable[tuple[int, str]], number: int = 1) -> list[Step]:
    """Changes as a clock that is right notes them: each at once, or after one it is late for."""
    told: list[Step] = []
    for since_ms, state in changes:
        at_ms = max(since_ms, told[-1].at_ms) if told else since_ms
        told.append(Step(number + len(told), since_ms, at_ms, state, "icmp no_reply"))
    return told


def record(components: dict[str, list[Step]], **more: object) -> Record:
    """What a journal holds; its daemon was awake and saw unless it says otherwise."""
    known = {"monitor": steps((-9 * 60, "up"), number=9000), **components}
    return Record(**{"steps": known, "lives": AWAKE, **more})  # type: ignore[arg-type]


def fleet(
    *sites: Site, nodes: tuple[Node, ...] = (), maintenance: tuple[object, ...] = ()
) -> Fleet:
    settings = Settings.model_validate({"include": ["x.yaml"], "vantage": "noc"})
    return Fleet(settings, sites, nodes, maintenance=maintenance)  # type: ignore[arg-type]


def clinic(site_id: str = "cs", **more: object) -> Site:
    return Site.model_validate(
        {
            "id": site_id,
            "name": "Centro de Salud Loma Linda",
            "state": "BC",
            "municipality": "Ensenada",
            "timezone": "America/Mexico_City",
            "links": [
                {
                    "id": "cfe",
                    "provider": "CFE Internet",
                    "probes": [{"kind": "icmp", "target": "127.65.0.1"}],
                }
            ],
            **more,
        }
    )


def incident(
    number: str, cause: str, began: float, ended: float | None, **more: object
) -> PastIncident:
    """An incident of the clinic's link, in minutes after the beginning of the period."""
    given: dict[str, object] = {
        "id": number,
        "cause": cause,
        "confidence": "high",
        "priority": "P2",
        "site": "cs",
        "root_kind": "link",
        "touched": ("cs/link/cfe",),
        "opened_at": instant(BEGINS + round(began * MINUTE)),
        "closed_at": None if ended is None else instant(BEGINS + round(ended * MINUTE)),
        "pages": 1,
        "reopened": 0,
    }
    return PastIncident.model_validate(given | more)
