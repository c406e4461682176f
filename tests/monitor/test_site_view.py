"""What can be read off one site: its mains, its units, whether it is cut off."""

from dataclasses import replace

import pytest

from monitor.standing import Standing
from probes.reading import Battery, Mains, UnitState
from tests.monitor.scene import NOW_S, Scene, at
from tests.monitor.story import GOOD, ON_BATTERY, RUNNING_LOW, clinic, hospital


def source(name: str, kind: str = "ups", **more: object) -> dict[str, object]:
    document = {"kind": "power", "url": f"http://127.64.0.1/power/{name}"}
    return {"id": name, "kind": kind, "source": document, **more}


def scene(*sources: dict[str, object]) -> Scene:
    return Scene(hospital(power=list(sources)))


def test_a_site_without_power_sources_knows_nothing_of_its_mains() -> None:
    site = Scene(hospital(power=[]))
    assert site.view.mains_absent() is None
    assert site.view.last_power_at() is None
    assert not site.view.heard_shortly_before(at(NOW_S))


@pytest.mark.parametrize(
    ("mains", "unit", "absent"),
    [
        (Mains.PRESENT, UnitState.ONLINE, False),
        (Mains.ABSENT, UnitState.ON_BATTERY, True),
        (Mains.ABSENT, UnitState.ONLINE, True),
        (Mains.OUT_OF_RANGE, UnitState.ON_BATTERY, False),
        (Mains.UNKNOWN, UnitState.ON_BATTERY, True),
        (Mains.UNKNOWN, UnitState.ONLINE, False),
        (Mains.UNKNOWN, UnitState.UNKNOWN, None),
        (Mains.UNKNOWN, UnitState.STOPPED, None),
        (Mains.UNKNOWN, UnitState.OFF, None),
    ],
)
def test_what_one_document_says_of_the_mains(
    mains: Mains, unit: UnitState, absent: bool | None
) -> None:
    site = scene(source("ups"))
    site.says("ups", replace(GOOD, mains=mains, state=unit))
    assert site.view.mains_absent() is absent


def test_mains_that_a_document_no_longer_knows_stay_lost() -> None:
    site = scene(source("ups"))
    site.says("ups", ON_BATTERY, NOW_S - 30)
    site.settle(NOW_S - 20)
    site.says("ups", replace(GOOD, mains=Mains.UNKNOWN, state=UnitState.UNKNOWN), NOW_S - 15)
    site.settle()
    assert site.view.mains.lost


def test_one_source_that_misses_the_mains_is_enough() -> None:
    site = scene(source("ups"), source("other"))
    site.says("ups", ON_BATTERY)
    site.says("other", GOOD)
    assert site.view.mains_absent()


def test_a_ups_that_died_saying_absent_is_outvoted_by_those_that_still_speak() -> None:
    site = scene(source("ups"), source("other"))
    site.says("ups", ON_BATTERY, NOW_S - 300)
    site.silence("power/ups", since_s=NOW_S - 200)
    site.says("other", GOOD)
    assert site.view.mains_absent() is False
    site.settle()
    assert not site.view.mains.lost


def test_when_all_sources_are_silent_their_last_words_stand() -> None:
    site = scene(source("ups"), source("other"))
    site.says("ups", ON_BATTERY, NOW_S - 100)
    for since_s in (NOW_S - 50, NOW_S - 42, NOW_S - 34):
        site.silence("power/ups", "power/other", since_s=since_s)
    assert site.view.mains_absent()


def test_fading_is_on_battery_and_low_or_short_of_runtime() -> None:
    site = scene(source("ups"))
    site.says("ups", replace(ON_BATTERY, runtime_s=901.0))
    assert site.view.fading() == []
    site.says("ups", replace(ON_BATTERY, runtime_s=899.0))
    assert [one.id for one, _ in site.view.fading()] == ["ups"]
    assert not site.view.battery_is_low
    site.says("ups", RUNNING_LOW)
    assert site.view.battery_is_low
    site.says("ups", replace(GOOD, battery=Battery.LOW, runtime_s=10.0))  # it charges again
    assert site.view.fading() == []


