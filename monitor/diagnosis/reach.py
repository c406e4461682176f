"""What cannot be reached at a site that itself can: its areas, its services."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from config.area import Criticality
from config.component import ComponentKind
from monitor.diagnosis.evidence import evidence, failure
from monitor.diagnosis.finding import HOLD_S, Finding
from monitor.diagnosis.units import unpowered
from monitor.events import Evidence
from monitor.site_view import SiteView
from monitor.standing import Standing
from monitor.vocabulary import Cause, Confidence, Fact, Priority, State

LAST_LINK_S = 30.0
"""How long areas wait for the doubt of the last link that serves them, at most."""
UNASKED_S = 60.0
"""How long what lies behind a link that is back may wait to be asked, before it is told of."""


def areas_unreachable(view: SiteView, now_s: float, now: datetime) -> Iterator[Finding]:
    dark = unpowered(view, now)
    silent = [area for area in view.areas if area.state is State.DOWN and area not in dark]
    if not silent or view.mains.lost:
        return  # without power, the areas are named in the incident of that
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
        evidence=evidence(view, since, facts),
        held=areas_in_doubt(view, silent, now_s),
        calls=any(area.proven for area in silent),
    )


def areas_in_doubt(view: SiteView, silent: list[Standing], now_s: float) -> bool:
    """Tell whether to wait: for the links to answer afresh, and for areas failing together."""
    if link_just_back(view, now_s, silent):
        return True
    if now_s - max(area.changed_s for area in silent) >= _hold_s(view):
        return False
    siblings = any(area.suspect and area.state is not State.DOWN for area in view.areas)
    return (
        siblings
        or any(link.is_in_doubt for link in view.links)
        or not (_link_answers_since(view, silent) or not view.links)
    )


def _hold_s(view: SiteView) -> float:
    """Return how long what lies behind the links waits for their doubt.

    Longer where no link serves the site for sure, and one may yet turn out to be dead too.
    """
    living = [link for link in view.links if link.state is not State.DOWN]
    return LAST_LINK_S if living and all(link.is_in_doubt for link in living) else HOLD_S


def link_just_back(view: SiteView, now_s: float, failing: Iterable[Standing] = ()) -> bool:
    """Tell whether what lies behind the links has not yet had the time to answer again.

    Only where no link served the site before: one that flaps beside another holds nothing up.
    """
    serving = [link for link in view.links if link.is_reachable]
    if not serving:
        return False
    if now_s - min(link.reachable_s for link in serving) < HOLD_S:
        return True
    return any(unasked_since(serving, part.last_failure_asked_s, now_s) for part in failing)


def unasked_since(serving: Iterable[Standing], asked_s: float, now_s: float) -> bool:
    """Tell whether what failed was last asked while no link was certain to answer either.

    It proves nothing then, and after a mass outage it takes its turn until all is asked again.
    """
    certain_s = min(
        link.reachable_s if link.certain_s is None else link.certain_s for link in serving
    )
    return asked_s < certain_s and now_s - certain_s < UNASKED_S


def _link_answers_since(view: SiteView, failing: list[Standing]) -> bool:
    began_s = min(
        (b.first_failure_s for s in failing for b in s.beliefs.values() if b.failures), default=0.0
    )
    answers = [link.last_success_s for link in view.links if link.last_success_s is not None]
    return any(answer_s > began_s for answer_s in answers)


def services_down(view: SiteView, now_s: float, now: datetime) -> Iterator[Finding]:
    for service in view.of_kind(ComponentKind.SERVICE):
        if service.state is not State.DOWN:
            continue
        since = service.since or now
        doubtful = any(link.is_in_doubt for link in view.links)
        unheard = bool(view.links) and not _link_answers_since(view, [service])
        yield Finding(
            key=f"service/{service.component.id}",
            cause=Cause.SERVICE,
            confidence=Confidence.HIGH,
            priority=Priority.P3,
            root=service,
            touched=(service,),
            since=since,
            evidence=evidence(view, since, (failure(service, now),)),
            held=((doubtful or unheard) and now_s - service.changed_s < _hold_s(view))
            or link_just_back(view, now_s, [service]),
            calls=service.proven,
        )
