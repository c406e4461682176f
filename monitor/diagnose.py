"""From the states of one site to causes. A first, simple rule; no clock, no I/O.

Order of evidence: a site without any link is explained first (by its power as last known,
else by the link itself); what lies behind a dead link is then no news of its own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from config.area import Criticality
from config.component import ComponentKind
from config.site import PowerKind
from monitor.events import Evidence
from monitor.site_view import SiteView
from monitor.standing import Standing
from monitor.vocabulary import Cause, Confidence, Fact, Priority, State
from probes.reading import UnitState

HOLD_S = 8.0
"""How long a finding waits for fresher evidence of what it depends on, at most."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, and why. `key` stays the same for as long as it is the same trouble.

    A `held` finding opens nothing yet: what it depends on is in doubt. `takes_over` names the
    keys of findings that turn out to have been this one; `keeps` those of findings that cannot
    be made while this one stands: their incidents stay as they are.
    """

    key: str
    cause: Cause
    confidence: Confidence
    priority: Priority
    root: Standing
    touched: tuple[Standing, ...]
    since: datetime
    evidence: tuple[Evidence, ...] = ()
    held: bool = False
    takes_over: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ()


def diagnose(view: SiteView, now_s: float, now: datetime) -> list[Finding]:
    """Return everything wrong at one site, worst explanation first."""
    if view.is_cut_off:
        return [_cut_off(view, now_s, now), *_dead_sources(view, now_s, now)]
    findings = [
        *_on_battery(view, now_s, now),
        *_lost_redundancy(view, now_s, now),
        *_areas_unreachable(view, now_s, now),
        *_half_answering(view, now_s, now),
        *_services_down(view, now_s, now),
    ]
    powerless = any(finding.key == "power" for finding in findings)
    return findings if powerless else findings + _dead_sources(view, now_s, now)


def _cut_off(view: SiteView, now_s: float, now: datetime) -> Finding:
    down = [link for link in view.links if link.state is State.DOWN]
    root = down[0]
    since = view.cut_off_since or now
    cause, confidence = _cause_of_silence(view, since)
    services = [s for s in view.of_kind(ComponentKind.SERVICE) if s.state is State.DOWN]
    power = [s for _, s in view.power_sources()] if cause is Cause.POWER else []
    return Finding(
        key="power" if cause is Cause.POWER else "link",
        cause=cause,
        confidence=confidence,
        priority=Priority.P1 if view.life_areas else Priority.P2,
        root=root,
        touched=(*down, *power, *view.areas, *services),
        since=_power_since(view, since) if cause is Cause.POWER else since,
        evidence=_evidence(view, since, (*_silences(down, now), *_power_known(view, since))),
        held=_new_link_in_doubt(view, now_s),
        takes_over=(
            "power",
            "link",
            "area_network",
            *(f"link/{link.component.id}" for link in down),
        ),
        keeps=(*(f"service/{service.component.id}" for service in services), *_dead_keys(view)),
    )


def _new_link_in_doubt(view: SiteView, now_s: float) -> bool:
    """Tell whether a link of which we know nothing yet may still answer: as at the start."""
    doubtful = any(link.suspect and link.is_new for link in view.links)
    changed_s = max(link.changed_s for link in view.links if link.state is State.DOWN)
    return doubtful and now_s - changed_s < HOLD_S


def _cause_of_silence(view: SiteView, since: datetime) -> tuple[Cause, Confidence]:
    heard = view.heard_shortly_before(since)
    if view.mains.absent or view.mains.lost:  # and nobody has said since that they are back
        empty = bool(view.fading() or view.dead() or _has_run_out(view, since))
        return Cause.POWER, (Confidence.LOW, Confidence.MEDIUM, Confidence.HIGH)[heard + empty]
    if view.mains_absent() is None or not heard:
        return Cause.UNDETERMINED, Confidence.LOW
    last = view.last_power_at()
    spoke_after = last is not None and last > since
    return Cause.LINK, Confidence.HIGH if spoke_after else Confidence.MEDIUM


def _has_run_out(view: SiteView, at: datetime) -> bool:
    return any(empty.at <= at for empty in _projections(view))


def _on_battery(view: SiteView, now_s: float, now: datetime) -> Iterator[Finding]:
    if not view.mains.lost:
        return
    fading = view.fading()
    at_risk = [area for source, _ in fading + view.dead() for area in view.fed_by(source)]
    sources = [s for _, s in view.power_sources()]
    lost_areas = [area for area in view.areas if area.state is State.DOWN]
    touched = dict.fromkeys(s.key for s in (*sources, *at_risk, *lost_areas))
    since = view.mains.absent_at or now
    yield Finding(
        key="power",
        cause=Cause.POWER,
        confidence=Confidence.HIGH,
        priority=_battery_priority(view, at_risk, lost_areas),
        root=_mains_reporter(view),
        touched=tuple(view.standings[key] for key in touched),
        since=since,
        evidence=_evidence(view, since, tuple(_projections(view))),
        held=any(link.suspect for link in view.links) and now_s - view.mains.lost_s < HOLD_S,
        takes_over=("link", "area_network"),
        keeps=tuple(_dead_keys(view)),
    )


def _battery_priority(view: SiteView, at_risk: list[Standing], lost: list[Standing]) -> Priority:
    """Return P1 for a life area lost or about to be, P3 while a generator carries the site."""
    if any(area.component.criticality is Criticality.LIFE for area in lost):
        return Priority.P1
    if view.generator_runs:
        return Priority.P3
    life_at_risk = any(area.component.criticality is Criticality.LIFE for area in at_risk)
    if life_at_risk or (view.life_areas and not _has_ups(view)):
        return Priority.P1
    return Priority.P2


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


def _dead_keys(view: SiteView) -> Iterator[str]:
    return (f"power/{source.id}" for source, _ in view.dead())


def _dead_sources(view: SiteView, now_s: float, now: datetime) -> list[Finding]:
    """Return a finding per unit that is out of order while mains are there."""
    if view.mains.absent or view.mains.lost:
        return []
    findings = []
    for source, standing in view.dead():
        fed = view.fed_by(source)
        life = any(area.component.criticality is Criticality.LIFE for area in fed)
        since = standing.since or now
        findings.append(
            Finding(
                key=f"power/{source.id}",
                cause=Cause.POWER,
                confidence=Confidence.HIGH,
                priority=Priority.P2 if life else Priority.P3,
                root=standing,
                touched=(standing, *fed),
                since=since,
                evidence=_evidence(view, since),
                held=standing.suspect or now_s - standing.changed_s < view.rules.confirm,
            )
        )
    return findings


def _lost_redundancy(view: SiteView, now_s: float, now: datetime) -> Iterator[Finding]:
    """Yield a finding per dead link of a site that another link still serves."""
    for link in view.links:
        if link.state is not State.DOWN:
            continue
        others = [other for other in view.links if other.is_reachable]
        doubtful = any(other.suspect for other in view.links if other.state is not State.DOWN)
        since = link.since or now
        alive = tuple(
            Evidence(at=now, fact=Fact.OTHER_LINK_UP, subject=other.component.name)
            for other in others
        )
        yield Finding(
            key=f"link/{link.component.id}",
            cause=Cause.LINK,
            confidence=Confidence.HIGH,
            priority=Priority.P3,
            root=link,
            touched=(link,),
            since=since,
            evidence=_evidence(view, since, (*_silences([link], now), *alive)),
            held=(doubtful and now_s - link.changed_s < HOLD_S) or _link_just_back(view, now_s),
        )


def _areas_unreachable(view: SiteView, now_s: float, now: datetime) -> Iterator[Finding]:
    silent = [area for area in view.areas if area.state is State.DOWN]
    if not silent or view.mains.lost:
        return  # with mains lost, the areas are named in the power incident
    worst = min((area.component.criticality for area in silent), key=list(Criticality).index)
    since = min((area.since for area in silent if area.since), default=now)
    facts = tuple(
        Evidence(
            at=area.since or now,
            fact=Fact.AREA_SILENT,
            subject=area.component.name,
            figures={"reason": area.because},
        )
        for area in silent
    )
    yield Finding(
        key="area_network",
        cause=Cause.AREA_NETWORK,
        confidence=Confidence.HIGH if _link_answers_since(view, silent) else Confidence.MEDIUM,
        priority=Priority.P1 if worst is Criticality.LIFE else Priority.P3,
        root=next(area for area in silent if area.component.criticality is worst),
        touched=tuple(silent),
        since=since,
        evidence=_evidence(view, since, facts),
        held=_areas_in_doubt(view, silent, now_s),
    )


def _areas_in_doubt(view: SiteView, silent: list[Standing], now_s: float) -> bool:
    """Tell whether to wait: for the links to answer afresh, and for areas failing together."""
    if _link_just_back(view, now_s):
        return True
    if now_s - max(area.changed_s for area in silent) >= HOLD_S:
        return False
    siblings = any(area.suspect and area.state is not State.DOWN for area in view.areas)
    return (
        siblings
        or any(link.suspect for link in view.links)
        or not (_link_answers_since(view, silent) or not view.links)
    )


def _link_just_back(view: SiteView, now_s: float) -> bool:
    """Tell whether what lies behind the links has not yet had the time to answer again.

    Only where no link served the site before: one that flaps beside another holds nothing up.
    """
    serving = [link for link in view.links if link.is_reachable]
    return bool(serving) and all(now_s - link.reachable_s < HOLD_S for link in serving)


def _link_answers_since(view: SiteView, failing: list[Standing]) -> bool:
    began_s = min(
        (b.first_failure_s for s in failing for b in s.beliefs.values() if b.failures), default=0.0
    )
    answers = [link.last_success_s for link in view.links if link.last_success_s is not None]
    return any(answer_s > began_s for answer_s in answers)


def _half_answering(view: SiteView, now_s: float, now: datetime) -> Iterator[Finding]:
    """Yield links that answer ping while another question to them fails for certain."""
    for link in view.links:
        failing = [b for b in link.beliefs.values() if b.state is State.DOWN]
        only_ping = all(
            probe.settings.kind == "icmp"
            for probe in link.component.probes
            if link.beliefs[probe.key].state is State.DOWN
        )
        if link.state is not State.DEGRADED or not failing or only_ping:
            continue
        since = link.since or now
        yield Finding(
            key=f"degraded/{link.component.id}",
            cause=Cause.SERVICE,
            confidence=Confidence.MEDIUM,
            priority=Priority.P3,
            root=link,
            touched=(link,),
            since=since,
            evidence=_evidence(view, since, (_failing(link, now),)),
            held=(link.suspect and now_s - link.changed_s < HOLD_S) or _link_just_back(view, now_s),
        )


def _services_down(view: SiteView, now_s: float, now: datetime) -> Iterator[Finding]:
    for service in view.of_kind(ComponentKind.SERVICE):
        if service.state is not State.DOWN:
            continue
        since = service.since or now
        doubtful = any(link.suspect for link in view.links)
        yield Finding(
            key=f"service/{service.component.id}",
            cause=Cause.SERVICE,
            confidence=Confidence.HIGH,
            priority=Priority.P3,
            root=service,
            touched=(service,),
            since=since,
            evidence=_evidence(view, since, (_failing(service, now),)),
            held=(doubtful and now_s - service.changed_s < HOLD_S) or _link_just_back(view, now_s),
        )


def _failing(standing: Standing, now: datetime) -> Evidence:
    return Evidence(
        at=standing.since or now,
        fact=Fact.SERVICE_FAILING,
        subject=standing.component.name,
        figures={"reason": standing.because},
    )


def _silences(links: list[Standing], now: datetime) -> Iterator[Evidence]:
    for link in links:
        yield Evidence(
            at=link.since or now,
            fact=Fact.LINK_SILENT,
            subject=link.component.name,
            figures={"reason": link.because},
        )


def _power_known(view: SiteView, since: datetime) -> Iterator[Evidence]:
    """Yield what we know, and no longer know, of the power of a site that went silent."""
    last = view.last_power_at()
    if last is None:
        yield Evidence(at=since, fact=Fact.NO_POWER_TELEMETRY)
        return
    age_s = max(0.0, (since - last).total_seconds())
    if not (view.mains.absent or view.mains.lost):
        yield Evidence(at=last, fact=Fact.POWER_GOOD, figures={"age_s": round(age_s, 1)})
    if all(s.state is State.UNKNOWN or s.suspect for _, s in view.power_sources()):
        yield Evidence(at=max(since, last), fact=Fact.POWER_SILENT)
    yield from _projections(view)


def _projections(view: SiteView) -> Iterator[Evidence]:
    """Yield when each battery would be empty, from its last reading."""
    for source, standing in view.power_sources():
        figures = standing.figures
        if figures is None or figures.runtime_s is None:
            continue
        if figures.state is UnitState.ON_BATTERY:
            yield Evidence(
                at=figures.measured_at + timedelta(seconds=figures.runtime_s),
                fact=Fact.BATTERY_WOULD_BE_EMPTY,
                subject=source.name or source.id,
            )


def _power_since(view: SiteView, fallback: datetime) -> datetime:
    return view.mains.absent_at or fallback


def _evidence(
    view: SiteView, since: datetime, more: tuple[Evidence, ...] = ()
) -> tuple[Evidence, ...]:
    """Return the story so far, oldest first; what is projected comes last."""
    told = {
        (fact.fact, fact.subject, fact.at): fact for fact in (*view.chronicle.since(since), *more)
    }
    return tuple(sorted(told.values(), key=lambda fact: fact.at))
