"""A raw Reading becomes the event that the world sees."""

from typing import TypeVar

from monitor.events import Echo, Http, Power, ProbeEvent
from monitor.ports import ProbeRun

Form = TypeVar("Form", Echo, Http, Power)


def probe_event(run: ProbeRun) -> ProbeEvent:
    """Return the event of one run."""
    component, probe, reading, at, vantage = run
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
        echo=_published(Echo, reading.echo),
        http=_published(Http, reading.http),
        power=_published(Power, reading.power),
    )


def _published(form: type[Form], figures: object | None) -> Form | None:
    """Return the published form of figures: the fields of the same names, None for none."""
    return None if figures is None else form.model_validate(figures, from_attributes=True)
