"""The last days of one site: what each of its components was, and what its power sources said."""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

from pydantic import ValidationError

from config.component import Component, ComponentKind
from config.fleet import Fleet
from config.site import Site
from monitor.archive import GONE, HEARD
from monitor.history import LONGEST_SILENCE
from monitor.past import Held, SitePast
from monitor.past_incident import PastIncident
from monitor.report.changes import SiteChanges, changes
from monitor.report.exclusions import blind, layered, not_in_service, stopped
from monitor.report.planned_work import PlannedWork
from monitor.report.record import lives, orders
from monitor.report.spans import Span, Spans, joined
from monitor.report.tally import Lot
from monitor.report.timeline import Excluded, counted, held, states
from monitor.sight.anchors import MONITOR_KEY

MOST_INCIDENTS = 20
_INCIDENTS = (
    "SELECT body FROM past_incident WHERE instr(body, :own) OR instr(body, :part) "
    "OR instr(body, :root) OR instr(body, :itself) ORDER BY key DESC LIMIT :most"
)


def site_past(database: sqlite3.Connection, fleet: Fleet, site: Site, period: Span) -> SitePast:
    """Read the past of a site until now, the end of `period`: we are awake, or nobody would ask.

    Raises:
        sqlite3.Error: the journal cannot be read.

    """
    steps = changes(database, period, SiteChanges(site.id))
    awake = _with_now(lives(database), period[1])
    work = _planned_work(database, fleet, site, period)
    outside = (
        (Lot.ABSENT, not_in_service(period, site)),
        (Lot.STOPPED, stopped(period, awake)),
        (Lot.BLIND, blind(period, steps.get(MONITOR_KEY, ()))),
    )
    parts: dict[str, tuple[Held, ...]] = {}
    power: dict[str, tuple[Held, ...]] = {}
    for component in _components(fleet, site):
        told = states(period, steps.get(component.key, ()))
        excluded = layered(period, (*outside, (Lot.MAINTENANCE, work.on(component))))
        parts[component.key] = _joined(Held(*one[:3]) for one in counted(told, excluded))
        if component.kind is ComponentKind.POWER:
            silent = [(one.starts, one.ends) for one in told if one.lot is Lot.UNKNOWN]
            said = held(period, steps.get(f"{component.key}{HEARD}", ()))
            over = layered(period, (*outside, (Lot.UNKNOWN, silent)))
            power[component.key] = _joined(overlaid(said, over))
    return SitePast(
        *period,
        parts=parts,
        power=power,
        maintenance=work.on(fleet.components[site.id]),
        incidents=_incidents(database, site),
    )


def overlaid(said: Iterable[tuple[int, int, str, int]], over: Sequence[Excluded]) -> list[Held]:
    """Return what was said, under what lies over it; both are in order and apart.

    Before anything was said, and once it has left the list, it is `absent`, whatever lies over it.
    """
    told: list[Held] = []
    place = 0
    for starts, ends, what, _number in said:
        if what == GONE:
            told.append(Held(starts, ends, Lot.ABSENT.value))
            continue
        at = starts
        while place < len(over) and over[place].starts < ends:
            one = over[place]
            if one.starts > at:
                told.append(Held(at, one.starts, what))
                at = one.starts
            if one.ends > at:
                told.append(Held(at, min(one.ends, ends), one.lot.value))
                at = min(one.ends, ends)
            if one.ends > ends:
                break
            place += 1
        if at < ends:
            told.append(Held(at, ends, what))
    return told


def _with_now(awake: Sequence[Span], now: int) -> Spans:
    """Return when we were awake, with what came since the last beat, as far as it is this life."""
    began, seen = max(awake, key=lambda one: one[1], default=(now, now))
    is_this_life = 0 <= now - seen <= LONGEST_SILENCE / timedelta(milliseconds=1)
    return joined([*awake, (began, now)] if is_this_life else awake)


def _components(fleet: Fleet, site: Site) -> list[Component]:
    """Return the site and those of its parts that are asked, in the order of the file."""
    prefix = f"{site.id}/"
    return [
        component
        for key, component in fleet.components.items()
        if key == site.id or (component.site == site.id and key.startswith(prefix))
    ]


def _planned_work(
    database: sqlite3.Connection, fleet: Fleet, site: Site, period: Span
) -> PlannedWork:
    """Return the work on one site alone: other sites' windows cost nothing."""
    told, _torn = orders(database)
    alone = replace(fleet, sites=(site,), previous=fleet) if told or fleet.maintenance else fleet
    return PlannedWork(period, alone, told)


def _incidents(database: sqlite3.Connection, site: Site) -> tuple[PastIncident, ...]:
    """Return the last ones that touch a site; rows that cannot be read are left out."""
    wanted = {
        "own": f'"site":"{site.id}"',
        "part": f'"{site.id}/',
        "root": f'["{site.id}"',
        "itself": f',"{site.id}"',
        "most": MOST_INCIDENTS,
    }
    told: list[PastIncident] = []
    for (body,) in database.execute(_INCIDENTS, wanted):
        try:
            told.append(PastIncident.model_validate_json(body))
        except ValidationError:
            continue
    return tuple(told)


def _joined(stretches: Iterable[Held]) -> tuple[Held, ...]:
    """Return stretches with those that meet and are alike as one."""
    told: list[Held] = []
    for one in stretches:
        if told and told[-1].what == one.what and told[-1].ends_ms == one.starts_ms:
            told[-1] = Held(told[-1].starts_ms, one.ends_ms, one.what)
        else:
            told.append(one)
    return tuple(told)
