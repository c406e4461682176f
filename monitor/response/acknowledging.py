"""Somebody takes an incident on, lets go of it, or is not heard of again in time."""

from datetime import datetime

from monitor.events import Acknowledgement, IncidentEvent
from monitor.incident import Incident


def acknowledge(incident: Incident, taken: Acknowledgement, at: datetime) -> IncidentEvent:
    """Let somebody take it on; whoever had it before is replaced. Nobody is reminded meanwhile."""
    return incident.amend(at, acknowledged=taken)


def let_go(incident: Incident, at: datetime) -> IncidentEvent:
    """End an acknowledgement. Reminders and escalation count from now."""
    incident.course = incident.course.waiting(at)
    return incident.amend(at, acknowledged=None)
