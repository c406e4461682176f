"""When places were open in a period. Many places share their hours: each is looked up once."""

from config.area import Area
from config.settings import Settings
from config.site import Site
from config.timetable import Timetable, timetable_of
from monitor.archive import milliseconds
from monitor.report.exclusions import instant
from monitor.report.spans import Ruler, Span, Spans


def open_spans(period: Span, timetable: Timetable) -> Spans:
    """Return when a place was open, by its own clock and holidays."""
    told: list[Span] = []
    at_ms, ends = period
    while at_ms < ends:
        at = instant(at_ms)
        change = timetable.next_change(at)
        until = ends if change is None else min(ends, milliseconds(change))
        if timetable.is_open(at):
            told.append((at_ms, until))
        at_ms = until
    return tuple(told)


class Opening:
    """Of all places of a fleet in one period."""

    def __init__(self, period: Span, settings: Settings) -> None:
        self._period = period
        self._settings = settings
        self._rulers: dict[Timetable, Ruler] = {}

    def of(self, site: Site, area: Area | None = None) -> Ruler:
        """Return how the open hours of a site, or of one of its areas, are measured."""
        timetable = timetable_of(site, self._settings, area)
        if timetable not in self._rulers:
            self._rulers[timetable] = Ruler(open_spans(self._period, timetable))
        return self._rulers[timetable]
