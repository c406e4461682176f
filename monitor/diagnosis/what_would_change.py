"""What would change a verdict: the questions that are still open, for whoever reads it."""

from collections.abc import Iterator

from config.component import ComponentKind
from config.site import PowerKind
from monitor.diagnosis.finding import Finding
from monitor.site_view import SiteView
from monitor.vocabulary import Cause, Confidence, WouldChange


def would_change(view: SiteView, finding: Finding) -> tuple[WouldChange, ...]:
    """Return what, if seen, would give a finding another cause, or end it; the likeliest first."""
    return tuple(_open_questions(view, finding))


def _open_questions(view: SiteView, finding: Finding) -> Iterator[WouldChange]:
    match finding.cause:
        case Cause.POWER | Cause.GENERATOR_FAILED_TO_START:
            yield from _of_power(view, finding)
        case Cause.UPS_ON_BATTERY:
            yield from _of_ups(finding)
        case Cause.ISOLATION_FAULT:
            yield WouldChange.ALARM_ENDS
        case Cause.LINK | Cause.UNDETERMINED:
            yield from _of_link(view, finding)
        case Cause.AREA_NETWORK:
            yield WouldChange.LINKS_SILENT_TOO
            if view.site.power:
                yield WouldChange.MAINS_SEEN_ABSENT
        case Cause.SERVICE:
            yield WouldChange.LINKS_SILENT_TOO
            yield WouldChange.IT_ANSWERS
        case Cause.ICMP_FILTERED:
            yield WouldChange.NOTHING_ELSE_ANSWERS
            yield WouldChange.PING_ANSWERS


def _of_power(view: SiteView, finding: Finding) -> Iterator[WouldChange]:
    if not (view.mains.absent or view.mains.lost):
        yield WouldChange.IT_ANSWERS  # a unit out of order while mains are there
        return
    generators = any(source.kind is PowerKind.GENERATOR for source in view.site.power)
    if generators and not view.generator_runs:
        yield WouldChange.GENERATOR_RUNS
    yield WouldChange.MAINS_SEEN_PRESENT
    if finding.root.kind is ComponentKind.LINK:
        yield WouldChange.LINK_ANSWERS


def _of_ups(finding: Finding) -> Iterator[WouldChange]:
    yield WouldChange.UPS_ON_MAINS
    yield WouldChange.MAINS_SEEN_ABSENT
    if finding.root.kind is ComponentKind.LINK:
        yield WouldChange.LINK_ANSWERS


def _of_link(view: SiteView, finding: Finding) -> Iterator[WouldChange]:
    if not view.is_cut_off:
        yield WouldChange.OTHER_LINK_SILENT
        yield WouldChange.LINK_ANSWERS
        return
    if finding.confidence is not Confidence.HIGH and view.site.power:
        yield WouldChange.MAINS_SEEN_ABSENT
        if finding.cause is Cause.UNDETERMINED:
            yield WouldChange.MAINS_SEEN_PRESENT
    yield WouldChange.OTHER_SITES_SILENT
    yield WouldChange.LINK_ANSWERS
