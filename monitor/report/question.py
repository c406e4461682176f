"""What a report is asked: a period, and which sites."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import get_close_matches
from functools import lru_cache
from itertools import pairwise
from typing import Literal
from zoneinfo import ZoneInfo

from config.fleet import Fleet
from config.site import Site
from config.slug import slug
from config.wallclock import instant_on
from monitor.archive import milliseconds
from monitor.report.spans import Span

Level = Literal["state", "municipality", "site"]


class QuestionError(Exception):
    """A question that cannot be answered; the text says what to ask instead."""


@dataclass(frozen=True, slots=True)
class Question:
    """From the midnight that begins `first` to the one that ends `last`, by the clocks of `zone`.

    An empty zone asks for the days of each site by its own clocks; any other empty word for all.
    `state` is its two letters; names of municipalities and providers are compared without accents,
    capitals and punctuation.
    """

    first: date
    last: date
    zone: str = ""
    state: str = ""
    municipality: str = ""
    site: str = ""
    provider: str = ""

    def period_in(self, zone: str) -> Span:
        """Return the period of a place in a zone."""
        days = self.days_in(zone)
        return days[0][1][0], days[-1][1][1]

    def days_in(self, zone: str) -> list[tuple[date, Span]]:
        """Return each day of the period with its stretch of time, of a place in a zone."""
        clocks = ZoneInfo(self.zone or zone)
        days = [self.first + timedelta(days=place) for place in range(self._count + 1)]
        edges = [milliseconds(instant_on(day, 0, clocks)) for day in days]
        return list(zip(days, pairwise(edges), strict=False))

    def span(self, sites: Iterable[Site]) -> Span:
        """Return from the first instant of any of some sites to the last of any."""
        periods = [self.period_in(zone) for zone in {site.timezone for site in sites}]
        return min(begins for begins, _ in periods), max(ends for _, ends in periods)

    def sites(self, fleet: Fleet) -> list[Site]:
        """Return the sites it is about, in the order of their ids.

        Raises:
            QuestionError: it is about none.

        """
        if self.last < self.first:
            raise QuestionError(f"the period ends ({self.last}) before it begins ({self.first})")
        left = list(fleet.sites)
        for option, wanted, known in (
            ("--state", self.state, _states),
            ("--municipality", self.municipality, _municipalities),
            ("--site", self.site, _ids),
            ("--provider", self.provider, providers_of),
        ):
            if not wanted:
                continue
            found = [
                site for site in left if _plain(wanted) in {_plain(name) for name in known(site)}
            ]
            if not found:
                names = sorted({name for site in left for name in known(site) if name})
                raise QuestionError(f"no site has {option} `{wanted}`{_meant(wanted, names)}")
            left = found
        return sorted(left, key=lambda site: site.id)

    def level(self, sites: Sequence[Site]) -> Level:
        """Return by what its sites are told apart: the level below what all share."""
        if self.municipality or self.site:
            return "site"
        is_one_state = self.state or len({site.state for site in sites}) == 1
        return "municipality" if is_one_state else "state"

    @property
    def _count(self) -> int:
        return (self.last - self.first).days + 1

    def asks_for_link_of(self, provider: str) -> bool:
        """Tell whether a link of a provider counts."""
        return not self.provider or _plain(provider) == _plain(self.provider)


def providers_of(site: Site) -> set[str]:
    """Return who serves a site."""
    return {link.provider for link in site.links if link.provider}


@lru_cache(maxsize=4096)
def _plain(name: str) -> str:
    return slug(name)


def _states(site: Site) -> set[str]:
    return {site.state or ""}


def _municipalities(site: Site) -> set[str]:
    return {site.municipality or ""}


def _ids(site: Site) -> set[str]:
    return {site.id, site.clues or ""}


def _meant(wanted: str, names: list[str]) -> str:
    close = get_close_matches(wanted, names, n=1)
    if close:
        return f"; did you mean `{close[0]}`?"
    some = ", ".join(f"`{name}`" for name in names[:5])
    return f"; there are such as {some}" if some else "; none of them names any"
