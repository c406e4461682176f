"""What power units say of themselves, in the words of docs/power-endpoint.md."""

from dataclasses import replace

from bench.judgement.scenarios.clock import TUESDAY
from config.site import PowerKind
from probes.reading import Battery, Mains, PowerFigures, UnitState

UPS_GOOD = PowerFigures(
    mains=Mains.PRESENT,
    measured_at=TUESDAY,
    age_s=0.0,
    unit="ups",
    state=UnitState.ONLINE,
    battery=Battery.NORMAL,
    charge_ratio=1.0,
    runtime_s=3600.0,
)
ON_BATTERY = replace(
    UPS_GOOD, mains=Mains.ABSENT, state=UnitState.ON_BATTERY, charge_ratio=0.9, runtime_s=3000.0
)
RUNNING_LOW = replace(ON_BATTERY, battery=Battery.LOW, charge_ratio=0.07, runtime_s=60.0)
UPS_OFF = replace(ON_BATTERY, state=UnitState.OFF, battery=Battery.DEPLETED, charge_ratio=0.0)
DRAINING = replace(ON_BATTERY, mains=Mains.PRESENT)
DRAINING_LOW = replace(RUNNING_LOW, mains=Mains.PRESENT)
DEEPLY_DRAINED = replace(DRAINING, charge_ratio=0.2, runtime_s=600.0)
NEARLY_EMPTY = replace(ON_BATTERY, charge_ratio=0.2, runtime_s=600.0)
RECHARGING = replace(NEARLY_EMPTY, state=UnitState.ONLINE)
BROKEN_UPS = replace(UPS_GOOD, state=UnitState.FAULT)
STOPPED = replace(
    UPS_GOOD, unit="planta", state=UnitState.STOPPED, battery=Battery.UNKNOWN,
    charge_ratio=None, runtime_s=None, fuel_ratio=0.8,
)  # fmt: skip
STOPPED_IN_THE_DARK = replace(STOPPED, mains=Mains.ABSENT)
STARTING = replace(STOPPED_IN_THE_DARK, state=UnitState.STARTING)
RUNNING = replace(STOPPED_IN_THE_DARK, state=UnitState.RUNNING)
BROKEN = replace(STOPPED, state=UnitState.FAULT)
BROKEN_IN_THE_DARK = replace(BROKEN, mains=Mains.ABSENT)
ATS_NORMAL = replace(STOPPED, unit="ats", state=UnitState.NORMAL, fuel_ratio=None)
ATS_EMERGENCY = replace(ATS_NORMAL, mains=Mains.ABSENT, state=UnitState.EMERGENCY)
ATS_OPEN = replace(ATS_NORMAL, mains=Mains.ABSENT, state=UnitState.OPEN)
INSULATED = replace(ATS_NORMAL, unit="panel")
LEAKING = replace(INSULATED, state=UnitState.ALARM)

_AT_REST = {
    PowerKind.UTILITY: replace(ATS_NORMAL, unit="mains"),
    PowerKind.UPS: UPS_GOOD,
    PowerKind.GENERATOR: STOPPED,
    PowerKind.ATS: ATS_NORMAL,
    PowerKind.ISOLATION: INSULATED,
}


def at_rest(kind: PowerKind) -> PowerFigures:
    """Return what a unit says when all is well."""
    return _AT_REST[kind]
