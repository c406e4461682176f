"""The Fleet: everything to watch, frozen, with its components planned."""

from collections.abc import Collection, Iterator, Mapping
from copy import copy
from dataclasses import InitVar, dataclass, field, replace
from datetime import datetime
from functools import cached_property

from config.area import Area, Criticality
from config.component import BEHIND_LINKS, Component, ComponentKind, Probe
from config.maintenance import MaintenanceWindow
from config.probe import AnyProbe
from config.settings import JudgementClass, Settings
from config.site import Link, Medium, Node, PowerSource, Service, Site, SiteType


@dataclass(frozen=True)
class Fleet:
    """Settings, sites and nodes that have passed validation together.

    `ended` says, by window, when somebody ended what was under way; `secrets` are the values that
    must never be shown; `files` are all files it was read from; `components` are all of them by
    key: sites, their parts, then nodes. Those that are equal in `previous`, the fleet that this one
    replaces, are the very same objects, with their probes.
    """

    settings: Settings
    sites: tuple[Site, ...]
    nodes: tuple[Node, ...] = ()
    secrets: frozenset[str] = field(default=frozenset(), repr=False)
    files: tuple[str, ...] = ()
    maintenance: tuple[MaintenanceWindow, ...] = ()
    ended: Mapping[str, datetime] = field(default_factory=dict)
    components: dict[str, Component] = field(init=False, compare=False, repr=False)
    previous: InitVar["Fleet | None"] = None

    def __post_init__(self, previous: "Fleet | None") -> None:
        known = {} if previous is None else previous.components
        planned: dict[str, Component] = {}
        for part in self._planned():
            held = known.get(part.key)
            planned[part.key] = held if held is not None and held == part else part
        object.__setattr__(self, "components", planned)

    @cached_property
    def probes(self) -> dict[str, Probe]:
        """Every probe by key."""
        return {
            probe.key: probe for component in self.components.values() for probe in component.probes
        }

    @cached_property
    def sites_by_id(self) -> dict[str, Site]:
        return {site.id: site for site in self.sites}

    def without(self, site_ids: Collection[str]) -> "Fleet":
        """Return it without some sites; nothing is planned anew, all else are the same objects."""
        kept = replace(self, sites=(), nodes=())
        parts = {key: part for key, part in self.components.items() if part.site not in site_ids}
        object.__setattr__(kept, "sites", tuple(s for s in self.sites if s.id not in site_ids))
        object.__setattr__(kept, "nodes", self.nodes)
        object.__setattr__(kept, "components", parts)
        return kept

    def maintained(
        self, windows: tuple[MaintenanceWindow, ...], ended: Mapping[str, datetime]
    ) -> "Fleet":
        """Return it under other windows; nothing is planned anew, all else are the same objects."""
        other = copy(self)
        object.__setattr__(other, "maintenance", windows)
        object.__setattr__(other, "ended", ended)
        return other

    def _planned(self) -> Iterator[Component]:
        for site in self.sites:
            yield from _of_site(site, self.settings)
        for node in self.nodes:
            yield _of_node(node, self.settings)


def class_of(criticality: Criticality, site_type: SiteType, settings: Settings) -> JudgementClass:
    """Return the judgement class: by criticality first, then by the type of the site."""
    if criticality is Criticality.LIFE:
        return settings.classes.life
    if site_type is SiteType.HOSPITAL:
        return settings.classes.hospital
    return settings.classes.clinic


def primary_burst_s(site: Site, settings: Settings) -> float:
    """Return how long bursts of the best link last: what lies behind it cannot be judged faster."""
    known = [settings.bursts.of(link.medium) for link in site.links]
    return min(known, default=settings.bursts.fiber)


def _of_site(site: Site, settings: Settings) -> Iterator[Component]:
    burst_s = primary_burst_s(site, settings)
    yield _component(site, ComponentKind.SITE, site, (), Criticality.CLINICAL, burst_s, settings)
    for link in site.links:
        link_burst_s = settings.bursts.of(link.medium)
        yield _component(
            site,
            ComponentKind.LINK,
            link,
            link.probes,
            Criticality.CLINICAL,
            link_burst_s,
            settings,
        )
    for source in site.power:
        asked = (source.source,) if source.source is not None else ()
        yield _component(
            site, ComponentKind.POWER, source, asked, Criticality.CLINICAL, burst_s, settings
        )
    for area in site.areas:
        yield _component(
            site, ComponentKind.AREA, area, area.probes, area.criticality, burst_s, settings
        )
    for service in site.services:
        yield _component(
            site, ComponentKind.SERVICE, service, service.probes,
            Criticality.CLINICAL, burst_s, settings,
        )  # fmt: skip


def _component(
    site: Site,
    kind: ComponentKind,
    part: Site | Link | PowerSource | Area | Service,
    asked: tuple[AnyProbe, ...],
    criticality: Criticality,
    burst_s: float,
    settings: Settings,
) -> Component:
    key = site.id if kind is ComponentKind.SITE else f"{site.id}/{kind}/{part.id}"
    judgement = _patient(class_of(criticality, site.type, settings), site)
    return Component(
        key=key,
        kind=kind,
        site=site.id,
        id=part.id,
        name=part.name or part.id,
        criticality=criticality,
        judgement=judgement,
        burst_s=burst_s,
        probes=plan_probes(key, asked, judgement, explains=kind not in BEHIND_LINKS),
    )


def _of_node(node: Node, settings: Settings) -> Component:
    key = f"node/{node.id}"
    judgement = settings.classes.hospital
    return Component(
        key=key,
        kind=ComponentKind.NODE,
        site="",
        id=node.id,
        name=node.name or node.id,
        criticality=Criticality.CLINICAL,
        judgement=judgement,
        burst_s=settings.bursts.fiber,
        probes=plan_probes(key, node.probes, judgement),
    )


def _patient(judgement: JudgementClass, site: Site) -> JudgementClass:
    """Return the class for what lies behind satellites only: a round trip takes 0.6 s there."""
    if {link.medium for link in site.links} != {Medium.SATELLITE}:
        return judgement
    return judgement.model_copy(update={"timeout": None})


def _timed(settings: AnyProbe, judgement: JudgementClass) -> AnyProbe:
    """Return a ping with the timeout of its class, unless it says its own."""
    is_silent = settings.kind == "icmp" and "timeout" not in settings.model_fields_set
    if not is_silent or judgement.timeout is None:
        return settings
    return settings.model_copy(update={"timeout": judgement.timeout})


def plan_probes(
    component: str,
    asked: tuple[AnyProbe, ...],
    judgement: JudgementClass,
    *,
    explains: bool = True,
) -> tuple[Probe, ...]:
    """Name the probes of one component and give each its interval."""
    planned: list[Probe] = []
    taken: dict[str, int] = {}
    for written in asked:
        settings = _timed(written, judgement)
        name = base = settings.id or settings.kind
        while name in taken:
            taken[base] += 1
            name = f"{base}-{taken[base]}"
        taken[name] = 1
        interval_s = settings.interval or judgement.interval
        planned.append(
            Probe(
                key=f"{component}#{name}",
                component=component,
                settings=settings,
                interval_s=interval_s,
                reprobe_s=min(judgement.reprobe, interval_s),
                explains=explains,
            )
        )
    return tuple(planned)
