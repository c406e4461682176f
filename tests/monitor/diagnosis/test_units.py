"""What is found of power units that are in trouble while mains are there."""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from monitor.diagnosis.diagnose import diagnose
from monitor.diagnosis.finding import Finding
from monitor.vocabulary import Cause, Confidence, Fact, Priority, WouldChange
from probes.reading import Battery, Mains, PowerFigures, UnitState
from tests.monitor.scene import NOW_S, Scene, at
from tests.monitor.story import GOOD, ON_BATTERY, RUNNING_LOW, hospital

DRAINING = replace(ON_BATTERY, mains=Mains.PRESENT)
LOW = replace(RUNNING_LOW, mains=Mains.PRESENT)
INSULATED = replace(GOOD, unit="panel", state=UnitState.NORMAL, battery=Battery.UNKNOWN)
LEAKING = replace(INSULATED, state=UnitState.ALARM)
SILENT_PANEL = replace(INSULATED, state=UnitState.UNKNOWN)
P1, P2, P3 = Priority.P1, Priority.P2, Priority.P3


def source(name: str, kind: str = "ups", **more: object) -> dict[str, object]:
    document = {"kind": "power", "url": f"http://127.64.0.1/power/{name}"}
    return {"id": name, "kind": kind, "source": document, **more}


PANEL = source("panel", "isolation", feeds=["quirofano"])


def scene(*power: dict[str, object], **more: object) -> Scene:
    return Scene(hospital("hg", power=list(power or (source("ups"),)), **more))


def said(one: Scene, name: str, figures: PowerFigures, *seconds: float) -> Scene:
    """Have a unit say the same at some instants, in seconds before now."""
    for ago_s in seconds:
        one.says(name, figures, NOW_S - ago_s)
    return one


def found(one: Scene) -> list[Finding]:
    one.settle()
    return diagnose(one.view, NOW_S, at(NOW_S))


def told(findings: Iterable[Finding]) -> list[tuple[str, Priority]]:
    return [(finding.key, finding.priority) for finding in findings]


def named(finding: Finding) -> set[str]:
    return {part.component.id for part in finding.touched}


def test_an_insulation_alarm_names_the_room_that_its_panel_feeds() -> None:
    (fault,) = found(said(scene(PANEL), "panel", LEAKING, 40, 30))
    assert (fault.cause, fault.priority, fault.confidence) == (
        Cause.ISOLATION_FAULT, P2, Confidence.HIGH,
    )  # fmt: skip
    assert (fault.key, fault.since) == ("isolation/panel", at(NOW_S - 40))
    assert named(fault) == {"panel", "quirofano"}
    assert fault.wakes
    assert not fault.held
    assert [line.fact for line in fault.evidence] == [Fact.ISOLATION_ALARM, Fact.MAINS_PRESENT]
    assert fault.would_change == (WouldChange.ALARM_ENDS,)


def test_an_insulation_alarm_elsewhere_is_less_urgent() -> None:
    areas = [{"id": "consulta", "probes": []}]
    lesser = scene(source("panel", "isolation", feeds=["consulta"]), areas=areas)
    assert told(found(said(lesser, "panel", LEAKING, 40, 30))) == [("isolation/panel", P3)]


def test_each_panel_has_a_finding_of_its_own() -> None:
    two = scene(PANEL, source("panel-2", "isolation", feeds=["uci"]))
    said(two, "panel", LEAKING, 40, 30)
    said(two, "panel-2", LEAKING, 40, 30)
    assert told(found(two)) == [("isolation/panel", P2), ("isolation/panel-2", P2)]


@pytest.mark.parametrize("after", [INSULATED, SILENT_PANEL], ids=["over too lately", "null"])
def test_an_insulation_alarm_goes_on_until_it_has_been_over_for_some_time(
    after: PowerFigures,
) -> None:
    one = said(scene(PANEL), "panel", LEAKING, 60, 50)
    assert told(found(said(one, "panel", after, 5))) == [("isolation/panel", P2)]


def test_an_insulation_alarm_that_nobody_hears_of_any_more_goes_on() -> None:
    one = said(scene(PANEL), "panel", LEAKING, 60, 50)
    one.silence("power/panel")
    assert told(found(one)) == [("isolation/panel", P2)]


