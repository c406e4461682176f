"""From the states of one site to causes. A first, simple rule; no clock, no I/O.

Order of evidence: a site without any link is explained first (by its power as last known,
else by the link itself); what lies behind a dead link is then no news of its own.
"""

from dataclasses import replace
from datetime import datetime

from config.component import ComponentKind
from monitor.diagnosis.evidence import evidence, power_known, projections, silences
from monitor.diagnosis.finding import HOLD_S, Finding
from monitor.diagnosis.link import half_answering, lost_redundancy, ping_filtered
from monitor.diagnosis.power import (
    cause_of_darkness,
    dead_keys,
    dead_sources,
    on_battery,
    power_since,
    unstarted,
)
from monitor.diagnosis.reach import areas_unreachable, services_down
from monitor.diagnosis.units import (
    UPS_KEY,
    drained_keys,
    drained_since,
    has_drained,
    isolation_faults,
    mains_there,
    ups_on_battery,
)
from monitor.diagnosis.what_would_change import would_change
from monitor.site_view import SiteView
from monitor.vocabulary import OF_POWER, Cause, Confidence, Priority, State


def diagnose(view: SiteView, now_s: float, now: datetime) -> list[Finding]:
    """Return everything wrong at one site, worst explanation first, and what would change it."""
    if not view.is_troubled and not view.dead():
        return []
    return [
        replace(finding, would_change=would_change(view, finding))
        for finding in _found(view, now_s, now)
    ]


def _found(view: SiteView, now_s: float, now: datetime) -> list[Finding]:
    if view.is_cut_off:
        dark = _cut_off(view, now_s, now)
        drained = () if dark.cause is Cause.UPS_ON_BATTERY else ups_on_battery(view, now)
        dead = dead_sources(view, now_s, now)
        return [dark, *dead, *drained, *isolation_faults(view, now)]
    findings = [
        *on_battery(view, now_s, now),
        *ups_on_battery(view, now),
        *lost_redundancy(view, now_s, now),
        *areas_unreachable(view, now_s, now),
        *half_answering(view, now_s, now),
        *ping_filtered(view, now_s, now),
        *services_down(view, now_s, now),
        *isolation_faults(view, now),
    ]
    powerless = any(finding.key == "power" for finding in findings)
    return findings if powerless else findings + dead_sources(view, now_s, now)


def _cut_off(view: SiteView, now_s: float, now: datetime) -> Finding:
    down = view.dead_links
    root = down[0]
    since = view.cut_off_since or now
    cause, confidence = _cause_of_silence(view, since)
    is_drained = cause is Cause.UPS_ON_BATTERY
    services = [s for s in view.of_kind(ComponentKind.SERVICE) if s.state is State.DOWN]
    power = [s for _, s in view.power_sources()] if cause in OF_POWER else []
    return Finding(
        key=UPS_KEY if is_drained else "power" if cause in OF_POWER else "link",
        cause=cause,
        confidence=confidence,
        priority=Priority.P1 if view.life_areas else Priority.P2,
        root=root,
        touched=(*down, *power, *view.areas, *services),
        since=_began(view, cause, since),
        evidence=evidence(
            view,
            since,
            (
                *silences(down, now),
                *power_known(view, since),
                *(unstarted(view, now) if cause in OF_POWER else ()),
                *(mains_there(view, drained_since(view, since)) if is_drained else ()),
            ),
        ),
        held=_new_link_in_doubt(view, now_s),
        calls=cause in OF_POWER or any(link.proven for link in down),
        takes_over=(
            "power",
            "link",
            "area_network",
            *(f"link/{link.component.id}" for link in down),
        ),
        keeps=(
            *(f"service/{service.component.id}" for service in services),
            *dead_keys(view),
            *(drained_keys(view) if view.mains.lost else ()),
        ),
    )


def _began(view: SiteView, cause: Cause, silent_since: datetime) -> datetime:
    """Return when what has cut a site off began: before its links fell silent, if it is power."""
    if cause is Cause.UPS_ON_BATTERY:
        return drained_since(view, silent_since)
    return power_since(view, silent_since) if cause in OF_POWER else silent_since


def _new_link_in_doubt(view: SiteView, now_s: float) -> bool:
    """Tell whether a link of which we know nothing yet may still answer: as at the start."""
    doubtful = any(link.suspect and link.is_new for link in view.links)
    changed_s = max(link.changed_s for link in view.dead_links)
    return doubtful and now_s - changed_s < HOLD_S


def _cause_of_silence(view: SiteView, since: datetime) -> tuple[Cause, Confidence]:
    heard = view.heard_shortly_before(since)
    if _has_no_mains(view) and not _is_carried(
        view
    ):  # and nobody has said since that they are back
        empty = bool(view.fading() or view.dead() or _has_run_out(view, since))
        confidence = (Confidence.LOW, Confidence.MEDIUM, Confidence.HIGH)[heard + empty]
        return cause_of_darkness(view), confidence
    if has_drained(view, since):
        return Cause.UPS_ON_BATTERY, Confidence.HIGH if heard else Confidence.MEDIUM
    if view.mains_absent() is None or not heard:
        return Cause.UNDETERMINED, Confidence.LOW
    last = view.last_power_at()
    spoke_after = last is not None and last > since
    return Cause.LINK, Confidence.HIGH if spoke_after else Confidence.MEDIUM


def _has_no_mains(view: SiteView) -> bool:
    return view.mains.absent or view.mains.lost


def _is_carried(view: SiteView) -> bool:
    """Tell whether a generator carries the site by all that was last heard: it has power."""
    return view.generator_runs and not (view.fading() or view.dead())


def _has_run_out(view: SiteView, at: datetime) -> bool:
    return any(empty.at <= at for empty in projections(view))
