"""What power sources say of themselves, in base units. A source that is silent has no samples."""

from config.site import PowerKind
from exporters.metric_family import UNKNOWN, Family, Holdings, Series
from probes.reading import Mains, PowerFigures, UnitState

_LABELS = ("site", "component", "kind")


class PowerFamilies:
    """The `guardia_power_*` families; `kind` is that of the source: ups, generator, …"""

    def __init__(self) -> None:
        self.mains_present = _gauge(
            "mains_present", "1 while utility power is within range, 0 while absent or out of it."
        )
        self.on_battery = _gauge("on_battery", "1 while the UPS feeds its load from the battery.")
        self.charge = _gauge("battery_charge_ratio", "Charge of the UPS battery, 0 to 1.")
        self.runtime = _gauge(
            "battery_runtime_seconds", "How long the UPS says its battery will last at this load."
        )
        self.load = _gauge("load_ratio", "Load as a share of the rating; over 1 is overload.")
        self.running = _gauge("generator_running", "1 while the generator runs, cooling included.")
        self.fault = _gauge("generator_fault", "1 while the generator reports a fault.")
        self.fuel = _gauge("fuel_ratio", "Fuel in the tank of the generator, 0 to 1.")
        self.emergency = _gauge(
            "transfer_emergency", "1 while the transfer switch feeds from the emergency source."
        )
        self.isolation = _gauge(
            "isolation_alarm", "1 while the isolation panel of an operating room alarms."
        )

    def all(self) -> tuple[Family, ...]:
        return (
            self.mains_present, self.on_battery, self.charge, self.runtime, self.load,
            self.running, self.fault, self.fuel, self.emergency, self.isolation,
        )  # fmt: skip

    def of(self, kind: PowerKind) -> tuple[Family, ...]:
        """Return the families that a source of this kind can fill."""
        return {
            PowerKind.UTILITY: (self.mains_present,),
            PowerKind.UPS: (
                self.mains_present, self.on_battery, self.charge, self.runtime, self.load,
            ),
            PowerKind.GENERATOR: (self.running, self.fault, self.fuel, self.load),
            PowerKind.ATS: (self.mains_present, self.emergency),
            PowerKind.ISOLATION: (self.isolation,),
        }[kind]  # fmt: skip


class PowerSeries:
    """The gauges of one power source."""

    def __init__(
        self, families: PowerFamilies, holdings: Holdings, labels: tuple[str, str], kind: PowerKind
    ) -> None:
        self._series: dict[str, Series] = {
            family.name.removeprefix("guardia_power_"): holdings.one(family, *labels, kind)
            for family in families.of(kind)
        }

    def show(self, power: PowerFigures | None) -> None:
        """Take over what the source says now; None, a silent source, leaves nothing."""
        for name, series in self._series.items():
            figure = None if power is None else _figure(name, power)
            series.value = UNKNOWN if figure is None else float(figure)


def _figure(name: str, power: PowerFigures) -> float | None:
    match name:
        case "mains_present":
            return None if power.mains is Mains.UNKNOWN else power.mains is Mains.PRESENT
        case "battery_charge_ratio":
            return power.charge_ratio
        case "battery_runtime_seconds":
            return power.runtime_s
        case "load_ratio":
            return power.load_ratio
        case "fuel_ratio":
            return power.fuel_ratio
        case _:
            return None if power.state is UnitState.UNKNOWN else power.state in _TRUE_IN[name]


_TRUE_IN: dict[str, frozenset[UnitState]] = {
    "on_battery": frozenset({UnitState.ON_BATTERY}),
    "generator_running": frozenset({UnitState.RUNNING, UnitState.COOLDOWN}),
    "generator_fault": frozenset({UnitState.FAULT}),
    "transfer_emergency": frozenset({UnitState.EMERGENCY}),
    "isolation_alarm": frozenset({UnitState.ALARM, UnitState.FAULT}),
}


def _gauge(name: str, documentation: str) -> Family:
    return Family("gauge", f"guardia_power_{name}", documentation, _LABELS)
