"""The page of all sites: find one by name, state or condition."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from config.site import Site
from exporters.board.areas_page import WORST_FIRST
from exporters.board.fleet_page import FleetPage
from exporters.board.site_search import SiteSearch, states_of
from exporters.board.turning import part_of
from monitor.vocabulary import State

ROWS = 200
RESERVES = ("on_backup", "on_battery", "planned")
"""Conditions beside the states by which sites can be asked for."""


@dataclass(frozen=True, slots=True)
class SiteRow:
    site: Site
    state: State
    suspect: bool
    since: datetime | None
    because: str
    reserves: tuple[str, ...]


class SitesPage(FleetPage):
    """`/sites`, with `q`, `federal_state`, `condition` and `page`."""

    template = "sites.html.j2"

    def _shown(self, query: Mapping[str, str]) -> Mapping[str, object]:
        sites, condition = self._registry.fleet().sites, query.get("condition", "")
        found = self._rows(filter(SiteSearch.of(query).fits, sites))
        rows = [row for row in found if condition in ("", row.state.value, *row.reserves)]
        rows.sort(key=lambda row: (WORST_FIRST[row.state], row.site.name))
        return {
            "part": part_of(rows, query, ROWS),
            "given": query,
            "states": states_of(sites),
            "conditions": (*(state.value for state in State), *RESERVES),
        }

    def _rows(self, sites: Iterable[Site]) -> Iterator[SiteRow]:
        picture = self._picture
        for site in sites:
            known = picture.states.get(site.id)
            conditions = (
                bool(picture.backup(site)), picture.on_battery(site), site.id in picture.planned
            )  # fmt: skip
            yield SiteRow(
                site=site,
                state=picture.state(site.id),
                suspect=known is not None and known.suspect,
                since=None if known is None else known.since,
                because="" if known is None else known.because,
                reserves=tuple(w for w, holds in zip(RESERVES, conditions, strict=True) if holds),
            )
