"""Looks at the open incidents now and again: whose time is over, who is to be told once more."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from config.response import ResponseRules
from monitor.events import IncidentEvent
from monitor.incident import Incident
from monitor.incidents import Incidents
from monitor.response.acknowledging import let_go
from monitor.response.calling import escalate, escalates_at, remind, reminds_at
from monitor.vocabulary import Cause

AGAIN = timedelta(seconds=5)
"""Between two rounds at most. What a round leaves is never due sooner, or it says so."""
GRACE = timedelta(seconds=60)
"""After a start, and after we were blind: what ended meanwhile is heard of before it is told of."""


class Rounds:
    """A round costs a microsecond or two for each open incident. Instants are of the wall clock."""

    def __init__(self, incidents: Incidents, rules: ResponseRules) -> None:
        self._incidents = incidents
        self._next: datetime | None = None
        self._sites_from: datetime | None = None
        self.reload(rules)

    def reload(self, rules: ResponseRules) -> None:
        """Take over other rules."""
        self._rules = rules
        self._settle = timedelta(seconds=rules.reopen_within)
        self._incidents.recent.within = self._settle
        self._next = None

    def resume(self, at: datetime) -> None:
        """Let the sites be asked before anything about them is said again."""
        self._sites_from = at + GRACE

    def make(self, at: datetime, *, is_blind: bool) -> list[IncidentEvent]:
        """Return what time alone has brought about. While blind, of ourselves only."""
        if is_blind:
            self.resume(at)
        if self._next is not None and self._next - AGAIN <= at < self._next:
            return []
        events = [event for one in list(self._incidents.open()) for event in self._look(one, at)]
        turns = (self._turn(incident) for incident in self._incidents.open())
        self._next = min((turn for turn in turns if turn and turn > at), default=at + AGAIN)
        self._next = min(self._next, at + AGAIN)
        return events

    def _look(self, incident: Incident, at: datetime) -> Iterator[IncidentEvent]:
        taken = incident.event.acknowledged
        if taken is not None and taken.until <= at:
            yield let_go(incident, at)
        is_of_others = incident.event.cause is not Cause.MONITOR_BLIND
        if is_of_others and self._sites_from is not None and at < self._sites_from:
            return
        settling_since = incident.event.settling_since
        if settling_since is not None and settling_since + self._settle <= at:
            yield self._incidents.settled(incident, at)
            return
        for due_at, tell in (
            (escalates_at(incident, self._rules), escalate),
            (reminds_at(incident, self._rules), remind),
        ):
            if due_at is not None and due_at <= at:
                yield tell(incident, at)
                return

    def _turn(self, incident: Incident) -> datetime | None:
        """Return when an incident is to be looked at next."""
        taken, settling_since = incident.event.acknowledged, incident.event.settling_since
        turns = (
            taken.until if taken is not None else None,
            settling_since + self._settle if settling_since is not None else None,
            escalates_at(incident, self._rules),
            reminds_at(incident, self._rules),
        )
        return min((turn for turn in turns if turn is not None), default=None)
