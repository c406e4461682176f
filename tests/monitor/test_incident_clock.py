"""An incident's own stamps agree, whatever happens to the clock meanwhile."""

from datetime import timedelta

from monitor.incident import Incident
from monitor.response.course import Course
from monitor.vocabulary import Priority
from tests.clock import START
from tests.monitor.sample import incident_event


def test_an_incident_does_not_end_before_it_began_when_the_clock_is_set_back() -> None:
    incident = Incident(
        "link", incident_event(opened_at=START), Priority.P1, frozenset(), Course(START)
    )
    closed = incident.close(START - timedelta(hours=1))
    assert closed.closed_at == START
