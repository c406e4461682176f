"""Where a site stands in its life: planned, active or retired, on the calendar of its zone."""

from datetime import datetime
from zoneinfo import ZoneInfo

from config.site import Site, SiteStatus
from config.wallclock import instant_on, local_date


def status_at(site: Site, at: datetime) -> SiteStatus:
    """Return where a site stands: days decide from their midnight on, `status` until then."""
    today = local_date(at, ZoneInfo(site.timezone))
    is_over = site.retired_from is not None and today >= site.retired_from
    if is_over or site.status is SiteStatus.RETIRED:
        return SiteStatus.RETIRED
    if site.active_from is not None:
        return SiteStatus.ACTIVE if today >= site.active_from else SiteStatus.PLANNED
    return site.status or SiteStatus.ACTIVE


def is_probed(site: Site, at: datetime) -> bool:
    """Tell whether its probes run: those of a planned site do, so that it is known to work."""
    return status_at(site, at) is not SiteStatus.RETIRED


def may_page(site: Site, at: datetime) -> bool:
    """Tell whether anybody is called for it."""
    return status_at(site, at) is SiteStatus.ACTIVE


def next_status_change(site: Site, at: datetime) -> datetime | None:
    """Return the midnight, in UTC, from which it stands elsewhere; None if it stays."""
    zone = ZoneInfo(site.timezone)
    days = sorted(day for day in (site.active_from, site.retired_from) if day is not None)
    for day in days:
        change = instant_on(day, 0, zone)
        if change > at and status_at(site, change) is not status_at(site, at):
            return change
    return None
