"""What each power document makes of its source: every combination decided."""

from dataclasses import replace
from itertools import product

import pytest

from monitor.power_state import state_of
from monitor.vocabulary import State
from probes.reading import Battery, Mains, UnitState
from tests.monitor.story import GOOD


@pytest.mark.parametrize(
    ("unit", "battery", "state"),
    [
        (UnitState.ONLINE, Battery.NORMAL, State.UP),
        (UnitState.ONLINE, Battery.REPLACE, State.DEGRADED),
        (UnitState.ONLINE, Battery.DEPLETED, State.DEGRADED),
        (UnitState.ON_BATTERY, Battery.NORMAL, State.DEGRADED),
        (UnitState.ON_BATTERY, Battery.LOW, State.DEGRADED),
        (UnitState.ON_BATTERY, Battery.DEPLETED, State.DOWN),
        (UnitState.BYPASS, Battery.NORMAL, State.DEGRADED),
        (UnitState.OFF, Battery.NORMAL, State.DOWN),
        (UnitState.STOPPED, Battery.UNKNOWN, State.UP),
        (UnitState.STARTING, Battery.UNKNOWN, State.UP),
        (UnitState.RUNNING, Battery.UNKNOWN, State.UP),
        (UnitState.COOLDOWN, Battery.UNKNOWN, State.UP),
        (UnitState.NORMAL, Battery.UNKNOWN, State.UP),
        (UnitState.EMERGENCY, Battery.UNKNOWN, State.UP),
        (UnitState.OPEN, Battery.UNKNOWN, State.DOWN),
        (UnitState.ALARM, Battery.UNKNOWN, State.DEGRADED),
        (UnitState.FAULT, Battery.NORMAL, State.DOWN),
        (UnitState.UNKNOWN, Battery.NORMAL, State.UNKNOWN),
        (UnitState.UNKNOWN, Battery.REPLACE, State.DEGRADED),
    ],
)
def test_a_unit_is_as_bad_as_the_worst_it_says(
    unit: UnitState, battery: Battery, state: State
) -> None:
    assert state_of(replace(GOOD, state=unit, battery=battery)) is state


@pytest.mark.parametrize(
    ("mains", "state"),
    [
        (Mains.PRESENT, State.UP),
        (Mains.ABSENT, State.DOWN),
        (Mains.OUT_OF_RANGE, State.DEGRADED),
        (Mains.UNKNOWN, State.UNKNOWN),
    ],
)
def test_without_a_unit_the_mains_speak(mains: Mains, state: State) -> None:
    assert state_of(replace(GOOD, unit="", state=UnitState.UNKNOWN, mains=mains)) is state


def test_every_document_has_a_state() -> None:
    for mains, unit, battery, name in product(Mains, UnitState, Battery, ("", "ups")):
        assert state_of(replace(GOOD, mains=mains, state=unit, battery=battery, unit=name)) in State
