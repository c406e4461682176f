"""The page of all life-critical areas: link, power in use, autonomy, redundancy."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from config.area import Area, AreaKind, Criticality
from config.component import ComponentKind
from config.site import Site
from exporters.board.fleet_page import FleetPage
from exporters.board.power_in_use import InUse, Supply, supply_of
from exporters.board.site_search import SiteSearch, states_of
from exporters.board.turning import part_of
from monitor.vocabulary import State

ROWS = 200
WORST_FIRST = {State.DOWN: 0, State.DEGRADED: 1, State.UNKNOWN: 2, State.UP: 3}
_SOURCE_ORDER = {use: place for place, use in enumerate(InUse)}
_NO_END_S = 1e12


@dataclass(frozen=True, slots=True)
class AreaRow:
    """One area. `links_up` of `links` answer; `backup` serves the site, if a name is there."""

    site: Site
    area: Area
    name: str
    state: State
    suspect: bool
    since: datetime | None
    links_up: int
    links: int
    backup: str
    supply: Supply

    @property
    def in_trouble(self) -> bool:
        """Tell whether anything of it deserves a look: itself, its links or its power."""
        is_weak = bool(self.backup) or self.links_up < self.links
        return self.state is not State.UP or is_weak or self.supply.in_use in _ON_RESERVE


_ON_RESERVE = frozenset({InUse.BATTERY, InUse.GENERATOR})
_ORDERS: dict[str, Callable[[AreaRow], object]] = {
    "state": lambda row: (
        WORST_FIRST[row.state],
        not row.in_trouble,
        _SOURCE_ORDER[row.supply.in_use],
        row.site.name,
        row.name,
    ),
    "site": lambda row: (row.site.name, row.name),
    "area": lambda row: (row.name, row.site.name),
    "federal_state": lambda row: (row.site.federal_state, row.site.name, row.name),
    "link": lambda row: (row.links_up - row.links, not row.backup, row.site.name),
    "source": lambda row: (_SOURCE_ORDER[row.supply.in_use], row.site.name),
    "runtime": lambda row: (row.supply.runtime_s or _NO_END_S, row.site.name),
    "redundancy": lambda row: (row.links + row.supply.has_ups + row.supply.has_generator,),
}


class AreasPage(FleetPage):
    """`/areas`, with `q`, `federal_state`, `kind`, `trouble=1`, `sort` and `page`."""

    template = "areas.html.j2"

    def _shown(self, query: Mapping[str, str]) -> Mapping[str, object]:
        every = list(self._rows())
        search = SiteSearch.of(query)
        rows = [row for row in every if search.fits(row.site) and _fits(row, query)]
        order = query.get("sort", "state")
        rows.sort(key=_ORDERS.get(order, _ORDERS["state"]))  # type: ignore[arg-type]
        return {
            "part": part_of(rows, query, ROWS),
            "given": query,
            "sort": order if order in _ORDERS else "state",
            "orders": tuple(_ORDERS),
            "kinds": sorted({row.area.kind.value for row in every}),
            "states": states_of(row.site for row in every),
            "in_trouble": sum(row.in_trouble for row in every),
            "total": len(every),
        }

    def _rows(self) -> Iterator[AreaRow]:
        for site in self._registry.fleet().sites:
            critical = [area for area in site.areas if area.criticality is Criticality.LIFE]
            for area in critical:
                yield self._row(site, area)

    def _row(self, site: Site, area: Area) -> AreaRow:
        known = self._picture.states.get(f"{site.id}/{ComponentKind.AREA}/{area.id}")
        links = [self._picture.state(f"{site.id}/{ComponentKind.LINK}/{x.id}") for x in site.links]
        return AreaRow(
            site=site,
            area=area,
            name=area.name or area.id,
            state=State.UNKNOWN if known is None else known.state,
            suspect=known is not None and known.suspect,
            since=None if known is None else known.since,
            links_up=sum(state in (State.UP, State.DEGRADED) for state in links),
            links=len(links),
            backup=self._picture.backup(site),
            supply=self._supply(site, area),
        )

    def _supply(self, site: Site, area: Area) -> Supply:
        return supply_of(
            (source, self._picture.power.get(f"{site.id}/{ComponentKind.POWER}/{source.id}"))
            for source in site.power
            if not source.feeds or area.id in source.feeds
        )


def _fits(row: AreaRow, query: Mapping[str, str]) -> bool:
    kind = query.get("kind", "")
    is_of_kind = kind not in list(AreaKind) or row.area.kind.value == kind
    return is_of_kind and (query.get("trouble") != "1" or row.in_trouble)
