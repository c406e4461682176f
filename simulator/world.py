"""The simulated world as a file describes it: nodes, sites, their parts, and a timeline."""

import zlib
from collections.abc import Iterator
from ipaddress import IPv4Address
from typing import Literal, Self

from pydantic import Field, PrivateAttr, model_validator

from simulator.action import Stretch, TimelineEntry
from simulator.equipment import Power
from simulator.impairment import CLEAR, Impairment
from simulator.model import Address, Duration, Model, Slug

_RESERVED = frozenset({"node", "anchor", "vantage", "timeline"})


class Node(Model):
    """What links share upstream. It may have an address of its own that answers."""

    id: Slug
    parent: Slug | None = None
    address: Address | None = None


class Link(Model):
    """A path from a site to the network; `address` is its router there."""

    id: Slug
    address: Address
    node: Slug | None = None
    role: Literal["primary", "backup"] = "primary"
    impairment: Impairment = CLEAR


class Area(Model):
    """A part of a site, reached over whichever of its links carries."""

    id: Slug
    address: Address


class Service(Model):
    """An HTTP service at a site: `http://<address>/health` answers `status` after `latency`."""

    id: Slug
    address: Address
    status: int = Field(200, ge=200, le=599)
    latency: Duration = 0.0


class Site(Model):
    """A clinic or hospital. `feeder` names the mains it shares with others."""

    id: Slug
    clues: str | None = Field(None, pattern=r"^[A-Z]{5}\d{6}$")
    feeder: Slug | None = None
    links: tuple[Link, ...] = Field(min_length=1, max_length=8)
    areas: tuple[Area, ...] = ()
    services: tuple[Service, ...] = ()
    power: Power = Power()

    @property
    def registry_key(self) -> str:
        """Return its CLUES, or a well-formed one that no establishment has (institution `SIM`)."""
        return self.clues or f"BCSIM{zlib.crc32(self.id.encode()) % 1_000_000:06d}"

    @property
    def ordered_links(self) -> tuple[Link, ...]:
        """Return the primary links, then the backups: the order in which they are tried."""
        return tuple(sorted(self.links, key=lambda link: link.role == "backup"))

    @property
    def loads(self) -> tuple[str, ...]:
        """Return what needs power, as component paths."""
        return (
            *(f"link/{link.id}" for link in self.links),
            *(f"area/{area.id}" for area in self.areas),
            *(f"service/{service.id}" for service in self.services),
        )

    def fed(self, feeds: tuple[str, ...]) -> frozenset[str]:
        """Return the component paths that `feeds` names; everything if it names nothing.

        Raises:
            ValueError: it names nothing here, or two things.

        """
        known = (*self.loads, *(f"power/{unit}" for unit in self.power.units))
        if not feeds:
            return frozenset(known)
        return frozenset(_one_of(known, name, self.id) for name in feeds)

    @model_validator(mode="after")
    def _parts_agree(self) -> Self:
        if self.id in _RESERVED:
            raise ValueError(f"a site cannot be called `{self.id}`")
        for name, ids in (
            ("links", [link.id for link in self.links]),
            ("areas", [area.id for area in self.areas]),
            ("services", [service.id for service in self.services]),
            ("power units", list(self.power.units)),
        ):
            if (twice := _repeated(ids)) is not None:
                raise ValueError(f"site `{self.id}` has two {name} called `{twice}`")
        sources = (*self.power.ups, self.power.generator)
        for source in sources:
            if source is not None:
                self.fed(source.feeds)
        return self


