"""What a trace has shown, as an incident quotes it: who was the last to answer."""

from collections.abc import Iterator
from datetime import datetime

from config.fleet import Fleet
from config.probe import AnyProbe
from config.site import NodeKind
from monitor.events import Evidence
from monitor.vocabulary import Fact, Waypoint
from probes.resolve import Address, read_literal
from probes.route_tracer import Route, host_of


def route_line(
    route: Route, fleet: Fleet, site: str, gateway: str | None, at: datetime
) -> Evidence:
    """Return the line. `site` is the id of the site traced to, `gateway` our own."""
    last = route.last
    if last is None or last.address is None:
        return Evidence(at=at, fact=Fact.ROUTE_UNSEEN, figures={"target": route.target})
    figures: dict[str, float | str] = {"target": route.target, "hops": float(last.distance)}
    if route.reaches:
        return Evidence(at=at, fact=Fact.ROUTE_REACHES, figures=figures)
    figures["address"] = last.address
    known = {address: (place, name) for address, place, name in _known(fleet, site, gateway)}
    subject = ""
    for hop in reversed(route.hops[: last.distance]):
        if hop.address in known:
            place, subject = known[hop.address]
            figures |= {"place": place.value, "behind": float(last.distance - hop.distance)}
            break
    return Evidence(at=at, fact=Fact.ROUTE_ENDS, subject=subject, figures=figures)


def _known(fleet: Fleet, site: str, gateway: str | None) -> Iterator[tuple[str, Waypoint, str]]:
    """Yield whose address is whose, what speaks louder last."""
    here = fleet.sites_by_id.get(site)
    for link in here.links if here is not None else ():
        for host in _hosts(link.probes):
            yield host, Waypoint.LINK, link.name or link.id
    if gateway is not None:
        yield gateway, Waypoint.GATEWAY, ""
    for node in fleet.nodes:
        kind = Waypoint.POP if node.kind is NodeKind.POP else Waypoint.NODE
        for host in _hosts(node.probes):
            yield host, kind, node.name or node.id


def _hosts(asked: tuple[AnyProbe, ...]) -> Iterator[str]:
    """Yield the addresses that probes spell out, as the kernel writes them."""
    for settings in asked:
        literal = read_literal(host_of(settings), "any")
        if isinstance(literal, Address):
            yield literal.host
