"""Who may fall together: the links below each node, and below each municipality and state."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from config.area import Criticality
from config.component import Component, ComponentKind
from config.fleet import Fleet
from config.site import Node, NodeKind, Site
from config.slug import slug
from config.state import STATES
from monitor.vocabulary import Confidence

FEWEST_SITES = 4
"""A municipality or state with fewer sites without a node is no group."""
_MUNICIPALITY_NATS, _STATE_NATS = 7.0, 9.0
"""Guesses pay for being guesses: one municipality in a thousand hangs on one thing."""
_LEVEL_NATS = 3.0
"""How much likelier a higher node must be than one of those below it."""


@dataclass(frozen=True, slots=True)
class Group:
    """`children` are keys of links, `above` those of groups that it hangs on itself.

    `guess_nats` is the price of not being configured (0 where it is), `height_nats` that of being
    an explanation for more than a smaller group would explain.
    """

    component: Component
    children: tuple[str, ...]
    above: tuple[str, ...] = ()
    guess_nats: float = 0.0
    height_nats: float = 0.0
    confidence: Confidence = Confidence.HIGH

    @property
    def key(self) -> str:
        return self.component.key

    @property
    def is_guess(self) -> bool:
        return self.guess_nats > 0


@dataclass(frozen=True, slots=True)
class Groups:
    """All of a fleet. `of` names the groups of each link, the smallest first; `below` those that
    hang directly on each; `feeders` the sites that each brings power to.
    """

    by_key: dict[str, Group] = field(default_factory=dict)
    of: dict[str, tuple[str, ...]] = field(default_factory=dict)
    feeders: dict[str, tuple[str, ...]] = field(default_factory=dict)
    below: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def within(cls, fleet: Fleet) -> "Groups":
        """Return the groups of a fleet, in time proportional to its size."""
        found = [*_of_nodes(fleet)]
        if fleet.settings.topology.regions:
            found += _of_regions(fleet)
        of: dict[str, list[str]] = {}
        for group in sorted(found, key=lambda group: (len(group.children), group.height_nats)):
            for child in group.children:
                of.setdefault(child, []).append(group.key)
        return cls(
            {group.key: group for group in found},
            {child: tuple(groups) for child, groups in of.items()},
            _sites_by_feeder(fleet),
            {
                above.key: tuple(one.key for one in found if above.key in one.above)
                for above in found
            },
        )

    def above(self, key: str) -> frozenset[str]:
        """Return all groups that one hangs on, directly or not."""
        return _all_from(key, lambda one: self.by_key[one].above)

    def all_below(self, key: str) -> frozenset[str]:
        """Return all groups that hang on one, directly or not."""
        return _all_from(key, lambda one: self.below[one])


def _all_from(key: str, following: Callable[[str], tuple[str, ...]]) -> frozenset[str]:
    found, waiting = set[str](), [key]
    while waiting:
        fresh = [one for one in following(waiting.pop()) if one not in found]
        found.update(fresh)
        waiting += fresh
    return frozenset(found)


def node_key(node: str) -> str:
    return f"{ComponentKind.NODE}/{node}"


def link_key(site: str, link: str) -> str:
    return f"{site}/{ComponentKind.LINK}/{link}"


def _sites_by_feeder(fleet: Fleet) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for site in fleet.sites:
        if site.feeder is not None:
            found.setdefault(node_key(site.feeder), []).append(site.id)
    return {feeder: tuple(sites) for feeder, sites in found.items()}


def _of_nodes(fleet: Fleet) -> Iterator[Group]:
    nodes = {node.id: node for node in fleet.nodes if node.kind is not NodeKind.FEEDER}
    below: dict[str, dict[str, None]] = {name: {} for name in nodes}
    for site in fleet.sites:
        for link in site.links:
            for name in _upwards(link.node, nodes) if link.probes else ():
                below[name][link_key(site.id, link.id)] = None
    for node in nodes.values():
        yield Group(
            fleet.components[node_key(node.id)],
            tuple(below[node.id]),
            tuple(node_key(parent) for parent in node.parent if parent in nodes),
            height_nats=_LEVEL_NATS * _height(node.id, nodes, below),
        )


def _upwards(named: Iterable[str], nodes: dict[str, Node]) -> Iterator[str]:
    """Yield nodes and all that they hang on, each once, however many ways lead up to it."""
    waiting, seen = [name for name in named if name in nodes], set[str]()
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting += [parent for parent in nodes[name].parent if parent in nodes]
            yield name


def _height(top: str, nodes: dict[str, Node], below: dict[str, dict[str, None]]) -> int:
    """Return how many levels of smaller groups lie below a node; one as large is no level."""
    height, level = 0, {top}
    for _ in nodes:
        level = {
            name
            for name, node in nodes.items()
            if not level.isdisjoint(node.parent) and len(below[name]) < len(below[top])
        }
        if not level:
            break
        height += 1
    return height


def _of_regions(fleet: Fleet) -> Iterator[Group]:
    """Yield the municipalities and states of links that hang on no node we know of."""
    towns: dict[tuple[str, str], list[Site]] = {}
    states: dict[str, list[Site]] = {}
    for site in fleet.sites:
        if site.state is None or not any(_loose(site)):
            continue
        states.setdefault(site.state, []).append(site)
        if site.municipality is not None:
            towns.setdefault((site.state, slug(site.municipality)), []).append(site)
    for (state, town), sites in towns.items():
        if len(sites) >= FEWEST_SITES and len(sites) < len(states[state]):
            name = f"{sites[0].municipality}, {STATES[state].name}"
            yield _region(f"region/{state}/{town}", name, sites, Confidence.MEDIUM, fleet)
    for state, sites in states.items():
        if len(sites) >= FEWEST_SITES:
            yield _region(f"region/{state}", STATES[state].name, sites, Confidence.LOW, fleet)


def _region(key: str, name: str, sites: list[Site], confidence: Confidence, fleet: Fleet) -> Group:
    settings = fleet.settings
    component = Component(
        key=key, kind=ComponentKind.NODE, site="", id=key.rpartition("/")[2], name=name,
        criticality=Criticality.CLINICAL, judgement=settings.classes.clinic,
        burst_s=settings.bursts.fiber, probes=(),
    )  # fmt: skip
    is_town = confidence is Confidence.MEDIUM
    return Group(
        component,
        tuple(child for site in sites for child in _loose(site)),
        guess_nats=_MUNICIPALITY_NATS if is_town else _STATE_NATS,
        height_nats=0.0 if is_town else _LEVEL_NATS,
        confidence=confidence,
    )


def _loose(site: Site) -> Iterator[str]:
    return (link_key(site.id, link.id) for link in site.links if link.probes and not link.node)
