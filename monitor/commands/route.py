"""Where a ping that failed comes to an end: the routers on the way, as far as they answer."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import icmplib

MAX_HOPS = 20
SILENT_HOPS = 3
"""After so many routers in a row without an answer there is no more to learn."""
HOP_TIMEOUT_S = 1.0

Traceroute = Callable[..., list[Any]]


class TraceError(Exception):
    """There is no route to show; the text says why."""


@dataclass(frozen=True, slots=True)
class Hop:
    """One router, or the target itself. `address` is None where nobody answered."""

    distance: int
    address: str | None
    rtt_s: float | None


def trace(target: str, traceroute: Traceroute = icmplib.traceroute) -> Iterator[Hop]:
    """Yield the hops towards an address: at most 20, and 3 silent ones in a row. Blocking.

    Raises:
        TraceError: it is not permitted (it needs a raw socket), or there is no way to send.

    """
    silent, before = 0, None
    for distance in range(1, MAX_HOPS + 1):
        hop = _ask(target, distance, traceroute)
        if hop.address is not None and hop.address == before:
            return  # a router that says "unreachable" says so at every distance
        yield hop
        silent = silent + 1 if hop.address is None else 0
        before = hop.address or before
        if hop.address == target or silent >= SILENT_HOPS:
            return


def _ask(target: str, distance: int, traceroute: Traceroute) -> Hop:
    try:
        hops = traceroute(
            target, count=1, interval=0, timeout=HOP_TIMEOUT_S,
            first_hop=distance, max_hops=distance,
        )  # fmt: skip
    except icmplib.SocketPermissionError as error:
        raise TraceError("a trace needs CAP_NET_RAW (run as root)") from error
    except icmplib.ICMPLibError as error:
        raise TraceError(str(error)) from error
    if not hops:
        return Hop(distance, None, None)
    return Hop(distance, str(hops[0].address), float(hops[0].avg_rtt) / 1000)


def ending(hops: Sequence[Hop], target: str) -> str:
    """Return what the hops mean."""
    answered = [hop for hop in hops if hop.address is not None]
    if not answered:
        return "No router on the way answers: where it ends cannot be seen from here."
    last = answered[-1]
    if last.address == target:
        return "The trace reaches it: it answers ping now."
    return (
        f"The last that answers is {last.address}, hop {last.distance}: look there and behind it."
    )
