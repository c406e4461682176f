"""A raw Reading becomes the event that the world sees."""

from typing import TypeVar

from monitor.events import Echo, Http, Power, ProbeEvent
from monitor.ports import ProbeRun

Form = TypeVar("Form", Echo, Http, Power)


def probe_event(run: ProbeRun) -> ProbeEvent:
    """Return the event of one run."""
    component, probe, reading, at, vantage, _ = run
    return ProbeEvent(
        vantage=vantage,
        at=at,
        site=component.site,
        component=component.path,
        probe=probe.key.rpartition("#")[2],
        kind=probe.settings.kind,
        success=reading.success,
        reason=reading.reason,
        detail=reading.detail,
        duration_s=max(0.0, reading.duration_s),
        echo=None if reading.echo is None else published(Echo, reading.echo),
        http=None if reading.http is None else published(Http, reading.http),
        power=None if reading.power is None else published(Power, reading.power),
    )


def published(form: type[Form], figures: object) -> Form:
    """Return the published form of figures: their fields, and properties, of the same names."""
    return form.model_validate(figures, from_attributes=True)