def test_a_site_that_is_cut_off_keeps_its_insulation_alarm() -> None:
    one = said(scene(PANEL), "panel", LEAKING, 60, 50)
    one.silence("link/cfe")
    assert told(found(one)) == [("link", P1), ("isolation/panel", P2)]


def test_a_ups_that_drains_while_mains_are_there_tells_what_hangs_on_it() -> None:
    one = scene(source("ups", feeds=["uci"]), source("mains", "utility"))
    (finding,) = found(said(one, "ups", DRAINING, 90, 29))
    assert (finding.cause, finding.priority) == (Cause.UPS_ON_BATTERY, P2)
    assert (finding.key, finding.since) == ("ups_on_battery", at(NOW_S - 90))
    assert named(finding) == {"ups", "uci"}
    assert {Fact.MAINS_PRESENT, Fact.CHARGE, Fact.BATTERY_WOULD_BE_EMPTY} <= {
        line.fact for line in finding.evidence
    }
    assert finding.would_change == (WouldChange.UPS_ON_MAINS, WouldChange.MAINS_SEEN_ABSENT)


@pytest.mark.parametrize("state", [UnitState.ONLINE, UnitState.BYPASS])
def test_a_self_test_of_a_ups_is_nothing(state: UnitState) -> None:
    one = said(scene(), "ups", DRAINING, 90, 60, 31)
    assert found(said(one, "ups", replace(GOOD, state=state), 20)) == []


@pytest.mark.parametrize(
    ("figures", "priority"),
    [
        (DRAINING, P2),
        (replace(DRAINING, runtime_s=899.0), P1),
        (replace(DRAINING, runtime_s=None), P2),
        (LOW, P1),
        (replace(LOW, battery=Battery.DEPLETED), P1),
    ],
)
def test_it_is_as_urgent_as_what_is_left(figures: PowerFigures, priority: Priority) -> None:
    one = said(scene(), "ups", DRAINING, 90, 29)
    assert told(found(said(one, "ups", figures, 10))) == [("ups_on_battery", priority)]


def test_a_ups_that_feeds_nothing_critical_is_less_urgent_however_little_is_left() -> None:
    areas = [{"id": "consulta", "probes": []}]
    one = said(scene(areas=areas), "ups", LOW, 10)
    assert told(found(one)) == [("ups_on_battery", P3)]


def test_a_battery_that_is_low_is_believed_at_once() -> None:
    assert told(found(said(scene(), "ups", LOW, 5))) == [("ups_on_battery", P1)]


def test_mains_out_of_range_are_mains_that_a_ups_does_not_take() -> None:
    poor = replace(DRAINING, mains=Mains.OUT_OF_RANGE)
    (finding,) = found(said(scene(), "ups", poor, 90, 29))
    assert finding.cause is Cause.UPS_ON_BATTERY
    assert Fact.MAINS_OUT_OF_RANGE in {line.fact for line in finding.evidence}


def test_several_that_drain_are_one_trouble() -> None:
    two = scene(source("ups", feeds=["uci"]), source("ups-2", feeds=["quirofano"]))
    said(two, "ups", DRAINING, 90, 29)
    said(two, "ups-2", replace(DRAINING, runtime_s=60.0), 88, 27)
    (finding,) = found(two)
    assert (finding.priority, finding.root.component.id) == (P1, "ups-2")
    assert named(finding) == {"ups", "ups-2", "uci", "quirofano"}


@pytest.mark.parametrize("mains", [Mains.ABSENT, Mains.UNKNOWN])
def test_mains_that_are_lost_explain_it(mains: Mains) -> None:
    one = said(scene(), "ups", replace(ON_BATTERY, mains=mains), 90, 29)
    assert told(found(one)) == [("power", P2)]


def test_mains_that_another_source_has_lost_explain_it_too() -> None:
    one = scene(source("ups"), source("ats", "ats"))
    said(one, "ats", replace(ON_BATTERY, unit="ats", state=UnitState.EMERGENCY), 100)
    assert told(found(said(one, "ups", DRAINING, 90, 29))) == [("power", P2)]


def test_what_took_over_for_lost_mains_has_time_to_hand_back() -> None:
    one = said(scene(), "ups", ON_BATTERY, 200, 120)
    assert found(said(one, "ups", DRAINING, 70, 11)) == []


