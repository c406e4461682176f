"""The fleet that the daemon is measured with: six probes a site, four of them ICMP, two HTTP.

Every probe asks a place of its own (an address, or a port of one), so that whoever listens on
the wire can tell which probe a packet belongs to.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from simulator.allocation import addresses_of, anchor_address, node_address
from simulator.equipment import Power, Ups
from simulator.fleet import FIBER
from simulator.world import Area, Link, Node, Service, Site, World

PROBES_PER_SITE = 6
HEALTH_PORT, POWER_PORT = 80, 8080
REGION = "region"
"""The node that an outage takes, and behind it the first `region` sites."""
ELSEWHERE = "elsewhere"
LISTEN = "127.0.0.1:9710"
_AREAS = ("consulta", "farmacia")

Place = tuple[str, int]
"""An address and a TCP port; port 0 is a ping."""


@dataclass(frozen=True, slots=True)
class FleetPlan:
    """How many sites, how often each probe runs, and how many sites one cut takes at once."""

    sites: int
    interval_s: float
    region: int

    @property
    def probes(self) -> int:
        return self.sites * PROBES_PER_SITE

    @property
    def probes_per_s(self) -> float:
        return self.probes / self.interval_s

    def __str__(self) -> str:
        return f"{self.sites:,} sites, {self.probes:,} probes every {self.interval_s:g} s"

    def world(self) -> World:
        """Return the fleet for the simulator."""
        return World(
            tcp_ports=(HEALTH_PORT, POWER_PORT),
            anchors=(anchor_address(0),),
            nodes=(
                Node(id=REGION, address=node_address(0)),
                Node(id=ELSEWHERE, address=node_address(1)),
            ),
            sites=tuple(
                _site(number, REGION if number < self.region else ELSEWHERE)
                for number in range(self.sites)
            ),
        )

    def places(self) -> Iterator[Place]:
        """Yield the place that each probe asks."""
        for number in range(self.sites):
            yield from _places(number)

    def write(self, folder: Path) -> Path:
        """Write the site list and the settings of the daemon; return the latter's path."""
        listed = [_listed(number) for number in range(self.sites)]
        (folder / "sites.yaml").write_text(yaml.dump({"sites": listed}, Dumper=_DUMPER))
        clinic = {"interval": f"{self.interval_s:g}s", "reprobe": "1s", "untried": "500ms"}
        settings = {
            "include": ["sites.yaml"],
            "listen": LISTEN,
            "state_dir": str(folder / "state"),
            "anchors": [str(anchor_address(0))],
            "classes": {"clinic": clinic},
            "response": {"reopen_within": "0s"},  # what is cut again is another incident
        }
        path = folder / "guardia.yaml"
        path.write_text(yaml.safe_dump(settings))
        return path


_DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def url_of(place: Place) -> str:
    """Return what an HTTP probe of a place asks."""
    address, port = place
    return f"http://{address}:{port}{'/power/ups-site' if port == POWER_PORT else '/health'}"


def site_id(number: int) -> str:
    return f"clinic-{number}"


def _site(number: int, node: str) -> Site:
    address = addresses_of(number)
    return Site(
        id=site_id(number),
        links=(Link(id="cfe", address=address.link(0), node=node, impairment=FIBER),),
        areas=tuple(Area(id=area, address=address.area(n)) for n, area in enumerate(_AREAS)),
        services=(Service(id="expediente", address=address.service(0)),),
        power=Power(ups=(Ups(id="ups-site"),)),
    )


def _places(number: int) -> tuple[Place, ...]:
    address = addresses_of(number)
    link = str(address.link(0))
    inner = [*(address.area(n) for n in range(len(_AREAS))), address.service(0)]
    pinged = [(str(one), 0) for one in inner]
    return ((link, 0), (link, HEALTH_PORT), (link, POWER_PORT), *pinged)


def _listed(number: int) -> dict[str, Any]:
    address = addresses_of(number)
    link = str(address.link(0))
    pings = [{"icmp": link}, {"http": url_of((link, HEALTH_PORT))}]
    power = {"http": url_of((link, POWER_PORT))}
    return {
        "id": site_id(number),
        "name": f"Clínica {number}",
        "links": [{"id": "cfe", "medium": "fiber", "probes": pings}],
        "power": [{"id": "ups-site", "kind": "ups", "source": power}],
        "areas": [
            {"id": area, "probes": [{"icmp": str(address.area(n))}]}
            for n, area in enumerate(_AREAS)
        ],
        "services": [{"id": "expediente", "probes": [{"icmp": str(address.service(0))}]}],
    }