def test_a_source_feeds_the_areas_it_names_or_all() -> None:
    site = scene(source("ups", feeds=["uci"]), source("planta", "generator"))
    fed = {
        one.id: [area.component.id for area in site.view.fed_by(one)]
        for one in site.view.site.power
    }
    assert fed == {"ups": ["uci"], "planta": ["uci", "urgencias", "quirofano"]}


def test_a_generator_counts_as_running_by_what_it_says() -> None:
    site = scene(source("planta", "generator"))
    assert not site.view.generator_runs
    site.says("planta", replace(GOOD, unit="planta", state=UnitState.RUNNING))
    assert site.view.generator_runs


def test_telemetry_spoke_shortly_before_within_a_minute_or_three_intervals() -> None:
    site = scene(source("ups"))
    site.says("ups", GOOD, NOW_S - 20)
    assert site.view.heard_shortly_before(at(NOW_S + 40))
    assert not site.view.heard_shortly_before(at(NOW_S + 41))


def links(*ids: str) -> list[dict[str, object]]:
    return [
        {"id": name, "probes": [{"kind": "icmp", "target": f"127.65.0.{place}"}]}
        for place, name in enumerate(ids, start=1)
    ]


def test_a_site_is_cut_off_when_every_link_is_proven_down() -> None:
    site = Scene(clinic(links=links("cfe", "lte")))
    site.silence("link/cfe")
    assert not site.view.is_cut_off
    site.silence("link/lte")
    assert site.view.is_cut_off


def test_a_link_that_nobody_asks_keeps_no_site_connected() -> None:
    site = Scene(clinic(links=[*links("cfe"), {"id": "papel"}]))
    site.silence("link/cfe")
    assert site.view.is_cut_off


def test_a_site_without_links_is_never_cut_off() -> None:
    assert not Scene(clinic(links=[])).view.is_cut_off


@pytest.mark.parametrize(
    ("kind", "unit", "battery", "dead"),
    [
        ("ups", UnitState.OFF, Battery.NORMAL, True),
        ("ups", UnitState.FAULT, Battery.NORMAL, True),
        ("ups", UnitState.ON_BATTERY, Battery.DEPLETED, True),
        ("ups", UnitState.ONLINE, Battery.DEPLETED, False),
        ("ups", UnitState.ONLINE, Battery.REPLACE, False),
        ("ups", UnitState.BYPASS, Battery.NORMAL, False),
        ("generator", UnitState.FAULT, Battery.UNKNOWN, True),
        ("generator", UnitState.STOPPED, Battery.UNKNOWN, False),
        ("ats", UnitState.OPEN, Battery.UNKNOWN, True),
        ("ats", UnitState.EMERGENCY, Battery.UNKNOWN, False),
        ("isolation", UnitState.ALARM, Battery.UNKNOWN, False),
        ("utility", UnitState.OFF, Battery.UNKNOWN, False),
    ],
)
def test_which_units_deliver_nothing(
    kind: str, unit: UnitState, battery: Battery, dead: bool
) -> None:
    site = scene(source("one", kind))
    site.says("one", replace(GOOD, state=unit, battery=battery))
    assert bool(site.view.dead()) is dead


def test_a_unit_that_went_silent_after_it_died_is_still_dead() -> None:
    site = scene(source("ups"))
    site.says("ups", replace(GOOD, state=UnitState.OFF), NOW_S - 60)
    site.silence("power/ups")
    assert [one.id for one, _ in site.view.dead()] == ["ups"]


def test_a_second_link_that_we_cannot_ask_does_not_make_the_site_cut_off() -> None:
    site = Scene(clinic(links=links("cfe", "lte")))
    site.silence("link/cfe")
    site.unsee("link/lte")
    assert not site.view.is_cut_off


def test_a_link_that_is_new_on_the_list_does_not_reconnect_a_site() -> None:
    site = Scene(clinic(links=links("cfe", "lte")))
    site.view.standings["cs/link/lte"] = Standing.of(site.of("link/lte").component)
    site.silence("link/cfe")
    assert site.view.is_cut_off
