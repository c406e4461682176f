"""How the world is told of a component's state."""

from datetime import datetime

from monitor.events import StateEvent
from monitor.standing import Standing
from monitor.vocabulary import State


def state_event(vantage: str, standing: Standing, was: State, at: datetime) -> StateEvent:
    """Return what is told of the present state of a component that `was` in another."""
    component = standing.component
    return StateEvent(
        vantage=vantage,
        at=at,
        site=component.site,
        component=component.path,
        key=component.key,
        kind=component.kind,
        name=component.name,
        criticality=component.criticality,
        previous=was,
        state=standing.state,
        suspect=standing.suspect,
        since=standing.since or at,
        because=standing.because,
        backup=standing.backup,
    )
