"""The opening hours of one place on the calendar of its zone: is it open, and until when."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from config.area import Area
from config.holidays import Holidays
from config.hours import Hours
from config.settings import Settings
from config.site import Site
from config.wallclock import instant_on, local_date

FARTHEST_DAYS = 400
"""How far ahead a change is looked for: over a year, so that every holiday has come by."""

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Timetable:
    """When one place is open. Instants are aware; what comes back is in UTC.

    Times of day are those of wall clocks: an hour that occurs twice is open both times, and one
    that is skipped costs nothing but itself.
    """

    hours: Hours
    zone: ZoneInfo
    holidays: Holidays

    def is_open(self, at: datetime) -> bool:
        """Tell whether it is open; at the instant at which it closes it is closed."""
        if self.hours.is_always:
            return True
        today = local_date(at, self.zone)
        spans = (*self._on(today - _DAY), *self._on(today))
        return any(opens <= at < closes for opens, closes in spans)

    def next_change(self, at: datetime) -> datetime | None:
        """Return when it next opens or closes; None if it does not within `FARTHEST_DAYS`."""
        if self.hours.is_always:
            return None
        closing: datetime | None = None
        for opens, closes in self._from(local_date(at, self.zone)):
            if closing is None and opens > at:
                return opens
            if closing is not None and opens > closing:
                return closing
            if closes > at:
                closing = max(closing or closes, closes)
        return None

    def next_opening(self, at: datetime) -> datetime | None:
        """Return `at` if it is open, else when it opens; None if it does not."""
        return at if self.is_open(at) else self.next_change(at)

    def _from(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        """Yield the open spans by their opening, those that began the day before first."""
        for offset in range(-1, FARTHEST_DAYS):
            yield from self._on(day + offset * _DAY)

    def _on(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        spans = self.hours.on(day.weekday())
        if self.hours.holidays is not None and self.holidays.on(day):
            spans = self.hours.holidays
        for span in spans:
            opens = instant_on(day, span.opens, self.zone)
            closes = instant_on(day, span.closes, self.zone, last=True)
            if closes > opens:  # else a change of the clocks skipped it
                yield opens, closes


def timetable_of(site: Site, settings: Settings, area: Area | None = None) -> Timetable:
    """Return that of a site or of one of its areas, which has its site's unless it says its own."""
    own = area.hours if area is not None else None
    hours = own or site.hours or settings.hours.of(site.type)
    return Timetable(hours, ZoneInfo(site.timezone), settings.holidays)


def is_open(site: Site, settings: Settings, at: datetime) -> bool:
    """Tell whether a site is open."""
    return timetable_of(site, settings).is_open(at)


def next_change(site: Site, settings: Settings, at: datetime) -> datetime | None:
    """Return when a site next opens or closes; None if it does not."""
    return timetable_of(site, settings).next_change(at)
