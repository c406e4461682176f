"""A month as the journal of a daemon holds it, drawn by lot and always the same.

Feeders fail and take a town, fibres are cut, a few links flap, areas lose their switch; people
work on what they announced, and the daemon itself is stopped and blind now and then.
"""

import random
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from config.component import ComponentKind
from config.fleet import Fleet
from config.maintenance import MaintenanceWindow
from config.site import Site
from monitor.archive import ASSESSED, Change, add, stamp
from monitor.journal_file import JournalFile
from monitor.past_incident import PastIncident
from monitor.response.windows import WindowRecord
from monitor.sight.anchors import MONITOR_KEY
from monitor.vocabulary import Cause, Confidence, Fitness, Priority, State

MINUTE, HOUR = 60_000, 3_600_000
Span = tuple[int, int]
_LOTS = (
    (Cause.POWER, 30, 75 * MINUTE),
    (Cause.LINK, 38, 24 * MINUTE),
    (Cause.NODE, 2, 95 * MINUTE),
    (Cause.AREA_NETWORK, 20, 11 * MINUTE),
    (Cause.UNDETERMINED, 10, 4 * MINUTE),
)
"""What happens, how often against the others, and how long it lasts in the middle."""
_SWINGS = 6
"""So often a link that flaps falls in one trouble."""
_CONFIRMED = 25_000
"""Milliseconds from the first silence to its being known."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """`part` is the link or area that alone is lost; empty where the whole site is."""

    cause: Cause
    starts_ms: int
    ends_ms: int
    sites: tuple[Site, ...]
    part: str = ""


@dataclass(slots=True)
class Month:
    """What happens to a fleet in a period, until that makes about so many changes of state."""

    fleet: Fleet
    period: Span
    changes: int
    seed: int = 5
    _busy: dict[str, list[Span]] = field(default_factory=dict)

    def write(self, path: Path) -> int:
        """Write the journal; return how many changes of state it holds."""
        rng = random.Random(self.seed)
        troubles = sorted(self._troubles(rng), key=lambda one: one.starts_ms)
        changes = [*self._beginnings(), *self._own(rng)]
        changes += (change for one in troubles for change in _changes(one))
        changes.sort(key=lambda change: change.at_ms)
        file = JournalFile(path, lambda: datetime.now(UTC))
        file.open()
        file.close()
        with closing(sqlite3.connect(path)) as database, database:
            add(database, changes)
            for table, rows in (
                ("past_incident", _incidents(troubles)),
                ("life", self._lives(rng)),
                ("past_window", self._windows(rng)),
            ):
                database.executemany(f"INSERT INTO {table} VALUES (?, ?)", rows)
        return len(changes)

    def _troubles(self, rng: random.Random) -> Iterator[Trouble]:
        sites = [site for site in self.fleet.sites if site.links]
        weights = [1 / (1 + place / 12) + 0.15 for place in range(len(sites))]
        rng.shuffle(weights)  # some places are worse than others, wherever they are listed
        left = self.changes
        while left > 0:
            (site,) = rng.choices(sites, weights)
            trouble = self._trouble(rng, site)
            if trouble is not None:
                left -= sum(1 for _ in _changes(trouble))
                yield trouble

    def _trouble(self, rng: random.Random, site: Site) -> Trouble | None:
        """Return what befalls a site, and perhaps its town; None where something already does."""
        ((cause, _, usual),) = rng.choices(_LOTS, [often for _, often, _ in _LOTS])
        starts = rng.randrange(self.period[0], self.period[1])
        ends = starts + int(usual * rng.lognormvariate(0, 0.9))
        hit: tuple[Site, ...] = (site,)
        if cause is Cause.NODE or (cause is Cause.POWER and rng.random() < 0.1):
            town = [one for one in self.fleet.sites if one.links and _town(one) == _town(site)]
            hit = tuple(rng.sample(town, min(len(town), rng.randint(3, 8))))
        if any(starts < e and ends > s for one in hit for s, e in self._busy.get(one.id, ())):
            return None
        for one in hit:
            self._busy.setdefault(one.id, []).append((starts - 5 * MINUTE, ends + 5 * MINUTE))
        return Trouble(cause, starts, ends, hit, _part(rng, cause, site))

    def _beginnings(self) -> Iterator[Change]:
        at = self.period[0] - HOUR
        yield Change(MONITOR_KEY, at, at, State.UP)
        for site in self.fleet.sites:
            for key in (site.id, *_links(site), *_areas(site)):
                yield Change(key, at, at, State.UP)
            for key in _links(site):
                yield Change(f"{key}{ASSESSED}", at, at, Fitness.READY)

    def _own(self, rng: random.Random) -> Iterator[Change]:
        """Yield when the daemon could not see."""
        for _ in range(2):
            at = rng.randrange(self.period[0], self.period[1] - HOUR)
            yield Change(MONITOR_KEY, at, at, State.UNKNOWN, "anchors_silent")
            back = at + rng.randrange(4 * MINUTE, 40 * MINUTE)
            yield Change(MONITOR_KEY, back, back, State.UP)

    def _lives(self, rng: random.Random) -> Iterator[tuple[str, str]]:
        """Yield when it ran: it was stopped three times."""
        edges = sorted(rng.sample(range(self.period[0], self.period[1], MINUTE), 3))
        starts = self.period[0] - HOUR
        for edge in (*edges, self.period[1] + 5 * MINUTE):
            yield stamp(_at(starts)), f"[{starts},{edge}]"
            starts = edge + rng.randrange(MINUTE, 30 * MINUTE)

    def _windows(self, rng: random.Random) -> Iterator[tuple[str, str]]:
        sites = rng.sample(self.fleet.sites, min(8, len(self.fleet.sites)))
        for number, site in enumerate(sites):
            opens = _at(60_000 * rng.randrange(self.period[0] // 60_000, self.period[1] // 60_000))
            written = MaintenanceWindow.model_validate(
                {
                    "id": f"cambio-de-fibra-{number}",
                    "reason": "Cambio de la acometida de fibra",
                    "by": "CFE",
                    "sites": [site.id],
                    "from": opens,
                    "lasts": "3h",
                }
            )
            record = WindowRecord(written=written, noted_at=opens)
            yield (
                f"{stamp(opens)}/{written.id}",
                record.model_dump_json(by_alias=True, exclude_defaults=True),
            )


def _part(rng: random.Random, cause: Cause, site: Site) -> str:
    if cause is Cause.AREA_NETWORK:
        areas = _areas(site)
        return rng.choice(areas) if areas else _links(site)[0]
    return _links(site)[0] if cause in (Cause.LINK, Cause.UNDETERMINED) else ""


def _changes(one: Trouble) -> Iterator[Change]:
    """Yield what the daemon notes of a trouble."""
    is_area = one.part in (key for site in one.sites for key in _areas(site))
    if one.cause is Cause.UNDETERMINED and not is_area:
        step = (one.ends_ms - one.starts_ms) // _SWINGS
        for swing in range(_SWINGS):
            starts = one.starts_ms + swing * step
            yield from _fallen(one.sites[0], one.part, starts, starts + step // 2)
        return
    for site in one.sites:
        if is_area:
            yield from _turned(one.part, State.DOWN, one.starts_ms, one.ends_ms)
        else:
            yield from _fallen(site, one.part, one.starts_ms, one.ends_ms)


def _fallen(site: Site, part: str, starts: int, ends: int) -> Iterator[Change]:
    """Yield a loss of a link, or of all of them and so of the site."""
    links = (part,) if part else _links(site)
    for key in links:
        yield from _turned(key, State.DOWN, starts, ends)
        yield from _turned(f"{key}{ASSESSED}", Fitness.UNFIT, starts, ends, Fitness.READY)
    if len(links) < len(site.links):
        yield from _turned(site.id, State.DEGRADED, starts, ends)
        return
    yield from _turned(site.id, State.DOWN, starts, ends)
    for key in _areas(site):
        yield from _turned(key, State.UNKNOWN, starts, ends)


def _turned(key: str, state: str, starts: int, ends: int, back: str = State.UP) -> Iterator[Change]:
    yield Change(key, starts, starts + _CONFIRMED, state, "icmp no_reply")
    yield Change(key, ends, ends + _CONFIRMED, back)


def _incidents(troubles: Sequence[Trouble]) -> Iterator[tuple[str, str]]:
    for number, one in enumerate(troubles):
        site = one.sites[0]
        name = f"{stamp(_at(one.starts_ms))}-{number}"
        parts = (one.part,) if one.part else ()
        past = PastIncident(
            id=name,
            cause=one.cause,
            confidence=Confidence.HIGH,
            priority=Priority.P2,
            site=site.id,
            root_kind=ComponentKind.AREA if one.part in _areas(site) else ComponentKind.LINK,
            touched=(*parts, *(key for hit in one.sites for key in (*_links(hit), hit.id))),
            opened_at=_at(one.starts_ms),
            closed_at=_at(one.ends_ms + 2 * MINUTE),
            pages=1,
            reopened=0,
        )
        yield name, past.model_dump_json()


def _town(site: Site) -> tuple[str | None, str | None]:
    return site.state, site.municipality


def _links(site: Site) -> tuple[str, ...]:
    return tuple(f"{site.id}/{ComponentKind.LINK}/{link.id}" for link in site.links)


def _areas(site: Site) -> tuple[str, ...]:
    return tuple(f"{site.id}/{ComponentKind.AREA}/{area.id}" for area in site.areas)


def _at(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)
