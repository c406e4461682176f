"""What keeps time from counting: not in service, stopped, blind, under maintenance."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from config.lifecycle import next_status_change, status_at
from config.site import Site, SiteStatus
from monitor.archive import milliseconds
from monitor.report.spans import Span, Spans, common, joined, without
from monitor.report.tally import Lot
from monitor.report.timeline import Excluded, Step, states


def layered(period: Span, layers: Iterable[tuple[Lot, Sequence[Span]]]) -> list[Excluded]:
    """Return what is excluded of a period, each instant by the first layer that covers it."""
    told: list[Excluded] = []
    taken: Spans = ()
    for lot, spans in layers:
        left = without(common(joined(spans), (period,)), taken)
        told += (Excluded(starts, ends, lot) for starts, ends in left)
        taken = joined((*taken, *left))
    return sorted(told)


def stopped(period: Span, lives: Sequence[Span]) -> Spans:
    """Return when no daemon was awake."""
    return without((period,), joined(lives))


def blind(period: Span, monitor: Sequence[Step]) -> Spans:
    """Return when the daemon said of itself that it could not see."""
    return tuple(
        (stretch.starts, stretch.ends)
        for stretch in states(period, monitor)
        if stretch.lot is Lot.UNKNOWN
    )


def not_in_service(period: Span, site: Site) -> Spans:
    """Return when a site was planned or retired."""
    told: list[Span] = []
    at = instant(period[0])
    while milliseconds(at) < period[1]:
        change = next_status_change(site, at)
        ends = period[1] if change is None else min(period[1], milliseconds(change))
        if status_at(site, at) is not SiteStatus.ACTIVE:
            told.append((milliseconds(at), ends))
        at = instant(ends)
    return tuple(told)


def instant(ms: int) -> datetime:
    """Return the instant of milliseconds since 1970."""
    return datetime.fromtimestamp(ms / 1000, UTC)
