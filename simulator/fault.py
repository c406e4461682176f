"""Why a component cannot be reached or does not work: the truth that verdicts are held against."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from simulator.impairment import CLEAR, Impairment
from simulator.reach import Reach
from simulator.topology import VANTAGE, Way


class Cause(StrEnum):
    """What is truly to blame."""

    POWER = "power"
    LINK = "link"
    NODE = "node"
    AREA_NETWORK = "area_network"
    SERVICE = "service"
    ADDRESS = "address"
    VANTAGE = "vantage"


@dataclass(frozen=True, slots=True)
class Fault:
    """`root` is the stretch, or the power unit, that broke: `<site>/link/cfe`, `<site>/mains`."""

    cause: Cause
    root: str


@dataclass(slots=True)
class Condition:
    """How one stretch is: what was done to it, whether it has power, how well it carries."""

    cut: Reach = Reach.UP
    dark_by: str | None = None
    failing: bool = False
    filters_icmp: bool = False
    impairment: Impairment = CLEAR
    flap: int = 0

    def on_the_wire(self) -> dict[str, object]:
        """Return what the path process must know of it."""
        dark = self.dark_by is not None
        impairment = None if self.impairment.is_clear else self.impairment.model_dump()
        return {
            "state": Reach.DOWN if dark else self.cut,
            "filters_icmp": self.filters_icmp,
            "impairment": impairment,
        }

    def faults(self, key: str) -> Iterator[Fault]:
        """Yield what is wrong with it."""
        if self.dark_by is not None:
            yield Fault(Cause.POWER, self.dark_by)
        if self.cut is not Reach.UP:
            yield Fault(cause_of(key), key)
        if self.failing:
            yield Fault(Cause.SERVICE, key)


def cause_of(key: str) -> Cause:
    """Return what a cut of this stretch is called. A whole site that is cut off lost its link."""
    if key == VANTAGE:
        return Cause.VANTAGE
    if key.endswith("/address") or key.startswith("anchor/"):
        return Cause.ADDRESS
    parts = key.split("/")
    if parts[0] == "node":
        return Cause.NODE
    kind = parts[1] if len(parts) > 1 else "link"
    return {"area": Cause.AREA_NETWORK, "service": Cause.SERVICE}.get(kind, Cause.LINK)


def fault_of(way: Way, conditions: dict[str, Condition], before: Fault | None) -> Fault | None:
    """Return why something cannot be reached, or None.

    Of several reasons the one that was there before stays; else the first on the way counts.
    """
    broken = [list(_faults_along(chain, conditions)) for chain in way.chains]
    faults = [fault for chain in broken for fault in chain] if all(broken) else []
    faults += _faults_along(way.last, conditions)
    if before in faults:
        return before
    return faults[0] if faults else None


def _faults_along(keys: tuple[str, ...], conditions: dict[str, Condition]) -> Iterator[Fault]:
    for key in keys:
        condition = conditions.get(key)
        if condition is not None:
            yield from condition.faults(key)
