"""What the form of incidents asks for: of those in memory, and of those in the journal alike."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from aiohttp import web

from config.fleet import Fleet
from exporters.api_view import matches
from exporters.board.rendering import stamp
from exporters.board.site_search import words_of
from exporters.plain import folded
from monitor.events import IncidentEvent
from monitor.past import Wanted
from monitor.vocabulary import Phase

ZONE = ZoneInfo("America/Mexico_City")
"""Days of the form begin at midnight there, as those of reports do."""


@dataclass(frozen=True, slots=True)
class Search:
    """`since` is the beginning of the first day, `until` the end of the last; None is no limit."""

    words: str
    phase: str
    cause: str
    priority: str
    since: datetime | None
    until: datetime | None

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Search":
        """Read a query.

        Raises:
            HTTPBadRequest: a day is none; the text names it, and how to write one.

        """
        last = _day(query, "until")
        return cls(
            words=folded(words_of(query)),
            phase=query.get("phase", ""),
            cause=query.get("cause", ""),
            priority=query.get("priority", ""),
            since=_midnight(_day(query, "since")),
            until=_midnight(last + timedelta(days=1) if last is not None else None),
        )

    def fits(self, incident: IncidentEvent) -> bool:
        """Tell whether one in memory is asked for."""
        is_closed = incident.phase is Phase.CLOSED
        site = incident.site
        written = f"{incident.id} {site.id} {site.clues} {site.name} {site.municipality}"
        return (
            {"open": not is_closed, "closed": is_closed}.get(self.phase, True)
            and self.cause in ("", incident.cause.value)
            and self.priority in ("", incident.priority.value)
            and (self.since is None or incident.opened_at >= self.since)
            and (self.until is None or incident.opened_at < self.until)
            and (not self.words or self.words in folded(f"{written} {incident.root.name}"))
        )

    def wanted(self, fleet: Fleet, held: Iterable[IncidentEvent]) -> Wanted | None:
        """Return the same question for the journal, without those that memory holds.

        None where only open ones are asked for: the journal keeps what is over.
        """
        if self.phase == "open":
            return None
        sites = [site.id for site in fleet.sites if matches(site, self.words)] if self.words else []
        return Wanted(
            words=self.words,
            sites=tuple(sites),
            cause=self.cause,
            priority=self.priority,
            since=stamp(self.since) if self.since else "",
            until=stamp(self.until) if self.until else "",
            without=frozenset(incident.id for incident in held),
        )


def _day(query: Mapping[str, str], name: str) -> date | None:
    written = query.get(name, "")
    if not written:
        return None
    try:
        day = date.fromisoformat(written)
    except ValueError:
        text = f"`{name}` is no day: write it such as 2026-11-21"
        raise web.HTTPBadRequest(text=text) from None
    if not 1970 <= day.year <= 9000:
        raise web.HTTPBadRequest(text=f"`{name}` is no day that we could know of: {day}")
    return day


def _midnight(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), ZONE).astimezone(UTC)
