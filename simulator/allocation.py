"""Which address is whose: one /27 per site, the same for the same index for ever.

Site `i` owns `127.64.0.0 + 32 * i`: its links at .1 to .4, its services at .5 to .9, its areas
at .10 to .30. Nodes and anchors live at the top of 127.64.0.0/12.
"""

from dataclasses import dataclass
from ipaddress import IPv4Address

from simulator.model import NETWORK

SITE_ADDRESSES = 32
MOST_SITES = 32_640
"""What fits below the addresses of nodes and anchors."""
_LINKS, _SERVICES, _AREAS, _NODES = 1, 5, 10, 4000
_ANCHORS_FROM = NETWORK.network_address + (NETWORK.num_addresses - 96)
_NODES_FROM = NETWORK.network_address + MOST_SITES * SITE_ADDRESSES


@dataclass(frozen=True, slots=True)
class SiteAddresses:
    """The addresses of one site."""

    base: IPv4Address

    def link(self, number: int) -> IPv4Address:
        """Return the router of link `number`, 0 to 3: .1 is the first link."""
        return self.base + (_LINKS + _checked(number, _SERVICES - _LINKS, "links"))

    def service(self, number: int) -> IPv4Address:
        """Return service `number`, 0 to 4: from .5."""
        return self.base + (_SERVICES + _checked(number, _AREAS - _SERVICES, "services"))

    def area(self, number: int) -> IPv4Address:
        """Return area `number`, 0 to 20: from .10."""
        return self.base + (_AREAS + _checked(number, SITE_ADDRESSES - 1 - _AREAS, "areas"))


def allocate(index: int) -> IPv4Address:
    """Return the base address of site `index`: 0 is 127.64.0.0, 1 is 127.64.0.32, and so on.

    Raises:
        ValueError: there are only addresses for sites 0 to 32,639.

    """
    return NETWORK.network_address + SITE_ADDRESSES * _checked(index, MOST_SITES, "sites")


def addresses_of(index: int) -> SiteAddresses:
    """Return the addresses of site `index`."""
    return SiteAddresses(allocate(index))


def node_address(index: int) -> IPv4Address:
    """Return the address of node `index`, 0 to 3999."""
    return _NODES_FROM + _checked(index, _NODES, "nodes")


def anchor_address(index: int) -> IPv4Address:
    """Return the address of anchor `index`, 0 to 94."""
    return _ANCHORS_FROM + _checked(index, 95, "anchors")


def _checked(number: int, most: int, what: str) -> int:
    if not 0 <= number < most:
        raise ValueError(f"{what} are numbered 0 to {most - 1}, not {number}")
    return number
