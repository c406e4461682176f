"""Whole worlds made from little: from a count, or from a list of site ids and types.

The same arguments make the same world, so a site list for a monitor can be written from the
`Site` values returned here and will fit the simulator that runs them.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from simulator.action import TimelineEntry
from simulator.allocation import addresses_of, anchor_address, node_address
from simulator.equipment import Generator, IsolationPanel, Power, TransferSwitch, Ups
from simulator.impairment import Impairment
from simulator.world import Area, Link, Node, Service, Site, World

SiteType = Literal["hospital", "clinic", "mobile", "office"]
HOSPITAL_AREAS = ("uci", "urgencias", "quirofano", "tococirugia", "imagenologia", "laboratorio")
SITES_PER_NODE = 24
_HOSPITAL_EVERY = 12
_MOBILE_EVERY = 20

FIBER = Impairment(delay=0.012, jitter=0.002)
LTE = Impairment(delay=0.045, jitter=0.015)
SATELLITE = Impairment(delay=0.060, jitter=0.020, loss=0.01, burst=2.0)


def plan_site(
    site_id: str, kind: SiteType, index: int, *, node: str | None = None,
    clues: str | None = None, feeder: str | None = None,
) -> Site:  # fmt: skip
    """Return the site of that index as its type is usually equipped.

    A hospital has fibre (`cfe`) and a backup (`lte`), six areas, `expediente`, a UPS for the
    UCI (`ups-uci`), one for its network (`ups-site`), a generator (`planta`) behind a transfer
    switch (`transferencia`), and an isolation panel (`panel-quirofano`). A clinic or office has
    fibre, `expediente` and `ups-site`; a mobile unit a satellite link and no power to speak of.
    """
    shared = {"id": site_id, "clues": clues, "feeder": feeder}
    address = addresses_of(index)
    primary = Link(
        id="sat" if kind == "mobile" else "cfe", address=address.link(0), node=node,
        impairment=SATELLITE if kind == "mobile" else FIBER,
    )  # fmt: skip
    if kind == "mobile":
        return Site(**shared, links=(primary,))
    services = (Service(id="expediente", address=address.service(0)),)
    if kind != "hospital":
        power = Power(ups=(Ups(id="ups-site", runtime=900.0, load=0.3),))
        return Site(**shared, links=(primary,), services=services, power=power)
    backup = Link(id="lte", address=address.link(1), role="backup", impairment=LTE)
    areas = tuple(Area(id=area, address=address.area(n)) for n, area in enumerate(HOSPITAL_AREAS))
    return Site(
        **shared, links=(primary, backup), areas=areas, services=services,
        power=hospital_power(),
    )  # fmt: skip


def hospital_power() -> Power:
    """Return the power of a usual hospital: everything is behind a UPS and the generator."""
    network = tuple(f"area/{area}" for area in HOSPITAL_AREAS if area != "uci")
    return Power(
        ups=(
            Ups(id="ups-uci", feeds=("area/uci",), runtime=1800.0, load=0.35),
            Ups(
                id="ups-site", feeds=("link/cfe", "link/lte", "service/expediente", *network),
                runtime=1200.0,
            ),
        ),
        generator=Generator(id="planta"),
        transfer_switch=TransferSwitch(id="transferencia"),
        isolation=(IsolationPanel(id="panel-quirofano"),),
    )  # fmt: skip


def world_of(
    sites: Sequence[tuple[str, SiteType]], *, seed: int = 1, time_scale: float = 1.0,
    timeline: Sequence[TimelineEntry] = (), clues: Mapping[str, str] | None = None,
) -> World:  # fmt: skip
    """Return a world of these sites, in this order: the first has index 0.

    Every 24 sites share a node `pop-<n>` with an address, under `core`, and a feeder
    `feeder-<n>`. There is one anchor. `clues` gives sites their real keys, by site id.
    """
    pops = [f"pop-{number}" for number in range(-(-len(sites) // SITES_PER_NODE))]
    return World(
        seed=seed,
        time_scale=time_scale,
        anchors=(anchor_address(0),),
        nodes=(
            Node(id="core", address=node_address(0)),
            *_pops(pops),
        ),
        sites=tuple(
            plan_site(
                site_id, kind, index, node=pops[index // SITES_PER_NODE],
                feeder=f"feeder-{index // SITES_PER_NODE}", clues=(clues or {}).get(site_id),
            )
            for index, (site_id, kind) in enumerate(sites)
        ),
        timeline=tuple(timeline),
    )  # fmt: skip


def _pops(names: Sequence[str]) -> Iterator[Node]:
    for number, name in enumerate(names, 1):
        yield Node(id=name, parent="core", address=node_address(number))


def synthetic_world(count: int, *, seed: int = 1, time_scale: float = 1.0) -> World:
    """Return a world of `count` made-up sites: about a hospital in 12, a mobile unit in 20."""
    rng = random.Random(seed)  # noqa: S311 - a simulation, repeatable
    kinds = [_kind_of(rng) for _ in range(count)]
    named: list[tuple[str, SiteType]] = [(f"{kind}-{n}", kind) for n, kind in enumerate(kinds)]
    return world_of(named, seed=seed, time_scale=time_scale)


def _kind_of(rng: random.Random) -> SiteType:
    if rng.randrange(_HOSPITAL_EVERY) == 0:
        return "hospital"
    return "mobile" if rng.randrange(_MOBILE_EVERY) == 0 else "clinic"
