"""What power sources say of themselves, in base units. A source that is silent has no samples."""

from collections.abc import Callable, Iterable

from config.site import PowerKind
from exporters.labels import labelled
from exporters.metric_family import Family
from exporters.series import Row
from probes.reading import Mains, PowerFigures, UnitState

_LABELS = ("site", "component", "kind")
Figure = Callable[[PowerFigures], float | None]


class PowerFamilies:
    """The `guardia_power_*` families; `kind` is that of the source: ups, generator, …"""

    def __init__(self) -> None:
        mains_present = _gauge(
            "mains_present", "1 while utility power is within range, 0 while absent or out of it."
        )
        on_battery = _gauge("on_battery", "1 while the UPS feeds its load from the battery.")
        charge = _gauge("battery_charge_ratio", "Charge of the UPS battery, 0 to 1.")
        runtime = _gauge(
            "battery_runtime_seconds", "How long the UPS says its battery will last at this load."
        )
        load = _gauge("load_ratio", "Load as a share of the rating; over 1 is overload.")
        running = _gauge("generator_running", "1 while the generator runs, cooling included.")
        fault = _gauge("generator_fault", "1 while the generator reports a fault.")
        fuel = _gauge("fuel_ratio", "Fuel in the tank of the generator, 0 to 1.")
        emergency = _gauge(
            "transfer_emergency", "1 while the transfer switch feeds from the emergency source."
        )
        isolation = _gauge(
            "isolation_alarm", "1 while the isolation panel of an operating room alarms."
        )
        self._all = (
            mains_present, on_battery, charge, runtime, load,
            running, fault, fuel, emergency, isolation,
        )  # fmt: skip
        by_ups: tuple[Family, ...] = (mains_present, on_battery, charge, runtime, load)
        self._of: dict[PowerKind, tuple[Family, ...]] = {
            PowerKind.UTILITY: (mains_present,),
            PowerKind.UPS: by_ups,
            PowerKind.GENERATOR: (running, fault, fuel, load),
            PowerKind.ATS: (mains_present, emergency),
            PowerKind.ISOLATION: (isolation,),
        }

    def all(self) -> tuple[Family, ...]:
        return self._all

    def of(self, kind: PowerKind) -> tuple[Family, ...]:
        """Return the families that a source of this kind can fill."""
        return self._of[kind]


class PowerSeries:
    """The gauges of one power source."""

    __slots__ = ("_series",)

    def __init__(self, families: PowerFamilies, site: str, path: str, kind: PowerKind) -> None:
        labels = labelled(_LABELS, (site, path, kind))
        self._series = tuple(
            (family.bind(labels), _FIGURES[family.name]) for family in families.of(kind)
        )

    def show(self, power: PowerFigures | None) -> None:
        """Take over what the source says now; None, a silent source, leaves nothing."""
        for series, figure in self._series:
            series.set(None if power is None else figure(power))

    def rows(self) -> Iterable[Row]:
        return (series for series, _ in self._series)


def _mains_present(power: PowerFigures) -> float | None:
    return None if power.mains is Mains.UNKNOWN else int(power.mains is Mains.PRESENT)


def _is_in(*states: UnitState) -> Figure:
    true = frozenset(states)

    def figure(power: PowerFigures) -> float | None:
        return None if power.state is UnitState.UNKNOWN else int(power.state in true)

    return figure


_FIGURES: dict[str, Figure] = {
    "guardia_power_mains_present": _mains_present,
    "guardia_power_on_battery": _is_in(UnitState.ON_BATTERY),
    "guardia_power_battery_charge_ratio": lambda power: power.charge_ratio,
    "guardia_power_battery_runtime_seconds": lambda power: power.runtime_s,
    "guardia_power_load_ratio": lambda power: power.load_ratio,
    "guardia_power_generator_running": _is_in(UnitState.RUNNING, UnitState.COOLDOWN),
    "guardia_power_generator_fault": _is_in(UnitState.FAULT),
    "guardia_power_fuel_ratio": lambda power: power.fuel_ratio,
    "guardia_power_transfer_emergency": _is_in(UnitState.EMERGENCY),
    "guardia_power_isolation_alarm": _is_in(UnitState.ALARM, UnitState.FAULT),
}


def _gauge(name: str, documentation: str) -> Family:
    return Family("gauge", f"guardia_power_{name}", documentation, _LABELS)
