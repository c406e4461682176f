"""How many incidents wait for somebody, and why people were called."""

from datetime import timedelta

from monitor.events import Acknowledgement, IncidentEvent
from monitor.vocabulary import Call, Phase
from tests.exporters.incident import OPENED_AT, closed, later, opened
from tests.exporters.test_prometheus import Scraped

TAKEN = Acknowledgement(by="NOC", at=OPENED_AT, until=OPENED_AT + timedelta(hours=2))


def counted(*events: IncidentEvent) -> tuple[float | None, dict[str, float]]:
    """Return how many P1 wait after these events, and the calls of each kind."""
    page = Scraped()
    for event in events:
        page.exporter.offer(event)
    calls = {str(call): page.one("guardia_incident_calls_total", call=call) for call in Call}
    waiting = page.one("guardia_incidents_waiting", priority="P1")
    return waiting, {call: count for call, count in calls.items() if count}


def test_an_incident_waits_until_somebody_takes_it_on_or_it_ends() -> None:
    first = opened(call=Call.OPENED)
    taken = later(first, acknowledged=TAKEN)
    assert counted() == (0, {})
    assert counted(first) == (1, {"opened": 1})
    assert counted(first, opened("INC-2", call=Call.OPENED)) == (2, {"opened": 2})
    assert counted(first, taken) == (0, {"opened": 1})
    assert counted(first, taken, later(taken, acknowledged=None)) == (1, {"opened": 1})
    assert counted(first, later(first, quiet="maintenance:x")) == (0, {"opened": 1})
    assert counted(first, closed(first)) == (0, {"opened": 1})
    assert counted(opened(pages=0)) == (0, {})


def test_each_call_is_counted_once_under_its_reason() -> None:
    first = opened(call=Call.OPENED)
    again = later(first, pages=2, call=Call.ESCALATED, escalation=1)
    said = later(again, reminders=1, call=Call.REMINDER)
    over = closed(later(said))
    back = later(over, phase=Phase.REOPENED, closed_at=None, pages=3, call=Call.REOPENED)
    quietly = later(over, phase=Phase.REOPENED, closed_at=None)
    calls = {"opened": 1, "escalated": 1, "reminder": 1}
    assert counted(first, again, later(again), said, over) == (0, calls)
    assert counted(first, again, said, over, back) == (1, calls | {"reopened": 1})
    assert (counted(first, again, said, over, quietly))[1] == calls
