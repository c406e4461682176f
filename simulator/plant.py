"""The power of one site, from the mains to each load: pure physics over a time that is given.

Nothing ticks: between events all charges are straight lines, and `next_due_s` says when the
next event comes, so that three thousand quiet sites cost nothing.
"""

import math
from dataclasses import dataclass

from simulator.equipment import Power, TransferSwitch
from simulator.generator import LiveGenerator
from simulator.transfer import LiveTransfer, Position
from simulator.ups import LiveUps
from simulator.world import Site

MAINS = "mains"
_MOST_EVENTS = 1000
_DIRECT = TransferSwitch(id="direct", transfer=0.0, retransfer=0.0)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """What happened to one unit (`mains`, or the id of a unit), and when."""

    at_s: float
    unit: str
    what: str


@dataclass(slots=True)
class Load:
    """Something that needs power, and works again only `boot` after it got it back."""

    sources: tuple[LiveUps, ...]
    on_essential: bool
    energised: bool = True
    ready_at_s: float = -math.inf
    dark_by: str = MAINS


class Plant:
    """`advance` moves time on; the setters change something at the present time."""

    def __init__(self, site: Site, power: Power, now_s: float = 0.0) -> None:
        self.power = power
        self.mains = power.mains
        self.ups = {unit.id: LiveUps(unit) for unit in power.ups}
        self.generator = LiveGenerator(power.generator) if power.generator else None
        self.transfer = LiveTransfer(power.transfer_switch or _DIRECT)
        self.hazard_milliamps = {one.id: one.hazard_milliamps for one in power.isolation}
        fed_by_ups = {unit.id: site.fed(unit.feeds) for unit in power.ups}
        essential = site.fed(power.generator.feeds) if power.generator else frozenset()
        self._ups_on_essential = {unit.id for unit in power.ups if f"power/{unit.id}" in essential}
        self.loads = {
            load: Load(
                tuple(live for unit, live in self.ups.items() if load in fed_by_ups[unit]),
                load in essential,
            )
            for load in site.loads
        }
        self._now_s = now_s
        self._happened: list[Occurrence] = []
        self._settle()
        for load in self.loads.values():
            load.ready_at_s = -math.inf
        self._happened.clear()

    def advance(self, now_s: float) -> list[Occurrence]:
        """Move on to `now_s`, through every event on the way; return what happened."""
        for _ in range(_MOST_EVENTS):
            due_s = self.next_due_s()
            if due_s > now_s:
                break
            self._flow(due_s)
            self._settle()
        self._flow(max(now_s, self._now_s))
        return self._taken()

    def glance(self, now_s: float) -> None:
        """Move the charges on to `now_s`, or to just before the next event if that is sooner."""
        self._flow(max(self._now_s, min(now_s, self.next_due_s())))

    def next_due_s(self) -> float:
        """Return when the next event comes if nobody touches anything; infinite if none does."""
        dues = [self._now_s + live.next_in_s() for live in self.ups.values()]
        if self.generator is not None:
            dues.append(self.generator.next_due_s(self._now_s))
        dues += [load.ready_at_s for load in self.loads.values() if load.ready_at_s > self._now_s]
        return min([self.transfer.due_s, *dues])

    def set_mains(self, *, present: bool) -> list[Occurrence]:
        """Take or give back the mains."""
        if present != self.mains:
            self.mains = present
            self._note(MAINS, "mains_back" if present else "mains_lost")
        return self._settled()

    def set_generator(self, *, fails: bool) -> list[Occurrence]:
        """Break or repair the generator."""
        if self.generator is not None:
            self.generator.fails = fails
        return self._settled()

    def set_ups(
        self, unit: str, *, charge_ratio: float | None, load_ratio: float | None
    ) -> list[Occurrence]:
        """Change a battery's charge or what hangs on it."""
        live = self.ups[unit]
        live.charge_ratio = live.charge_ratio if charge_ratio is None else charge_ratio
        live.load_ratio = live.load_ratio if load_ratio is None else load_ratio
        return self._settled()

    def set_hazard(self, unit: str, milliamps: float) -> list[Occurrence]:
        """Change the hazard current that an isolation panel sees."""
        before = self.isolation_alarm(unit)
        self.hazard_milliamps[unit] = milliamps
        if self.isolation_alarm(unit) != before:
            self._note(unit, "isolation_normal" if before else "isolation_alarm")
        return self._settled()

    def isolation_alarm(self, unit: str) -> bool:
        """Tell whether a panel sees more than it should."""
        panel = next(panel for panel in self.power.isolation if panel.id == unit)
        return self.hazard_milliamps[unit] >= panel.alarm_milliamps

    def works(self, load: str) -> bool:
        """Tell whether a load has power and has booted."""
        fed = self.loads[load]
        return fed.energised and fed.ready_at_s <= self._now_s

    def feeds_essential(self, ups: str) -> bool:
        """Tell whether a UPS hangs on the essential branch."""
        return ups in self._ups_on_essential

    @property
    def generator_turns(self) -> bool:
        return self.generator is not None and self.generator.turns

    @property
    def essential_live(self) -> bool:
        """Tell whether the essential branch has power, from whichever side of the switch."""
        if self.transfer.position is Position.NORMAL:
            return self.mains
        return self.generator_turns

    def _flow(self, until_s: float) -> None:
        elapsed_s = until_s - self._now_s
        for live in self.ups.values():
            live.flow(elapsed_s)
        if self.generator is not None:
            self.generator.flow(elapsed_s)
        self._now_s = until_s

    def _settle(self) -> None:
        """Follow the power downstream, twice: a transfer frees the generator to cool down."""
        for _ in range(2):
            self._settle_source()
        for unit, live in self.ups.items():
            fed = self.essential_live if unit in self._ups_on_essential else self.mains
            for what in live.settle(self._now_s, fed=fed):
                self._note(unit, what)
        for load in self.loads.values():
            self._settle_load(load)

    def _settle_source(self) -> None:
        if self.generator is not None:
            carries = self.transfer.position is Position.EMERGENCY
            for what in self.generator.settle(self._now_s, mains=self.mains, carries=carries):
                self._note(self.generator.unit.id, what)
        for what in self.transfer.settle(
            self._now_s, mains=self.mains, generator=self.generator_turns
        ):
            if self.power.transfer_switch is not None:
                self._note(self.transfer.unit.id, what)

    def _settle_load(self, load: Load) -> None:
        branch = self.essential_live if load.on_essential else self.mains
        energised = any(live.gives_power for live in load.sources) if load.sources else branch
        if load.energised and not energised:
            load.dark_by = f"power/{load.sources[-1].unit.id}" if load.sources else MAINS
        elif energised and not load.energised:
            load.ready_at_s = self._now_s + self.power.boot
        load.energised = energised

    def _note(self, unit: str, what: str) -> None:
        self._happened.append(Occurrence(self._now_s, unit, what))

    def _settled(self) -> list[Occurrence]:
        self._settle()
        return self._taken()

    def _taken(self) -> list[Occurrence]:
        taken, self._happened = self._happened, []
        return taken