def test_it_is_kept_while_mains_are_lost_as_well() -> None:
    one = said(scene(), "ups", DRAINING, 300, 200)
    (power,) = found(said(one, "ups", ON_BATTERY, 100))
    assert (power.key, power.keeps) == ("power", ("ups_on_battery",))
    one.silence("link/cfe")
    assert "ups_on_battery" in found(one)[0].keeps


def test_one_whose_battery_ends_goes_off_as_the_same_trouble() -> None:
    one = said(scene(), "ups", LOW, 90, 60)
    said(one, "ups", replace(GOOD, state=UnitState.OFF), 40, 20)
    one.silence("area/uci")
    assert told(found(one)) == [("ups_on_battery", P1)]
    one.speak("area/uci")
    assert found(said(one, "ups", GOOD, 15, 1)) == []


def test_one_that_somebody_switches_off_is_out_of_order() -> None:
    one = said(scene(), "ups", DRAINING, 90, 29)
    off = replace(GOOD, state=UnitState.OFF)
    assert told(found(said(one, "ups", off, 15))) == [("ups_on_battery", P2)]
    (dead,) = found(said(one, "ups", off, 1))
    assert (dead.key, dead.cause, dead.takes_over) == (
        "power/ups", Cause.POWER, ("ups_on_battery",),
    )  # fmt: skip


def test_an_area_that_falls_silent_behind_an_empty_battery_is_named_with_it() -> None:
    one = said(scene(source("ups", feeds=["uci"])), "ups", LOW, 90)
    one.silence("area/uci")
    assert told(found(one)) == [("ups_on_battery", P1)]
    one.silence("area/urgencias")
    assert told(found(one)) == [("ups_on_battery", P1), ("area_network", P1)]


def test_an_area_that_falls_silent_while_the_battery_lasts_has_a_trouble_of_its_own() -> None:
    one = said(scene(), "ups", DRAINING, 200, 100)
    one.silence("area/uci")
    assert [key for key, _ in told(found(one))] == ["ups_on_battery", "area_network"]


@pytest.mark.parametrize(
    ("figures", "cause"),
    [
        (LOW, Cause.UPS_ON_BATTERY),
        (replace(DRAINING, runtime_s=5.0), Cause.UPS_ON_BATTERY),
        (DRAINING, Cause.LINK),
    ],
    ids=["low", "ran out", "lasts"],
)
def test_a_site_goes_dark_with_the_battery_that_feeds_it(
    figures: PowerFigures, cause: Cause
) -> None:
    one = said(scene(), "ups", DRAINING, 200, 100)
    said(one, "ups", figures, 40)
    one.silence("link/cfe")
    dark = found(one)[0]
    assert dark.cause is cause
    if cause is Cause.UPS_ON_BATTERY:
        assert (dark.key, dark.priority, dark.since) == ("ups_on_battery", P1, at(NOW_S - 200))
        assert WouldChange.LINK_ANSWERS in dark.would_change
        back = said(one, "ups", GOOD, 1)
        assert found(back)[0].cause is cause, "that it charges again changes nothing of it"


def test_a_ups_that_feeds_one_room_does_not_explain_the_link() -> None:
    one = said(scene(source("ups", feeds=["uci"])), "ups", LOW, 90)
    one.silence("link/cfe")
    assert told(found(one)) == [("link", P1), ("ups_on_battery", P1)]


PLANT = source("planta", "generator")
RUNNING = replace(ON_BATTERY, unit="planta", state=UnitState.RUNNING, battery=Battery.UNKNOWN)


@pytest.mark.parametrize(
    ("figures", "ran_s", "priority"),
    [
        (RUNNING_LOW, 61, P1),
        (RUNNING_LOW, 59, P3),
        (ON_BATTERY, 300, P3),
        (replace(RUNNING_LOW, state=UnitState.ONLINE), 300, P3),
    ],
    ids=["refused", "just running", "lasts long", "taken"],
)
def test_a_ups_that_does_not_take_what_the_generator_gives_is_urgent(
    figures: PowerFigures, ran_s: float, priority: Priority
) -> None:
    one = said(scene(source("ups", feeds=["uci"]), PLANT), "ups", ON_BATTERY, 400)
    said(one, "planta", RUNNING, ran_s + 10)
    said(one, "ups", figures, 10)
    (power,) = found(one)
    assert (power.cause, power.priority) == (Cause.POWER, priority)
