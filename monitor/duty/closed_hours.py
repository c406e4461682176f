"""Whether people are told of a trouble now, or when the place opens that it is about.

The measuring goes on; only the telling waits (docs/maintenance.md).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from config.area import Criticality
from config.component import Component, ComponentKind
from config.outside_hours import OutsideHours
from config.settings import Settings
from config.site import Site
from config.timetable import Timetable, timetable_of
from monitor.vocabulary import OF_POWER, Cause, Priority


def told_when(
    cause: Cause,
    priority: Priority,
    touched: Sequence[Component],
    site: Site | None,
    settings: Settings,
    at: datetime,
) -> datetime | None:
    """Return when people are to be told of something found at `at`; None: at once.

    `touched` are the root and all that the trouble touches. Without a `site` (nodes, ourselves)
    nothing waits. Ask again when anything of it changes, and when the returned instant has come.
    """
    if site is None or not may_wait(cause, priority, touched, settings.outside_hours):
        return None
    return opening(_places(touched, site, settings), at)


def may_wait(
    cause: Cause, priority: Priority, touched: Iterable[Component], rules: OutsideHours
) -> bool:
    """Tell whether a trouble is of the kind that keeps office hours."""
    if priority.value not in rules.wait or cause is Cause.MONITOR_BLIND:
        return False
    if cause in OF_POWER and not rules.power_waits:
        return False
    return not any(is_life_critical(part) for part in touched)


def is_life_critical(component: Component) -> bool:
    """Tell whether it is an area that patients die without."""
    return component.kind is ComponentKind.AREA and component.criticality is Criticality.LIFE


def opening(places: Iterable[Timetable], at: datetime) -> datetime | None:
    """Return when the first of several closed places opens; None if one is open, or none ever is.

    What never opens waits for nothing: somebody should know that its hours are wrong.
    """
    openings: list[datetime] = []
    for place in places:
        if place.is_open(at):
            return None
        opens = place.next_opening(at)
        if opens is not None:
            openings.append(opens)
    return min(openings, default=None)


def _places(touched: Sequence[Component], site: Site, settings: Settings) -> list[Timetable]:
    """Return the areas that a trouble is about, where it is about areas alone, else the site."""
    areas = {area.id: area for area in site.areas}
    of_areas = [areas[part.id] for part in touched if _is_area_of(part, site) and part.id in areas]
    if touched and len(of_areas) == len(touched):
        return [timetable_of(site, settings, area) for area in of_areas]
    return [timetable_of(site, settings)]


def _is_area_of(component: Component, site: Site) -> bool:
    return component.kind is ComponentKind.AREA and component.site == site.id
