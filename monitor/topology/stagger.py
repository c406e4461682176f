"""When siblings are asked: in turns, so that a cut of what they share is met soon."""

from hashlib import blake2b

from config.component import Probe
from config.fleet import Fleet
from monitor.topology.group import Groups


def phases(groups: Groups, fleet: Fleet) -> dict[str, float]:
    """Return the place of probes in their interval, 0 to below 1, for links that share something.

    The children of the smallest group share their interval evenly: of ten asked every 30 s, one
    is asked every 3 s. By a hash, the longest gap among them would be 11 s now and again.
    """
    turns: dict[tuple[str, float], list[Probe]] = {}
    for link in groups.of:
        for probe in fleet.components[link].probes[:1]:
            turns.setdefault((groups.of[link][0], probe.interval_s), []).append(probe)
    return {
        probe.key: (_offset(key) + place / len(probes)) % 1.0
        for (key, _), probes in turns.items()
        for place, probe in enumerate(probes)
    }


def _offset(key: str) -> float:
    """Return a place from a name: groups do not all begin together, nor anew at each start."""
    return int.from_bytes(blake2b(key.encode(), digest_size=4).digest(), "big") / 2**32
