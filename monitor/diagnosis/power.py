"""What follows from the power of a site while it can be reached."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from config.site import PowerKind
from monitor.diagnosis.evidence import evidence, projections
from monitor.diagnosis.finding import HOLD_S, Finding
from monitor.diagnosis.reach import areas_in_doubt
from monitor.diagnosis.standby import failed_to_start, is_due, may_be_done
from monitor.diagnosis.units import UPS_KEY, drained_keys, has_life
from monitor.events import Evidence
from monitor.site_view import SiteView
from monitor.standing import Standing
from monitor.vocabulary import Cause, Confidence, Fact, Priority, State
from probes.reading import UnitState


def on_battery(view: SiteView, now_s: float, now: datetime) -> Iterator[Finding]:
    if not view.mains.lost:
        return
    fading, failed = view.fading(), failed_to_start(view)
    lost = [*fading, *view.dead(), *failed]
    at_risk = [area for source, _ in lost for area in view.fed_by(source)]
    stranded = [
        a for source, s in fading if _refuses_generator(view, s) for a in view.fed_by(source)
    ]
    sources = [s for _, s in view.power_sources()]
    lost_areas = [area for area in view.areas if area.state is State.DOWN]
    touched = dict.fromkeys(s.key for s in (*sources, *at_risk, *lost_areas))
    since = view.mains.absent_at or now
    yield Finding(
        key="power",
        cause=cause_of_darkness(view),
        confidence=Confidence.HIGH,
        priority=_battery_priority(view, at_risk, (*lost_areas, *stranded)),
        root=failed[0][1] if failed else _mains_reporter(view),
        touched=tuple(view.standings[key] for key in touched),
        since=since,
        evidence=evidence(view, since, (*unstarted(view, now), *projections(view))),
        held=_may_yet_change(view, now_s)
        or may_be_done(view, now)
        or (bool(lost_areas) and areas_in_doubt(view, lost_areas, now_s)),
        takes_over=("link", "area_network"),
        keeps=(*dead_keys(view), *drained_keys(view)),
    )


def cause_of_darkness(view: SiteView) -> Cause:
    """Return why a site without mains is dark, or about to be."""
    return Cause.GENERATOR_FAILED_TO_START if failed_to_start(view) else Cause.POWER


def unstarted(view: SiteView, now: datetime) -> Iterator[Evidence]:
    """Yield a line for each generator that has failed to start."""
    due_at = power_since(view, now) + timedelta(seconds=view.rules.generator_start)
    for source, standing in failed_to_start(view):
        if standing.figures is not None:
            yield Evidence(
                at=min(due_at, standing.figures.measured_at),
                fact=Fact.GENERATOR_NO_START,
                subject=source.called,
            )


def _may_yet_change(view: SiteView, now_s: float) -> bool:
    """Tell whether a link in doubt, or a generator about to start, will soon tell more."""
    in_doubt = any(link.suspect for link in view.links)
    return awaits_generator(view, now_s) or (in_doubt and now_s - view.mains.lost_s < HOLD_S)


def awaits_generator(view: SiteView, now_s: float) -> bool:
    """Tell whether mains are lost and it is too early to say that the generator does not start."""
    return view.mains.lost and now_s - view.mains.lost_s < HOLD_S and is_due(view)


def _refuses_generator(view: SiteView, ups: Standing) -> bool:
    """Tell whether a UPS still drains though a generator has run for long enough to be taken.

    Its frequency is not to be trusted, or what lies between them is open.
    """
    starts = [f.at for f in view.chronicle.facts if f.fact is Fact.GENERATOR_RUNNING]
    said = ups.figures
    if not starts or said is None or said.state is not UnitState.ON_BATTERY:
        return False
    return said.measured_at - max(starts) >= timedelta(seconds=view.rules.self_test)


def _battery_priority(
    view: SiteView, at_risk: Sequence[Standing], lost: Sequence[Standing]
) -> Priority:
    """Return P1 for a life area lost or about to be, P3 while a generator carries the site.

    `lost` are the areas that no generator helps.
    """
    if has_life(lost):
        return Priority.P1
    if view.generator_carries or _may_rest(view):
        return Priority.P3
    if has_life(at_risk) or (view.life_areas and not _has_ups(view)):
        return Priority.P1
    return Priority.P2


def _may_rest(view: SiteView) -> bool:
    """Tell whether a generator may stop without harm: mains are back, if not yet for long."""
    generators = (s for s, _ in view.power_sources() if s.kind is PowerKind.GENERATOR)
    return not view.mains.absent and any(generators)


def _has_ups(view: SiteView) -> bool:
    return any(
        source.kind is PowerKind.UPS and standing.state is not State.DOWN
        for source, standing in view.power_sources()
    )


def _mains_reporter(view: SiteView) -> Standing:
    """Return the utility source where there is one, else the first source that spoke."""
    spoken = [(source, s) for source, s in view.power_sources() if s.figures is not None]
    utility = [s for source, s in spoken if source.kind is PowerKind.UTILITY]
    return (utility or [s for _, s in spoken] or [view.itself])[0]


def dead_keys(view: SiteView) -> Iterator[str]:
    return (f"power/{source.id}" for source, _ in view.dead())


def dead_sources(view: SiteView, now_s: float, now: datetime) -> list[Finding]:
    """Return a finding per unit that is out of order while mains are there."""
    if view.mains.absent or view.mains.lost:
        return []
    findings = []
    draining = [source.id for source, _ in view.in_trouble(PowerKind.UPS)]
    for source, standing in view.dead():
        if source.id in draining:
            continue  # at the end of its battery, which is told already
        fed = view.fed_by(source)
        since = standing.since or now
        findings.append(
            Finding(
                key=f"power/{source.id}",
                cause=Cause.POWER,
                confidence=Confidence.HIGH,
                priority=Priority.P2 if has_life(fed) else Priority.P3,
                root=standing,
                touched=(standing, *fed),
                since=since,
                evidence=evidence(view, since),
                held=standing.suspect or now_s - standing.changed_s < view.rules.confirm,
                takes_over=(UPS_KEY,) if source.kind is PowerKind.UPS else (),
            )
        )
    return findings


def power_since(view: SiteView, fallback: datetime) -> datetime:
    return view.mains.absent_at or fallback
