"""The page of all sites: find one by name, state or condition."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from config.site import Site
from config.state import STATES
from exporters.api_view import matches
from exporters.board.areas_page import WORST_FIRST
from exporters.board.frame import Frame
from exporters.board.picture import Picture
from exporters.board.turning import part_of
from monitor.ports import Registry
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

    @property
    def federal_state(self) -> str:
        return STATES[self.site.state].name if self.site.state else ""


class SitesPage:
    """`/sites`, with `q`, `federal_state`, `condition` and `page`."""

    def __init__(self, registry: Registry, picture: Picture, frame: Frame) -> None:
        self._registry = registry
        self._picture = picture
        self._frame = frame

    async def page(self, request: web.Request) -> web.Response:
        query = dict(request.query)
        return self._frame.answer(request, "sites.html.j2", lambda _now: self._shown(query))

    def _shown(self, query: Mapping[str, str]) -> Mapping[str, object]:
        sites = self._registry.fleet().sites
        rows = [row for row in self._rows() if _fits(row, query)]
        rows.sort(key=lambda row: (WORST_FIRST[row.state], row.site.name))
        codes = {site.state for site in sites if site.state}
        return {
            "part": part_of(rows, query, ROWS),
            "given": query,
            "states": {code: STATES[code].name for code in STATES if code in codes},
            "conditions": (*(state.value for state in State), *RESERVES),
        }

    def _rows(self) -> Iterator[SiteRow]:
        picture = self._picture
        for site in self._registry.fleet().sites:
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


def _fits(row: SiteRow, query: Mapping[str, str]) -> bool:
    words, condition = query.get("q", "")[:100].strip(), query.get("condition", "")
    return (
        query.get("federal_state", "") in ("", row.site.state)
        and (not condition or condition == row.state.value or condition in row.reserves)
        and (not words or matches(row.site, words))
    )
