"""A sparkline: the last day of a link as a line of its times; what it lost hangs from above."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from exporters.board.rings import SLOTS, Ring, Slot

HEIGHT = 40
_LEAST = 2


@dataclass(frozen=True, slots=True)
class Loss:
    """One slot that lost something; `height` is of HEIGHT for all that was sent."""

    x: int
    height: float


@dataclass(frozen=True, slots=True)
class Spark:
    """`paths` are lines without what nobody measured. Figures are None where nothing answered."""

    link: str
    kind: str
    paths: tuple[str, ...]
    losses: tuple[Loss, ...]
    now_s: float | None
    least_s: float | None
    most_s: float | None
    loss_ratio: float
    worst_loss_ratio: float


def spark_of(link: str, ring: Ring, at_s: float) -> Spark | None:
    """Return the last day of a link; None where nothing was measured in it."""
    slots = list(ring.slots(at_s))
    times = [slot.took_s for slot in slots if slot.took_s is not None]
    losses = [slot.loss_ratio for slot in slots if slot.loss_ratio is not None]
    if not losses:
        return None
    most_s = max(times, default=None)
    return Spark(
        link=link,
        kind=ring.kind,
        paths=tuple(_paths(slots, most_s or 1.0)),
        losses=tuple(
            Loss(x, round(max(_LEAST, slot.loss_ratio * HEIGHT), 1))
            for x, slot in enumerate(slots)
            if slot.loss_ratio
        ),
        now_s=slots[-1].took_s,
        least_s=min(times, default=None),
        most_s=most_s,
        loss_ratio=sum(losses) / len(losses),
        worst_loss_ratio=max(losses),
    )


def _paths(slots: Sequence[Slot], most_s: float) -> list[str]:
    """Return a path for each row of slots that answered; one alone is a short line."""
    told = []
    for measured, row in groupby(range(SLOTS), lambda x: slots[x].took_s is not None):
        if not measured:
            continue
        points = [(x, HEIGHT - 1 - (HEIGHT - 3) * (slots[x].took_s or 0) / most_s) for x in row]
        points.append((points[-1][0] + 1, points[-1][1]))
        told.append("M" + "L".join(f"{x} {y:.1f}" for x, y in points))
    return told
