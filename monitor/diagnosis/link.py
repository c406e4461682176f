"""What is wrong with a link of a site that another link, or another question, still reaches."""

from collections.abc import Iterator
from datetime import datetime

from monitor.belief import Belief
from monitor.diagnosis.evidence import evidence, failure, silences
from monitor.diagnosis.finding import HOLD_S, Finding
from monitor.diagnosis.reach import link_just_back
from monitor.events import Evidence
from monitor.site_view import SiteView
from monitor.standing import Standing
from monitor.vocabulary import Cause, Confidence, Fact, Priority, State

BOTH_S = 20.0
"""How long a dead link waits for another that has not answered since either: one cut, one page."""


def lost_redundancy(view: SiteView, now_s: float, now: datetime) -> Iterator[Finding]:
    """Yield a finding per dead link of a site that another link still serves."""
    for link in view.links:
        if link.state is not State.DOWN:
            continue
        others = [other for other in view.links if other.is_reachable]
        since = link.since or now
        alive = tuple(
            Evidence(at=now, fact=_how_served(view, other), subject=other.component.name)
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
            evidence=evidence(view, since, (*silences([link], now), *alive)),
            held=_waits_for_another(view, link, now_s) or link_just_back(view, now_s, [link]),
            calls=link.proven,
            takes_over=("link",),
        )


def _how_served(view: SiteView, other: Standing) -> Fact:
    return Fact.ON_BACKUP if other.component.name == view.backup else Fact.OTHER_LINK_UP


def _waits_for_another(view: SiteView, link: Standing, now_s: float) -> bool:
    """Tell whether another link in doubt may still turn out to have died with this one."""
    died_s = link.first_failure_s
    for other in view.links:
        if other.state is State.DOWN or not other.suspect:
            continue
        answered = (other.last_success_s or 0.0) > died_s
        if now_s - link.changed_s < (HOLD_S if answered else BOTH_S):
            return True
    return False


def half_answering(view: SiteView, now_s: float, now: datetime) -> Iterator[Finding]:
    """Yield links that answer ping while another question to them fails for certain."""
    for link in view.links:
        if link.state is not State.DEGRADED or not _failing(link) or _only_ping_fails(link):
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
            evidence=evidence(view, since, (failure(link, now),)),
            held=(link.suspect and now_s - link.changed_s < HOLD_S)
            or link_just_back(view, now_s)
            or not _refused_alone(link),
            calls=link.proven,
        )


def ping_filtered(view: SiteView, now_s: float, now: datetime) -> Iterator[Finding]:
    """Yield links that answer everything but ping: somebody on the way drops it.

    It wakes nobody. The link is up, and judged by half of what we ask.
    """
    for link in view.links:
        if link.state is not State.DEGRADED or not _failing(link) or not _only_ping_fails(link):
            continue
        since = min((b.since for b in _failing(link) if b.since), default=now)
        answers = Evidence(at=now, fact=Fact.OTHER_PROBE_ANSWERS, subject=link.component.name)
        dead = Evidence(
            at=since, fact=Fact.PING_SILENT, subject=link.component.name,
            figures={"reason": link.because},
        )  # fmt: skip
        yield Finding(
            key=f"filtered/{link.component.id}",
            cause=Cause.ICMP_FILTERED,
            confidence=Confidence.HIGH,
            priority=Priority.P4,
            root=link,
            touched=(link,),
            since=since,
            evidence=(dead, answers),
            held=(link.suspect and now_s - link.changed_s < HOLD_S)
            or link_just_back(view, now_s)
            or not _refused_since(link),
            calls=False,
        )


def _failing(link: Standing) -> list[Belief]:
    return [belief for belief in link.beliefs.values() if belief.state is State.DOWN]


def _refused_since(link: Standing) -> bool:
    """Tell whether every dead ping was asked, in vain, after the others had answered.

    A cut that ends just now looks the same until then: what is asked first answers first.
    """
    return all(
        belief.successes == 0 and belief.last_failure_asked_s >= link.changed_s
        for belief in _failing(link)
    )


def _refused_alone(link: Standing) -> bool:
    """Tell whether what fails was asked, in vain, after the rest had ceased to fail with it."""
    answering = (belief for belief in link.beliefs.values() if belief.failures == 0)
    together_s = max((belief.last_failure_asked_s for belief in answering), default=0.0)
    since_s = max(together_s, link.reachable_s)
    return all(belief.last_failure_asked_s > since_s for belief in _failing(link))


def _only_ping_fails(link: Standing) -> bool:
    return all(
        probe.settings.kind == "icmp"
        for probe in link.component.probes
        if link.beliefs[probe.key].state is State.DOWN
    )
