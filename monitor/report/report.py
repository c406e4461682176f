"""One report: a period of a fleet, from its journal. The same two give the same report."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from config.component import Component, ComponentKind
from config.fleet import Fleet
from config.site import Site
from monitor.archive import ASSESSED, GONE, HEARD
from monitor.report.blame import Blames, Share
from monitor.report.component_row import ComponentRow, Outage
from monitor.report.exclusions import blind, layered, not_in_service, stopped
from monitor.report.group import REPORTED, Group
from monitor.report.opening import Opening
from monitor.report.planned_work import PlannedWork
from monitor.report.question import Level, Question
from monitor.report.record import Record
from monitor.report.spans import Ruler, Span, Spans
from monitor.report.tally import Lot
from monitor.report.telemedicine_row import TelemedicineRow, telemedicine_row
from monitor.report.timeline import Excluded
from monitor.sight.anchors import MONITOR_KEY

FLAPS = 4
"""So many outages of a link in a period make it one that flaps."""
CAPITAL = "America/Mexico_City"
Progress = Callable[[int, int], None]
"""Hears how many sites of how many are done."""


@dataclass(slots=True)
class Report:
    """`groups` are of `level`, that below what was asked for; `providers` have links alone.

    `span` is from the first instant of any site's period to the last; `seen_until` the last in it
    of which anything is known. `days` is, by day of the calendar, whom the time without sites
    falls to. `stopped` and `blind` are of the daemon itself. `strangers` are components in the
    journal that the list lacks.
    """

    question: Question
    span: Span
    whole: Group
    groups: list[Group]
    providers: list[Group]
    rows: list[ComponentRow] = field(default_factory=list)
    outages: list[Outage] = field(default_factory=list)
    telemedicine: list[TelemedicineRow] = field(default_factory=list)
    days: list[dict[Share, int]] = field(default_factory=list)
    stopped: Spans = ()
    blind: Spans = ()
    level: Level = "state"
    seen_until: int | None = None
    strangers: int = 0
    unreadable: int = 0

    @property
    def is_over(self) -> bool:
        """Tell whether all of the period had passed when the journal was last written."""
        return self.seen_until is not None and self.seen_until >= self.span[1]

    @property
    def zone(self) -> str:
        """Return by which clocks the daemon's own stops are told."""
        if self.question.zone:
            return self.question.zone
        zones = {row.site.timezone for row in self.sites}
        return zones.pop() if len(zones) == 1 else CAPITAL

    @property
    def sites(self) -> list[ComponentRow]:
        return [row for row in self.rows if row.component.kind is ComponentKind.SITE]

    def worst_sites(self, most: int) -> list[ComponentRow]:
        """Return the sites that were longest without service, in opening hours or not."""
        found = [row for row in self.sites if row.total.down_ms]
        found.sort(key=lambda row: (-row.total.down_ms, row.component.key))
        return found[:most]

    def flapping_links(self, most: int) -> list[ComponentRow]:
        """Return the links that fell most often."""
        links = (row for row in self.rows if row.component.kind is ComponentKind.LINK)
        found = [row for row in links if row.total.failures >= FLAPS]
        found.sort(key=lambda row: (-row.total.failures, row.component.key))
        return found[:most]

    def longest_outages(self, most: int) -> list[Outage]:
        """Return the outages of sites of which most counts, the longest first."""
        sites = {row.component.key for row in self.sites}
        found = [outage for outage in self.outages if outage.component in sites and outage.down_ms]
        found.sort(key=lambda outage: (-outage.down_ms, outage.began))
        return found[:most]


def report(
    fleet: Fleet, record: Record, question: Question, progress: Progress = lambda _done, _all: None
) -> Report:
    """Make one.

    Raises:
        QuestionError: no site fits what is asked.

    """
    return _Making(fleet, record, question).made(progress)


