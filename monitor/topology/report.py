"""How the fall of a node is told: which sites, which critical areas by name, and how sure."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from config.component import ComponentKind
from monitor.diagnosis.finding import Finding
from monitor.events import Evidence, SiteFacts
from monitor.site_view import SiteView
from monitor.standing import Standing
from monitor.topology.group import Group
from monitor.topology.outage import Outage
from monitor.vocabulary import Cause, Confidence, Fact, Priority, State

_NEARLY_ALL = 0.9
_OF_OLD = timedelta(minutes=1)


def report(
    group: Group, root: Standing, outage: Outage, views: Sequence[SiteView], now: datetime
) -> Finding:
    """Return the finding of a fallen node; `views` are the sites it touches.

    That of a feeder names no areas: a battery that is about to leave one has its own voice.
    """
    is_power = outage.cause is Cause.POWER
    silent = [view for view in views if not is_power and _is_silent(view, outage)]
    areas = [area for view in silent for area in view.life_areas]
    priority = _priority_of_power(views) if is_power else _priority(silent, areas)
    return Finding(
        key=group.key,
        cause=outage.cause,
        confidence=_confidence(group, outage),
        priority=priority,
        root=root,
        touched=(root, *(view.itself for view in views), *areas),
        since=outage.since,
        evidence=tuple(_evidence(group, root, outage, now)),
    )


def asked_for_duty(finding: Finding, views: Iterable[SiteView], outage: Outage) -> Finding:
    """Return the finding as maintenance sees it: by links, which windows of nodes cover."""
    parts = [part for part in finding.touched if part.kind is not ComponentKind.SITE]
    for view in views:
        links = [link for link in view.links if link.key in outage.members]
        parts += links or [view.itself]
    return Finding(
        finding.key, finding.cause, finding.confidence, finding.priority, finding.root,
        tuple(parts), finding.since,
    )  # fmt: skip


def facts_of(group: Group, views: Iterable[SiteView]) -> SiteFacts:
    """Return where it is: the state and municipality that its sites share, their usual time."""
    sites = [view.site for view in views]
    return SiteFacts(
        id="",
        name=group.component.name,
        state=_shared(site.state for site in sites),
        municipality=_shared(site.municipality for site in sites),
        timezone=_usual([site.timezone for site in sites]),
    )


def signature(finding: Finding) -> tuple[object, ...]:
    """Return what makes a report differ from the last."""
    states = tuple((part.key, part.state) for part in finding.touched)
    return finding.priority, finding.confidence, states


def _is_silent(view: SiteView, outage: Outage) -> bool:
    """Tell whether nothing of a site answers: every link is down, or in this outage."""
    asked = [link for link in view.links if link.beliefs]
    return bool(asked) and all(
        link.state is State.DOWN or link.key in outage.members for link in asked
    )


def _priority(silent: Sequence[SiteView], areas: Sequence[Standing]) -> Priority:
    if areas:
        return Priority.P1
    return Priority.P2 if silent else Priority.P3


def _priority_of_power(views: Sequence[SiteView]) -> Priority:
    """Return P3 where generators carry all sites. What is about to fail says so itself."""
    return Priority.P3 if all(view.generator_runs for view in views) else Priority.P2


def _confidence(group: Group, outage: Outage) -> Confidence:
    """Return how sure it is. A guess is never surer than its kind, and that never certain."""
    weight = outage.weight
    if group.is_guess or weight is None:
        return group.confidence if group.is_guess else Confidence.HIGH
    heard = weight.lost + weight.answered
    nearly_all = weight.lost >= _NEARLY_ALL * heard
    return Confidence.HIGH if nearly_all else Confidence.MEDIUM


def _evidence(group: Group, root: Standing, outage: Outage, now: datetime) -> Iterable[Evidence]:
    power = outage.cause is Cause.POWER
    yield Evidence(
        at=outage.since,
        fact=Fact.SITES_WITHOUT_MAINS if power else Fact.SITES_SILENT,
        subject=group.component.name,
        figures={"count": float(outage.peak), "of": float(len(group.children))},
    )
    failing = any(belief.failures for belief in root.beliefs.values())
    since = root.since if root.state is State.DOWN and root.since else outage.since
    if failing and outage.since - since > _OF_OLD:
        return  # its own address was silent before, which tells nothing of this
    if failing:
        yield Evidence(
            at=min(since, now), fact=Fact.NODE_SILENT,
            subject=group.component.name, figures={"reason": root.because},
        )  # fmt: skip
    elif root.is_reachable:
        yield Evidence(at=outage.since, fact=Fact.NODE_ANSWERS, subject=group.component.name)


def _shared(values: Iterable[str | None]) -> str:
    found = set(values)
    only = next(iter(found)) if len(found) == 1 else None
    return only or ""


def _usual(zones: list[str]) -> str:
    return max(zones, key=zones.count, default="UTC")
