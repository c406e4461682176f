"""When people are told once more of an incident that nobody has acknowledged, and of which level.

Only an open incident waits, that people were called for, that is not quiet, and whose trouble is
there: not one that settles. An escalation is a page, a reminder is none (docs/response.md).
"""

from datetime import datetime, timedelta

from config.response import ResponseRules
from monitor.events import IncidentEvent
from monitor.incident import Incident
from monitor.vocabulary import Call


def waits(event: IncidentEvent) -> bool:
    """Tell whether an incident waits for somebody to acknowledge it."""
    return (
        event.pages > 0
        and event.closed_at is None
        and event.acknowledged is None
        and event.quiet is None
        and event.settling_since is None
    )


def escalates_at(incident: Incident, rules: ResponseRules) -> datetime | None:
    """Return when the next level is called, if nothing happens; None: never."""
    rule, called_at = rules.escalation.of(incident.event.priority.value), incident.course.called_at
    if rule is None or called_at is None or not waits(incident.event):
        return None
    if incident.event.escalation >= rule.levels:
        return None
    return called_at + timedelta(seconds=rule.after)


def reminds_at(incident: Incident, rules: ResponseRules) -> datetime | None:
    """Return when people are reminded, if nothing happens; None: never."""
    every_s, told_at = rules.remind_every.of(incident.event.priority.value), incident.course.told_at
    if not every_s or told_at is None or not waits(incident.event):
        return None
    return told_at + timedelta(seconds=every_s)


def escalate(incident: Incident, at: datetime) -> IncidentEvent:
    """Call people again, one level higher."""
    incident.course = incident.course.called(at)
    return incident.amend(
        at,
        pages=incident.event.pages + 1,
        escalation=incident.event.escalation + 1,
        call=Call.ESCALATED,
    )


def remind(incident: Incident, at: datetime) -> IncidentEvent:
    """Tell people that it still stands."""
    incident.course = incident.course.reminded(at)
    return incident.amend(at, reminders=incident.event.reminders + 1, call=Call.REMINDER)
