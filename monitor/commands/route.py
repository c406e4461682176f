"""What a trace means, for who asked for it on the command line."""

from collections.abc import Sequence

from probes.route import Hop


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