class _Making:
    def __init__(self, fleet: Fleet, record: Record, question: Question) -> None:
        self._fleet, self._record, self._question = fleet, record, question
        self._sites = question.sites(fleet)
        self._span = span = question.span(self._sites)
        self._stopped = stopped(span, record.lives)
        self._blind = blind(span, record.monitor)
        self._opening = Opening(span, fleet.settings)
        self._work = PlannedWork(span, fleet, record.orders)
        self._blames = Blames(fleet, record.incidents, span[1])
        zones = {site.timezone for site in self._sites}
        self._days = {zone: question.days_in(zone) for zone in zones}
        self._layers: dict[tuple[Span, Spans, Spans], list[Excluded]] = {}

    def made(self, progress: Progress) -> Report:
        sites = self._sites
        told = Report(self._question, self._span, Group(""), [], [])
        told.days = [dict.fromkeys(Share, 0) for _ in next(iter(self._days.values()))]
        groups: dict[str, Group] = {}
        providers: dict[str, Group] = {}
        told.level = level = self._question.level(sites)
        parts = self._parts({site.id for site in sites})
        for done, site in enumerate(sites):
            progress(done, len(sites))
            group = _group(groups, _place(site, level))
            for component in parts.get(site.id, ()):
                self._add(told, group, providers, component, site)
            self._assess(told, site)
        progress(len(sites), len(sites))
        told.groups = [group for _, group in sorted(groups.items())]
        told.providers = [group for _, group in sorted(providers.items())]
        told.stopped, told.blind = self._stopped, self._blind
        seen_until = self._record.seen_until
        told.seen_until = None if seen_until is None else min(seen_until, self._span[1])
        told.unreadable = self._record.unreadable
        told.strangers = self._strangers()
        return told

    def _parts(self, sites: set[str]) -> dict[str, list[Component]]:
        """Return, by site, what is told of, in the order of the keys."""
        told: dict[str, list[Component]] = {}
        providers = self._providers()
        for key, component in sorted(self._fleet.components.items()):
            is_asked = component.kind in REPORTED and component.site in sites
            if is_asked and (
                component.kind is not ComponentKind.LINK
                or self._question.asks_for_link_of(providers[key])
            ):
                told.setdefault(component.site, []).append(component)
        return told

    def _providers(self) -> dict[str, str]:
        return {
            f"{site.id}/{ComponentKind.LINK}/{link.id}": link.provider or ""
            for site in self._fleet.sites
            for link in site.links
        }

    def _add(
        self,
        told: Report,
        group: Group,
        providers: dict[str, Group],
        component: Component,
        site: Site,
    ) -> None:
        steps = self._record.steps.get(component.key, [])
        if not steps and not component.probes and component.kind is not ComponentKind.SITE:
            return  # nothing is asked of it
        hours = self._hours(component, site)
        row = ComponentRow(component, site, _provider(component, site))
        found = row.fold(self._period(site), steps, self._excluded(component, site), hours)
        outages = [self._blamed(outage, site) for outage in found]
        told.rows.append(row)
        told.outages += outages
        told.whole.add(row)
        group.add(row)
        if component.kind is ComponentKind.LINK:
            _group(providers, row.provider).add(row)
        if component.kind is ComponentKind.SITE:
            self._share(row, outages, (told.whole, group), told.days)

    def _period(self, site: Site) -> Span:
        days = self._days[site.timezone]
        return days[0][1][0], days[-1][1][1]

    def _share(
        self, row: ComponentRow, outages: Iterable[Outage], groups: Iterable[Group],
        told: Sequence[dict[Share, int]],
    ) -> None:  # fmt: skip
        by_began = {outage.began: outage.blame.share for outage in outages}
        for outage in outages:
            for group in groups:
                group.shares_ms[outage.blame.share] += outage.down_ms
        days = self._days[row.site.timezone]
        for starts, ends, began in row.down:
            place = bisect_right(days, starts, key=_midnight) - 1
            while place < len(days) and _midnight(days[place]) < ends:
                midnight, next_midnight = days[place][1]
                lost_ms = min(ends, next_midnight) - max(starts, midnight)
                told[place][by_began[began]] += lost_ms
                place += 1

    def _blamed(self, outage: Outage, site: Site) -> Outage:
        ends = outage.ended_ms if outage.ended_ms is not None else self._span[1]
        starts = outage.began_ms
        return outage._replace(blame=self._blames.of(outage.component, site, starts, ends))

    def _hours(self, component: Component, site: Site) -> Ruler:
        if component.kind is not ComponentKind.AREA:
            return self._opening.of(site)
        area = next(one for one in site.areas if one.id == component.id)
        return self._opening.of(site, area)

    def _excluded(self, component: Component, site: Site) -> list[Excluded]:
        period = self._period(site)
        absent, work = not_in_service(period, site), self._work.on(component)
        if (period, absent, work) not in self._layers:
            self._layers[period, absent, work] = layered(
                period,
                (
                    (Lot.ABSENT, absent),
                    (Lot.STOPPED, self._stopped),
                    (Lot.BLIND, self._blind),
                    (Lot.MAINTENANCE, work),
                ),
            )
        return self._layers[period, absent, work]

    def _assess(self, told: Report, site: Site) -> None:
        keys = (f"{site.id}/{ComponentKind.LINK}/{link.id}{ASSESSED}" for link in site.links)
        links = [self._record.steps[key] for key in keys if key in self._record.steps]
        if not links and not site.has_telemedicine:
            return
        excluded = self._excluded(self._fleet.components[site.id], site)
        hours = self._opening.of(site)
        period = self._period(site)
        told.telemedicine.append(telemedicine_row(site, period, links, excluded, hours))

    def _strangers(self) -> int:
        """Count the components that were watched in the period and are not in the list."""
        own = f"{MONITOR_KEY}/"
        return sum(
            not key.endswith((ASSESSED, HEARD))
            and key != MONITOR_KEY
            and not key.startswith(own)
            and key not in self._fleet.components
            and any(step.state != GONE for step in steps)
            for key, steps in self._record.steps.items()
        )


def _midnight(day: tuple[date, Span]) -> int:
    return day[1][0]


def _group(groups: dict[str, Group], key: str) -> Group:
    group = groups.get(key)
    if group is None:
        group = groups[key] = Group(key)
    return group


def _place(site: Site, level: Level) -> str:
    """Return in which group a site is told."""
    if level == "site":
        return site.id
    return (site.municipality if level == "municipality" else site.state) or ""


def _provider(component: Component, site: Site) -> str:
    if component.kind is not ComponentKind.LINK:
        return ""
    return next(link.provider or "" for link in site.links if link.id == component.id)
