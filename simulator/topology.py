"""Which stretches lie between us and each address, as the world says and as the wire carries it.

A stretch is named by its key: `vantage`, `node/<id>`, `<site>`, `<site>/link/<id>`,
`<site>/link/<id>/address`, `<site>/area/<id>`, `<site>/service/<id>`, `anchor/<address>`.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from simulator.world import Site, World

VANTAGE = "vantage"


@dataclass(frozen=True, slots=True)
class Way:
    """How something is reached: over the first chain that carries, then through all of `last`."""

    chains: tuple[tuple[str, ...], ...]
    last: tuple[str, ...] = ()


def ways_of(world: World) -> dict[str, Way]:
    """Return how each component is reached: sites, links, areas, services, nodes, anchors."""
    ways = {VANTAGE: Way(((VANTAGE,),))}
    ways |= {f"node/{node.id}": Way((_above(world, node.id),)) for node in world.nodes}
    ways |= {f"anchor/{address}": Way(((VANTAGE,),), (f"anchor/{address}",))
             for address in world.anchors}  # fmt: skip
    for site in world.sites:
        ways.update(_of_site(world, site))
    return ways


def _above(world: World, node_id: str | None) -> tuple[str, ...]:
    return (VANTAGE, *(f"node/{above}" for above in world.ancestry(node_id)))


def _of_site(world: World, site: Site) -> Iterator[tuple[str, Way]]:
    chains = {
        link.id: (*_above(world, link.node), f"{site.id}/link/{link.id}")
        for link in site.ordered_links
    }
    anyhow = tuple(chains.values())
    yield site.id, Way(anyhow, (site.id,))
    for link_id, chain in chains.items():
        key = f"{site.id}/link/{link_id}"
        yield key, Way((chain,), (site.id, f"{key}/address"))
    for part in (*(f"area/{area.id}" for area in site.areas),
                 *(f"service/{service.id}" for service in site.services)):  # fmt: skip
        yield f"{site.id}/{part}", Way(anyhow, (site.id, f"{site.id}/{part}"))


def wire_form(world: World) -> dict[str, object]:
    """Return what the path process needs: addresses with their ways, chains written once."""
    ways = ways_of(world)
    numbers: dict[tuple[str, ...], int] = {}
    routes = []
    for address, stretch in world.addresses():
        way = ways[stretch.removesuffix("/address")]
        chains = [numbers.setdefault(chain, len(numbers)) for chain in way.chains]
        routes.append([str(address), chains, list(way.last)])
    return {"seed": world.seed, "chains": [list(chain) for chain in numbers], "routes": routes}
