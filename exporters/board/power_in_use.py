"""What feeds an area now, as far as its power sources say: a plain function of their last words."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from config.site import PowerKind, PowerSource
from exporters.board.picture import PowerSeen
from probes.reading import Mains, UnitState

_RUNS = frozenset({UnitState.RUNNING, UnitState.COOLDOWN})


class InUse(StrEnum):
    """By how long it may last, the shortest first."""

    BATTERY = "from_battery"
    GENERATOR = "from_generator"
    MAINS = "from_mains"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Supply:
    """`runtime_s` is the least that a UPS says; None where none says any."""

    in_use: InUse
    runtime_s: float | None
    has_ups: bool
    has_generator: bool


def supply_of(sources: Iterable[tuple[PowerSource, PowerSeen | None]]) -> Supply:
    """Return what the sources of one area tell together. A silent one tells nothing.

    A battery in use outweighs all: it is what will end. A transfer switch on emergency is the
    generator, and so is one that runs while the mains are not there.
    """
    told = list(sources)
    heard = [(source, seen) for source, seen in told if seen is not None and seen.answers]
    runtimes = [
        seen.figures.runtime_s for source, seen in heard
        if source.kind is PowerKind.UPS and seen.figures.runtime_s is not None
    ]  # fmt: skip
    kinds = {source.kind for source, _ in told}
    return Supply(
        in_use=_in_use(heard),
        runtime_s=min(runtimes, default=None),
        has_ups=PowerKind.UPS in kinds,
        has_generator=PowerKind.GENERATOR in kinds,
    )


def _in_use(heard: list[tuple[PowerSource, PowerSeen]]) -> InUse:
    if any(seen.on_battery for _, seen in heard):
        return InUse.BATTERY
    transferred = any(seen.figures.state is UnitState.EMERGENCY for _, seen in heard)
    runs = any(s.kind is PowerKind.GENERATOR and seen.figures.state in _RUNS for s, seen in heard)
    mains = {seen.figures.mains for _, seen in heard}
    if transferred or (runs and Mains.ABSENT in mains):
        return InUse.GENERATOR
    return InUse.MAINS if mains - {Mains.UNKNOWN} == {Mains.PRESENT} else InUse.UNKNOWN
