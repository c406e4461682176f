"""How far out an address lies: a redirect may lead outwards or stay level, never inwards.

A site's server must not be able to make this daemon, which stands inside the hospitals'
networks, call on something that its operator never named.
"""

import ipaddress
from enum import IntEnum


class Reach(IntEnum):
    """From the whole Internet inwards. SPECIAL is nobody's web server."""

    GLOBAL = 0
    PRIVATE = 1
    LOOPBACK = 2
    SPECIAL = 3


def reach_of(host: str) -> Reach:
    """Return where a literal address lies.

    >>> reach_of("169.254.169.254")
    <Reach.SPECIAL: 3>
    """
    address = ipaddress.ip_address(host)
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    if address.is_loopback:
        return Reach.LOOPBACK
    if address.is_link_local or address.is_multicast or address.is_unspecified:
        return Reach.SPECIAL
    return Reach.GLOBAL if address.is_global else Reach.PRIVATE


def may_lead(origin: str, target: str) -> bool:
    """Tell whether an answer from `origin` may send us to `target`; both literal addresses."""
    inwards = reach_of(target)
    return inwards is not Reach.SPECIAL and inwards <= reach_of(origin)
