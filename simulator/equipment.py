"""The power equipment of a site as a world file describes it.

Durations are those of the real thing; the world's `time_scale` divides them once, on loading
(`Power.scaled`), so all that runs, and all that is reported, is in seconds of the wall clock.
"""

from typing import Annotated, Self, TypeVar

from pydantic import Field

from simulator.model import Duration, Model, Ratio, Slug, Span

Fed = Annotated[str, Field(pattern=r"^((link|area|service|power)/)?[a-z0-9]+(-[a-z0-9]+)*$")]
"""What a unit feeds: `uci`, or `area/uci` where the bare id would be ambiguous."""

UnitT = TypeVar("UnitT", "Ups", "Generator | None", "TransferSwitch | None")


class Ups(Model):
    """A UPS. It feeds what it names, or the whole site if it names nothing."""

    id: Slug
    feeds: tuple[Fed, ...] = ()
    runtime: Span = Field(1200.0, description="A full battery, at `load`.")
    recharge: Span = Field(14_400.0, description="Empty to full.")
    load: float = Field(0.4, gt=0, le=2)
    charge: Ratio = 1.0
    low: Ratio = Field(0.2, description="The charge at which it says that the battery is low.")


class Generator(Model):
    """A standby generator in automatic mode. What it may name in `feeds` includes UPS units."""

    id: Slug
    feeds: tuple[Fed, ...] = ()
    start: Duration = Field(8.0, description="From mains lost to running.")
    fails: bool = Field(False, description="It does not start (or stops) until repaired.")
    fuel: Ratio = 0.8
    fuel_runtime: Span = Field(86_400.0, description="On a full tank.")
    cooldown: Duration = 300.0


class TransferSwitch(Model):
    """Takes the essential branch to the generator and back."""

    id: Slug
    transfer: Duration = 1.0
    retransfer: Duration = Field(300.0, description="Mains must have been back this long.")


class IsolationPanel(Model):
    """A line isolation monitor of an operating theatre."""

    id: Slug
    hazard_milliamps: float = Field(1.2, ge=0, le=100)
    alarm_milliamps: float = Field(5.0, gt=0, le=100)


class Power(Model):
    """All of a site's. Without a word about it a site lives on the mains alone."""

    mains: bool = Field(True, description="Present at the start.")
    boot: Duration = Field(0.0, description="What lost its supply works again this much later.")
    ups: tuple[Ups, ...] = Field((), max_length=32)
    generator: Generator | None = None
    transfer_switch: TransferSwitch | None = None
    isolation: tuple[IsolationPanel, ...] = Field((), max_length=64)

    @property
    def units(self) -> tuple[str, ...]:
        """Return the ids of all units, in document order."""
        single = [unit.id for unit in (self.generator, self.transfer_switch) if unit is not None]
        return (*(u.id for u in self.ups), *single, *(panel.id for panel in self.isolation))

    def scaled(self, by: float) -> Self:
        """Return the same equipment living `by` times as fast."""
        return self.model_copy(
            update={
                "boot": self.boot / by,
                "ups": tuple(_faster(unit, by, "runtime", "recharge") for unit in self.ups),
                "generator": _faster(self.generator, by, "start", "fuel_runtime", "cooldown"),
                "transfer_switch": _faster(self.transfer_switch, by, "transfer", "retransfer"),
            }
        )


def _faster(unit: UnitT, by: float, *durations: str) -> UnitT:
    if unit is None:
        return unit
    return unit.model_copy(update={name: getattr(unit, name) / by for name in durations})
