"""What power units suffer of themselves while mains are there: no insulation left, no input."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from config.area import Criticality
from config.site import PowerKind, PowerSource
from monitor.diagnosis.evidence import evidence, projections
from monitor.diagnosis.finding import Finding
from monitor.diagnosis.unit_trouble import was_low
from monitor.events import Evidence
from monitor.site_view import NO_BATTERY_LEFT, SiteView
from monitor.standing import Standing
from monitor.vocabulary import Cause, Confidence, Fact, Priority, State
from probes.reading import Mains, UnitState

UPS_KEY = "ups_on_battery"
"""One finding for all of a site: what stands before several has failed, and is one trouble."""
_MAINS = {
    Mains.PRESENT: Fact.MAINS_PRESENT,
    Mains.OUT_OF_RANGE: Fact.MAINS_OUT_OF_RANGE,
}
_NEVER = datetime.max.replace(tzinfo=UTC)


def isolation_faults(view: SiteView, now: datetime) -> Iterator[Finding]:
    """Yield a finding per panel whose insulation monitor alarms: the next fault trips it.

    The supply goes on, so it is never P1 (IEC 60364-7-710; NFPA 99, isolated power systems).
    """
    for source, panel in view.in_trouble(PowerKind.ISOLATION):
        fed = view.fed_by(source)
        since = view.units[source.id].began_at or now
        alarm = Evidence(at=since, fact=Fact.ISOLATION_ALARM, subject=source.called)
        yield Finding(
            key=f"isolation/{source.id}",
            cause=Cause.ISOLATION_FAULT,
            confidence=Confidence.HIGH,
            priority=Priority.P2 if has_life(fed) else Priority.P3,
            root=panel,
            touched=(panel, *fed),
            since=since,
            evidence=evidence(view, since, (alarm, *_of_mains(source, panel, since))),
        )


def ups_on_battery(view: SiteView, now: datetime) -> Iterator[Finding]:
    """Yield one finding for the UPSs that drain though mains are there.

    While mains are lost it cannot be told apart: what was open then stays as it is.
    """
    drained = view.in_trouble(PowerKind.UPS)
    if not drained or view.mains.lost:
        return
    ending = [one for one in drained if view.is_ending(one[1]) or was_low(view, one[0])]
    fed = _fed(view, drained)
    since = drained_since(view, now)
    yield Finding(
        key=UPS_KEY,
        cause=Cause.UPS_ON_BATTERY,
        confidence=Confidence.HIGH,
        priority=_priority(fed, at_risk=_fed(view, ending)),
        root=(ending or drained)[0][1],
        touched=(*(standing for _, standing in drained), *fed),
        since=since,
        evidence=evidence(view, since, (*mains_there(view, since), *projections(view))),
        takes_over=tuple(f"power/{source.id}" for source, _ in drained),
    )


def drained_keys(view: SiteView) -> tuple[str, ...]:
    """Return the keys of what cannot be found while mains are lost, though it may still be so."""
    return (UPS_KEY,) if view.in_trouble(PowerKind.UPS) else ()


def drained_since(view: SiteView, fallback: datetime) -> datetime:
    """Return when the first UPS went to its battery."""
    began = (view.units[source.id].began_at for source, _ in view.in_trouble(PowerKind.UPS))
    return min((at for at in began if at is not None), default=fallback)


def mains_there(view: SiteView, since: datetime) -> Iterator[Evidence]:
    """Yield what each UPS that drains says of the mains."""
    for source, standing in view.in_trouble(PowerKind.UPS):
        yield from _of_mains(source, standing, since)


def _of_mains(source: PowerSource, standing: Standing, at: datetime) -> Iterator[Evidence]:
    fact = _MAINS.get(standing.figures.mains) if standing.figures is not None else None
    if fact is not None:
        yield Evidence(at=at, fact=fact, subject=source.called)


def has_drained(view: SiteView, at: datetime) -> bool:
    """Tell whether a UPS that feeds all had come to the end of its battery at an instant.

    One that names what it feeds carries no link.
    """
    return any(
        not source.feeds and _is_empty(view, source, standing, at)
        for source, standing in view.in_trouble(PowerKind.UPS)
    )


def unpowered(view: SiteView, now: datetime) -> list[Standing]:
    """Return the areas that are silent behind a UPS at the end of its battery."""
    return [
        area
        for source, standing in view.in_trouble(PowerKind.UPS)
        for area in view.fed_by(source)
        if area.state is State.DOWN and _is_empty(view, source, standing, area.since or now)
    ]


def _is_empty(view: SiteView, source: PowerSource, standing: Standing, at: datetime) -> bool:
    """Tell whether a battery has been low since mains left it, or had run out at its last rate.

    That it charges again now does not change why something fell silent.
    """
    figures = standing.figures
    if figures is not None and figures.state is UnitState.ON_BATTERY:
        left_s, read_at = figures.runtime_s, figures.measured_at
        if figures.battery in NO_BATTERY_LEFT:
            return True
        return left_s is not None and read_at + timedelta(seconds=left_s) <= at
    name = source.called
    charges = [fact for fact in view.chronicle.facts if fact.fact is Fact.CHARGE]
    ran_out = any(_ends(charge) <= at for charge in charges if charge.subject == name)
    return ran_out or was_low(view, source)


def _ends(charge: Evidence) -> datetime:
    left_s = charge.figures.get("runtime_s")
    return charge.at + timedelta(seconds=left_s) if isinstance(left_s, float) else _NEVER


def _fed(view: SiteView, sources: Sequence[tuple[PowerSource, Standing]]) -> list[Standing]:
    found = dict.fromkeys(area.key for source, _ in sources for area in view.fed_by(source))
    return [view.standings[key] for key in found]


def _priority(fed: Sequence[Standing], at_risk: Sequence[Standing]) -> Priority:
    if has_life(at_risk):
        return Priority.P1
    return Priority.P2 if has_life(fed) else Priority.P3


def has_life(areas: Iterable[Standing]) -> bool:
    """Tell whether one of some areas is life-critical."""
    return any(area.component.criticality is Criticality.LIFE for area in areas)
