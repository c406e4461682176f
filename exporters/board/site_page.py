"""The page of one site: its parts, its power, its last incidents, its maintenance."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from config.component import ComponentKind
from config.site import PowerSource, Site
from exporters.board.bars import CELLS, PART_LOOKS, POWER_LOOKS
from exporters.board.board import Board
from exporters.board.cards import Card
from exporters.board.frame import Frame
from exporters.board.past_view import PastView, past_view
from exporters.board.picture import PowerSeen, StateSeen
from exporters.board.rings import SLOTS, places_before
from exporters.board.spark import HEIGHT, Spark, spark_of
from monitor.orders import WindowView
from monitor.past import Past, SitePast
from monitor.ports import Desk, Registry
from monitor.vocabulary import Fitness, State

MOST_INCIDENTS = 20


@dataclass(frozen=True, slots=True)
class PartRow:
    """A part of a site as it stands. `words` says more of a link: its role and medium."""

    id: str
    name: str
    state: State
    suspect: bool
    since: datetime | None
    because: str
    words: tuple[str, ...] = ()
    criticality: str = ""
    fitness: str = ""


@dataclass(frozen=True, slots=True)
class PowerRow:
    part: PartRow
    source: PowerSource
    seen: PowerSeen | None


class SitePage:
    """`/sites/<id>`."""

    def __init__(
        self, registry: Registry, board: Board, desk: Desk, past: Past, frame: Frame
    ) -> None:
        self._registry = registry
        self._picture = board.picture
        self._rings = board.rings
        self._desk = desk
        self._past = past
        self._frame = frame

    async def page(self, request: web.Request) -> web.Response:
        site = self._registry.fleet().sites_by_id.get(request.match_info["id"])
        if site is None:
            return self._frame.missing(request, "missing_site")
        kept = self._frame.kept(request)
        if kept is not None:
            return kept
        past = await self._past.of_site(site.id)
        return self._frame.answer(request, "site.html.j2", lambda now: self._shown(site, past, now))

    def _shown(self, site: Site, past: SitePast | None, now: datetime) -> Mapping[str, object]:
        cards = self._cards(site, now)
        itself = self._picture.states.get(site.id)
        return {
            "site": site,
            "itself": _row(site.id, site.name, itself),
            "backup": self._picture.backup(site),
            "on_battery": self._picture.on_battery(site),
            "planned": site.id in self._picture.planned,
            "links": list(self._links(site)),
            "powers": list(self._powers(site)),
            "areas": [self._part(site, ComponentKind.AREA, a.id, a.name) for a in site.areas],
            "services": [
                self._part(site, ComponentKind.SERVICE, s.id, s.name) for s in site.services
            ],
            "cards": cards,
            "sparks": list(self._sparks(site, now)),
            "sparks_began": (began := self._rings.began(now)),
            "sparks_before": places_before(began, now),
            "spark_box": (SLOTS, HEIGHT),
            "cells": CELLS,
            "part_looks": PART_LOOKS[:-1],
            "power_looks": POWER_LOOKS[:-1],
            "site_names": {site.id: site.name},
            "zones": {site.id: site.timezone},
            "past": None if past is None else self._told(past, {card.event.id for card in cards}),
            "windows": list(self._windows(site)),
        }

    def _told(self, past: SitePast, shown: set[str]) -> PastView:
        return past_view(past, self._registry.fleet(), shown)

    def _sparks(self, site: Site, now: datetime) -> Iterator[Spark]:
        for link in site.links:
            ring = self._rings.of(f"{site.id}/{ComponentKind.LINK}/{link.id}")
            spark = ring and spark_of(link.name or link.id, ring, now.timestamp())
            if spark:
                yield spark

    def _links(self, site: Site) -> Iterator[PartRow]:
        for link in site.links:
            voice = self._picture.voices.get(f"{site.id}/{ComponentKind.LINK}/{link.id}")
            yield self._part(
                site,
                ComponentKind.LINK,
                link.id,
                link.name,
                words=(link.role, link.medium.value, link.provider or ""),
                fitness=voice.fitness if voice and voice.fitness != Fitness.UNKNOWN else "",
            )

    def _powers(self, site: Site) -> Iterator[PowerRow]:
        for source in site.power:
            part = self._part(site, ComponentKind.POWER, source.id, source.name)
            seen = self._picture.power.get(f"{site.id}/{ComponentKind.POWER}/{source.id}")
            yield PowerRow(part, source, seen)

    def _part(
        self,
        site: Site,
        kind: ComponentKind,
        part_id: str,
        name: str | None,
        words: tuple[str, ...] = (),
        fitness: str = "",
    ) -> PartRow:
        key = f"{site.id}/{kind}/{part_id}"
        component = self._registry.fleet().components.get(key)
        criticality = component.criticality.value if component is not None else ""
        return _row(
            part_id, name or part_id, self._picture.states.get(key), words, criticality, fitness
        )

    def _cards(self, site: Site, now: datetime) -> list[Card]:
        """Return its newest incidents, those of a shared node included."""
        prefix = f"{site.id}/"
        found = [
            incident
            for incident in self._registry.incidents()
            if incident.site.id == site.id
            or any(t.key == site.id or t.key.startswith(prefix) for t in incident.touched)
        ]
        return [Card(incident, now) for incident in found[:MOST_INCIDENTS]]

    def _windows(self, site: Site) -> Iterator[WindowView]:
        """Yield the windows that concern it and are not over."""
        theirs = {w.id for w in self._registry.fleet().maintenance if w.concerns(site)}
        for window in self._desk.windows():
            if window.id in theirs and window.ends is not None:
                yield window


def _row(
    part_id: str,
    name: str,
    seen: StateSeen | None,
    words: tuple[str, ...] = (),
    criticality: str = "",
    fitness: str = "",
) -> PartRow:
    if seen is None:
        return PartRow(
            part_id, name, State.UNKNOWN, suspect=False, since=None, because="", words=words,
            criticality=criticality, fitness=fitness,
        )  # fmt: skip
    return PartRow(
        part_id, name, seen.state, seen.suspect, seen.since, seen.because, words,
        criticality, fitness,
    )  # fmt: skip
