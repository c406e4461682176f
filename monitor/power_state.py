"""What a power document means for the source that sent it."""

from monitor.vocabulary import State
from probes.reading import Battery, Mains, PowerFigures, UnitState

_OF_MAINS = {
    Mains.PRESENT: State.UP,
    Mains.ABSENT: State.DOWN,
    Mains.OUT_OF_RANGE: State.DEGRADED,
    Mains.UNKNOWN: State.UNKNOWN,
}
_OF_UNIT = {
    UnitState.ONLINE: State.UP,
    UnitState.ON_BATTERY: State.DEGRADED,
    UnitState.BYPASS: State.DEGRADED,
    UnitState.OFF: State.DOWN,
    UnitState.STOPPED: State.UP,  # a generator at rest is a generator in order
    UnitState.STARTING: State.UP,
    UnitState.RUNNING: State.UP,
    UnitState.COOLDOWN: State.UP,
    UnitState.NORMAL: State.UP,
    UnitState.EMERGENCY: State.UP,
    UnitState.OPEN: State.DOWN,
    UnitState.ALARM: State.DEGRADED,
    UnitState.FAULT: State.DOWN,
    UnitState.UNKNOWN: State.UNKNOWN,
}
_OF_BATTERY = {
    Battery.NORMAL: State.UP,
    Battery.LOW: State.DEGRADED,
    Battery.DEPLETED: State.DEGRADED,  # it charges again; on battery it is down, see below
    Battery.REPLACE: State.DEGRADED,
    Battery.UNKNOWN: State.UP,
}
_WORSE = (State.UP, State.UNKNOWN, State.DEGRADED, State.DOWN)


def state_of(figures: PowerFigures) -> State:
    """Return the worst of what the unit and its battery say; without a unit, what mains say."""
    if not figures.unit:
        return _OF_MAINS[figures.mains]
    if figures.battery is Battery.DEPLETED and figures.state is UnitState.ON_BATTERY:
        return State.DOWN
    return max(_OF_UNIT[figures.state], _OF_BATTERY[figures.battery], key=_WORSE.index)
