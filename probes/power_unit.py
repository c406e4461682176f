"""Which unit of a power document a probe is about, and its figures in our words."""

from datetime import datetime

from probes.failure import Failure
from probes.power_document import Ats, Generator, Isolation, PowerDocument, Unit, Ups
from probes.quotation import quote
from probes.reading import Battery, Mains, PowerFigures, Reason, UnitState

MAINS = "mains"
"""The name that asks for no unit, only for what the document says of the mains."""

# `Mains("present")` asks four functions, these one dictionary
_MAINS = {mains.value: mains for mains in Mains}
_BATTERIES = {battery.value: battery for battery in Battery}
_STATES = {state.value: state for state in UnitState}


def select_unit(document: PowerDocument, wanted: str | None) -> Unit | None:
    """Return the unit called `wanted`, or else the only one there is.

    None stands for the document as a whole: it was asked for, or there are no units in it.

    Raises:
        Failure: UNKNOWN_UNIT, with the ids there are

    """
    units = document.units
    named = [unit for unit in units if unit.id == wanted]
    if len(named) == 1:
        return named[0]
    if not units or (wanted == MAINS and not named):
        return None
    if len(units) == 1:
        return units[0]
    ids = ", ".join(quote(unit.id, 24) for unit in units)
    sought = "no unit was named" if wanted is None else f"no unit {quote(wanted)}"
    if named:
        sought = f"{len(named)} units are called {quote(wanted or '')}"
    raise Failure(Reason.UNKNOWN_UNIT, f"{sought}; there are {ids}")


def figures_of(document: PowerDocument, unit: Unit | None, now: datetime) -> PowerFigures:
    """Return what the document says of the unit. A measurement just ahead of us has age 0."""
    age_s = max(0.0, (now - document.observed_at).total_seconds())
    ups = unit if isinstance(unit, Ups) else None
    alarms = (*(unit.alarms if unit else ()), *document.alarms)
    return PowerFigures(
        mains=_MAINS[document.mains],
        measured_at=document.observed_at,
        age_s=age_s,
        unit=unit.id if unit else "",
        state=_state(unit),
        battery=_BATTERIES[ups.battery] if ups else Battery.UNKNOWN,
        charge_ratio=ups.charge_ratio if ups else None,
        runtime_s=ups.runtime_seconds if ups else None,
        on_battery_s=ups.on_battery_seconds if ups else None,
        load_ratio=ups.load_ratio if ups else None,
        fuel_ratio=unit.fuel_ratio if isinstance(unit, Generator) else None,
        alarms=tuple(map(quote, dict.fromkeys(alarms))) if alarms else (),
    )


def _state(unit: Unit | None) -> UnitState:
    match unit:
        case None:
            return UnitState.UNKNOWN
        case Ats(position=position):
            return _STATES[position]
        case Isolation(alarm=None):
            return UnitState.UNKNOWN
        case Isolation(alarm=alarm):
            return UnitState.ALARM if alarm else UnitState.NORMAL
        case Ups(state=state) | Generator(state=state):
            return _STATES[state]
