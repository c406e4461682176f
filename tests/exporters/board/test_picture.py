"""What the board knows of the present."""

import tracemalloc

from config.site import PowerKind, PowerSource
from exporters.board.picture import Picture, PowerSeen
from exporters.board.power_in_use import InUse, supply_of
from monitor.vocabulary import State
from probes.reading import Mains, PowerFigures, Reason, UnitState
from tests.clock import FakeClock
from tests.exporters.watched import AT, HOSPITAL, USUAL, fleet, power, ran, state

UPS = "cs-maneadero/power/ups-1"


def picture() -> Picture:
    return Picture(fleet(), FakeClock().now)


def test_nothing_is_known_at_first() -> None:
    counts = picture().counts()
    assert (counts.sites, counts.unknown, counts.up) == (2, 2, 0)


def test_a_site_is_on_battery_until_its_ups_says_otherwise_or_nothing() -> None:
    known = picture()
    on_battery = ran(UPS, "power", power=power(state=UnitState.ON_BATTERY))
    assert known.observe(on_battery)
    assert known.counts().on_battery == 1
    assert not known.observe(on_battery)  # charge drifts: no news
    assert known.observe(ran(UPS, "power", reason=Reason.NO_REPLY))
    assert known.counts().on_battery == 0
    assert known.power[UPS].figures.state is UnitState.ON_BATTERY
    assert not known.power[UPS].answers


def test_a_site_is_on_battery_until_the_last_of_its_units_is_not() -> None:
    known, other = picture(), "cs-maneadero/power/ups-2"
    for unit in (UPS, other):
        known.observe(ran(unit, "power", power=power(state=UnitState.ON_BATTERY)))
    known.observe(ran(UPS, "power", power=power(state=UnitState.ONLINE)))
    assert known.counts().on_battery == 1
    known.observe(ran(other, "power", power=power(state=UnitState.ONLINE)))
    assert known.counts().on_battery == 0


def test_planned_sites_are_counted_apart_whatever_their_state() -> None:
    known = Picture(fleet({**USUAL, "status": "planned"}, HOSPITAL), FakeClock().now)
    for site in ("cs-maneadero", "hg-ensenada"):
        known.take(state(fleet(), site, State.UP))
    known.observe(ran(UPS, "power", power=power(state=UnitState.ON_BATTERY)))
    counts = known.counts()
    assert (counts.planned, counts.sites, counts.up) == (1, 1, 1)
    assert (counts.unknown, counts.on_battery) == (0, 0)


def test_a_power_source_that_never_answered_is_no_news() -> None:
    assert not picture().observe(ran(UPS, "power", reason=Reason.NO_REPLY))


def test_a_site_on_its_backup_link_is_up_and_counted_so() -> None:
    known = picture()
    known.take(state(fleet(), "cs-maneadero", State.DEGRADED).model_copy(update={"backup": "LTE"}))
    counts = known.counts()
    assert (counts.degraded, counts.on_backup) == (1, 1)


def test_a_reload_forgets_what_is_gone() -> None:
    known = picture()
    known.observe(ran(UPS, "power", power=power(state=UnitState.ON_BATTERY)))
    known.take(state(fleet(), "hg-ensenada", State.UP))
    known.reload(fleet({**USUAL, "power": []}))
    assert known.power == {}
    assert known.states == {}
    assert (known.counts().sites, known.counts().on_battery) == (1, 0)


def source(kind: PowerKind) -> PowerSource:
    return PowerSource(id=kind.value, kind=kind)


def says(
    kind: PowerKind, unit: UnitState, mains: Mains = Mains.PRESENT, *, answers: bool = True
) -> tuple[PowerSource, PowerSeen]:
    figures = PowerFigures(mains=mains, measured_at=AT, age_s=0.0, state=unit, runtime_s=900.0)
    return source(kind), PowerSeen(figures, AT, answers=answers)


def test_a_battery_in_use_outweighs_a_generator_that_runs() -> None:
    told = [
        says(PowerKind.GENERATOR, UnitState.RUNNING, Mains.ABSENT),
        says(PowerKind.UPS, UnitState.ON_BATTERY, Mains.ABSENT),
    ]
    assert supply_of(told).in_use is InUse.BATTERY
    assert supply_of(told).runtime_s == 900.0


def test_a_generator_on_test_beside_good_mains_is_not_in_use() -> None:
    told = [
        says(PowerKind.GENERATOR, UnitState.RUNNING),
        says(PowerKind.UPS, UnitState.ONLINE),
    ]
    assert supply_of(told).in_use is InUse.MAINS


def test_a_transfer_switch_on_emergency_is_the_generator() -> None:
    told = [says(PowerKind.ATS, UnitState.EMERGENCY, Mains.UNKNOWN)]
    assert supply_of(told).in_use is InUse.GENERATOR


def test_silence_is_unknown_and_never_good() -> None:
    assert supply_of([says(PowerKind.UPS, UnitState.ONLINE, answers=False)]).in_use is InUse.UNKNOWN
    assert supply_of([(source(PowerKind.UPS), None)]).has_ups
    assert supply_of([]).in_use is InUse.UNKNOWN
    told = [says(PowerKind.UTILITY, UnitState.UNKNOWN, Mains.OUT_OF_RANGE)]
    assert supply_of(told).in_use is InUse.UNKNOWN


def test_what_is_kept_of_a_state_is_small_for_there_are_twenty_thousand() -> None:
    known, told = picture(), state(fleet(), "hg-ensenada", State.UP)
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    for number in range(100):
        known.take(told.model_copy(update={"key": f"hg-ensenada/area/{number}"}))
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (after - before) / 100 < 300  # a hundredth of the dictionary and a key included