class World(Model):
    """Everything there is, and what happens to it."""

    seed: int = 1
    time_scale: float = Field(1.0, ge=0.01, le=10_000, description="How much faster power lives.")
    tcp_ports: tuple[int, ...] = Field((80, 443), min_length=1, max_length=32)
    anchors: tuple[Address, ...] = ()
    nodes: tuple[Node, ...] = ()
    sites: tuple[Site, ...]
    timeline: tuple[TimelineEntry, ...] = ()

    _sites: dict[str, Site] = PrivateAttr(default_factory=dict)
    _nodes: dict[str, Node] = PrivateAttr(default_factory=dict)
    _owners: dict[IPv4Address, str] = PrivateAttr(default_factory=dict)

    def model_post_init(self, _context: object) -> None:
        """Index by id and by address."""
        self._sites.update((site.id, site) for site in self.sites)
        self._nodes.update((node.id, node) for node in self.nodes)
        self._owners.update(self.addresses())

    @model_validator(mode="after")
    def _everything_named_exists(self) -> Self:
        problems = [*self._identity_problems(), *self._reference_problems()]
        for number, entry in enumerate(self.timeline):
            problem = self.problem_of(entry.action)
            problems += [f"timeline.{number}: {problem}"] if problem else []
        if problems:
            raise ValueError("; ".join(problems[:20]))
        return self

    def site(self, site_id: str) -> Site | None:
        """Return the site of that id."""
        return self._sites.get(site_id)

    def node(self, node_id: str) -> Node | None:
        """Return the node of that id."""
        return self._nodes.get(node_id)

    def ancestry(self, node_id: str | None) -> tuple[str, ...]:
        """Return a node and all above it, the topmost first."""
        upward: list[str] = []
        while node_id is not None:
            upward.append(node_id)
            node_id = self._nodes[node_id].parent
        return tuple(reversed(upward))

    def addresses(self) -> Iterator[tuple[IPv4Address, str]]:
        """Yield every address that answers, with the stretch that ends at it.

        A link's address is its router's: a stretch beyond the link itself.
        """
        yield from ((anchor, f"anchor/{anchor}") for anchor in self.anchors)
        yield from ((node.address, f"node/{node.id}") for node in self.nodes if node.address)
        for site in self.sites:
            yield from ((link.address, f"{site.id}/link/{link.id}/address") for link in site.links)
            yield from ((area.address, f"{site.id}/area/{area.id}") for area in site.areas)
            yield from ((one.address, f"{site.id}/service/{one.id}") for one in site.services)

    def owner(self, address: IPv4Address) -> str | None:
        """Return the stretch that ends at an address."""
        return self._owners.get(address)

    def problem_of(self, action: Model) -> str | None:
        """Return what an action names that does not exist, or None."""
        site_id = getattr(action, "site", None)
        if site_id is not None:
            return self._site_problem(action, site_id)
        if isinstance(action, Stretch):
            if action.node is not None and action.node not in self._nodes:
                return f"no node is called `{action.node}`"
            if action.address is not None and action.address not in self._owners:
                return f"nobody has the address {action.address}"
        feeder = getattr(action, "feeder", None)
        if feeder is not None and all(site.feeder != feeder for site in self.sites):
            return f"no site has the feeder `{feeder}`"
        return None

    def _site_problem(self, action: Model, site_id: str) -> str | None:
        site = self._sites.get(site_id)
        if site is None:
            return f"no site is called `{site_id}`"
        for kind, parts in (
            ("link", [link.id for link in site.links]),
            ("area", [area.id for area in site.areas]),
            ("service", [service.id for service in site.services]),
            ("unit", _units_for(action, site)),
        ):
            named = getattr(action, kind, None)
            if named is not None and named not in parts:
                return f"site `{site_id}` has no {kind} `{named}`"
        if getattr(action, "do", "") == "generator" and site.power.generator is None:
            return f"site `{site_id}` has no generator"
        return None

    def _identity_problems(self) -> Iterator[str]:
        for name, ids in (
            ("sites", [site.id for site in self.sites]),
            ("nodes", [node.id for node in self.nodes]),
            ("owners", [str(address) for address, _ in self.addresses()]),
        ):
            if (twice := _repeated(ids)) is not None:
                yield f"two {name} have `{twice}`"

    def _reference_problems(self) -> Iterator[str]:
        for node in self.nodes:
            if node.parent is not None and node.parent not in self._nodes:
                yield f"node `{node.id}`: no node is called `{node.parent}`"
        yield from self._circles()
        for site in self.sites:
            for link in site.links:
                if link.node is not None and link.node not in self._nodes:
                    yield f"site `{site.id}`, link `{link.id}`: no node is called `{link.node}`"

    def _circles(self) -> Iterator[str]:
        for start in self.nodes:
            above, steps = start.parent, 0
            while above in self._nodes and steps <= len(self.nodes):
                above, steps = self._nodes[above].parent, steps + 1
            if steps > len(self.nodes):
                yield f"node `{start.id}` is above itself"


def _units_for(action: Model, site: Site) -> list[str]:
    do = getattr(action, "do", "")
    units = site.power.isolation if do == "isolation" else site.power.ups
    return [unit.id for unit in units]


def _repeated(ids: list[str]) -> str | None:
    return (
        next((one for one in ids if ids.count(one) > 1), None) if len(set(ids)) < len(ids) else None
    )


def _one_of(known: tuple[str, ...], name: str, site: str) -> str:
    found = [path for path in known if name in (path, path.partition("/")[2])]
    if len(found) != 1:
        what = "nothing" if not found else f"both {' and '.join(found)}"
        raise ValueError(f"site `{site}`: feeds `{name}`, which is {what} there")
    return found[0]
