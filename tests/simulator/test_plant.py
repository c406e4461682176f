import math

import pytest

from simulator.equipment import Generator, Power, TransferSwitch, Ups
from simulator.plant import Occurrence, Plant
from simulator.world import Link, Site
from tests.simulator.worlds import small_world


def _hospital(*, generator_fails: bool = True) -> Plant:
    site = small_world().site("hospital")
    assert site is not None
    plant = Plant(site, site.power)
    plant.set_generator(fails=generator_fails)
    return plant


def _told(occurrences: list[Occurrence]) -> list[tuple[float, str, str]]:
    return [(round(one.at_s, 6), one.unit, one.what) for one in occurrences]


def _at(plant: Plant, now_s: float, *, mains: bool) -> list[tuple[float, str, str]]:
    before = plant.advance(now_s)
    return _told([*before, *plant.set_mains(present=mains)])


def test_a_quiet_site_has_nothing_coming() -> None:
    plant = _hospital()
    assert plant.next_due_s() == math.inf
    assert plant.advance(1e6) == []


def test_mains_lost_and_the_generator_fails_then_the_batteries_go_one_by_one() -> None:
    plant = _hospital()
    assert _at(plant, 100, mains=False) == [
        (100, "mains", "mains_lost"),
        (100, "planta", "generator_starting"),
        (100, "ups-uci", "on_battery"),
        (100, "ups-site", "on_battery"),
    ]
    assert not plant.works("area/urgencias")  # behind no UPS
    assert plant.works("link/cfe")
    assert _told(plant.advance(100 + 1200)) == [
        (108, "planta", "generator_fault"),
        (100 + 0.8 * 1200, "ups-site", "battery_low"),
        (1300, "ups-site", "battery_depleted"),
    ]
    assert not plant.works("link/cfe")
    assert plant.loads["link/cfe"].dark_by == "power/ups-site"
    assert plant.works("area/uci")
    assert plant.ups["ups-uci"].charge_ratio == pytest.approx(1 - 1200 / 1800)
    assert _told(plant.advance(2000))[-1] == (1900, "ups-uci", "battery_depleted")


def test_mains_back_recharges_and_powers_at_once() -> None:
    plant = _hospital()
    _at(plant, 0, mains=False)
    plant.advance(1500)
    assert (1600, "ups-site", "online") in _at(plant, 1600, mains=True)
    assert plant.works("link/cfe")
    told = _told(plant.advance(1600 + 7200))
    assert (1600 + 7200, "ups-site", "battery_charged") in told
    assert plant.next_due_s() == math.inf


def test_a_second_outage_finds_a_half_charged_battery() -> None:
    plant = _hospital()
    _at(plant, 0, mains=False)
    _at(plant, 1200, mains=True)
    _at(plant, 1200 + 3600, mains=False)  # half of the two hours it needs
    assert plant.ups["ups-site"].runtime_s == pytest.approx(600)
    assert _told(plant.advance(1200 + 3600 + 601))[-1] == (5400, "ups-site", "battery_depleted")


def test_the_generator_takes_over_after_start_and_transfer() -> None:
    plant = _hospital(generator_fails=False)
    _at(plant, 0, mains=False)
    assert _told(plant.advance(100)) == [
        (8, "planta", "generator_running"),
        (9, "transferencia", "transfer_emergency"),
        (9, "ups-uci", "online"),
        (9, "ups-site", "online"),
        (9 + 36, "ups-uci", "battery_charged"),  # 9 s of 1800 s, at 7200 s for all
        (9 + 54, "ups-site", "battery_charged"),
    ]
    assert plant.works("area/urgencias")


def test_back_on_mains_the_generator_cools_down_and_stops() -> None:
    plant = _hospital(generator_fails=False)
    _at(plant, 0, mains=False)
    _at(plant, 600, mains=True)
    told = [one for one in _told(plant.advance(2000)) if one[1] in {"planta", "transferencia"}]
    assert told == [
        (660, "transferencia", "transfer_normal"),
        (660, "planta", "generator_cooldown"),
        (960, "planta", "generator_stopped"),
    ]
    assert plant.transfer.transfers == 2


def test_mains_that_come_and_go_while_it_cools_find_it_ready() -> None:
    plant = _hospital(generator_fails=False)
    _at(plant, 0, mains=False)
    _at(plant, 600, mains=True)
    told = _at(plant, 700, mains=False)
    assert (700, "planta", "generator_running") in told
    assert (701, "transferencia", "transfer_emergency") in _told(plant.advance(702))


def test_a_short_flicker_does_not_start_the_generator() -> None:
    plant = _hospital(generator_fails=False)
    _at(plant, 0, mains=False)
    assert (3, "planta", "generator_stopped") in _at(plant, 3, mains=True)
    assert plant.transfer.transfers == 0


def test_a_generator_repaired_during_the_outage_starts() -> None:
    plant = _hospital()
    _at(plant, 0, mains=False)
    plant.advance(60)
    assert _told(plant.set_generator(fails=False)) == [(60, "planta", "generator_starting")]
    assert (68, "planta", "generator_running") in _told(plant.advance(70))


def test_a_generator_that_breaks_while_it_carries_drops_the_load() -> None:
    plant = _hospital(generator_fails=False)
    _at(plant, 0, mains=False)
    plant.advance(60)
    plant.set_generator(fails=True)
    assert not plant.works("area/urgencias")
    assert plant.ups["ups-uci"].on_battery_since_s == 60


def test_back_to_the_mains_at_once_when_the_generator_has_died() -> None:
    plant = _hospital(generator_fails=False)
    _at(plant, 0, mains=False)
    plant.advance(60)
    plant.set_generator(fails=True)
    assert (90, "transferencia", "transfer_normal") in _at(plant, 90, mains=True)
    assert plant.works("area/urgencias")


def test_fuel_runs_out() -> None:
    site = _bare_site(Power(generator=Generator(id="g", start=0.0, fuel=0.5, fuel_runtime=3600.0)))
    plant = Plant(site, site.power)
    _at(plant, 0, mains=False)
    assert plant.works("link/cfe")
    assert _told(plant.advance(4000)) == [(1800, "g", "generator_fault")]
    assert not plant.works("link/cfe")


def _bare_site(power: Power) -> Site:
    link = Link.model_validate({"id": "cfe", "address": "127.64.0.1"})
    return Site(id="bare", links=(link,), power=power)


def test_a_site_without_a_ups_goes_dark_and_boots_again() -> None:
    site = _bare_site(Power(boot=60.0))
    plant = Plant(site, site.power)
    assert plant.works("link/cfe")
    _at(plant, 10, mains=False)
    assert not plant.works("link/cfe")
    _at(plant, 10.3, mains=True)
    assert not plant.works("link/cfe")
    assert plant.next_due_s() == pytest.approx(70.3)
    plant.advance(70.3)
    assert plant.works("link/cfe")


def test_twice_the_load_halves_the_runtime() -> None:
    site = _bare_site(Power(ups=(Ups(id="u", runtime=1000.0, load=0.4),)))
    plant = Plant(site, site.power)
    plant.set_ups("u", charge_ratio=None, load_ratio=0.8)
    _at(plant, 0, mains=False)
    assert _told(plant.advance(501))[-1] == (500, "u", "battery_depleted")


def test_a_battery_that_is_low_from_the_start_says_so_when_needed() -> None:
    site = _bare_site(Power(ups=(Ups(id="u", charge=0.1),)))
    plant = Plant(site, site.power)
    assert _at(plant, 0, mains=False)[1:] == [(0, "u", "on_battery"), (0, "u", "battery_low")]


def test_isolation_alarms_at_its_threshold() -> None:
    plant = _hospital()
    assert _told(plant.set_hazard("panel", 5.0)) == [(0, "panel", "isolation_alarm")]
    assert plant.set_hazard("panel", 6.0) == []
    assert _told(plant.set_hazard("panel", 1.0)) == [(0, "panel", "isolation_normal")]


def test_a_time_scale_makes_everything_live_faster() -> None:
    power = Power(
        boot=60.0,
        ups=(Ups(id="u", runtime=1200.0, recharge=7200.0),),
        generator=Generator(id="g", start=6.0, cooldown=300.0, fuel_runtime=600.0),
        transfer_switch=TransferSwitch(id="t", transfer=6.0, retransfer=60.0),
    ).scaled(60)
    assert power.generator is not None
    assert power.transfer_switch is not None
    assert (power.boot, power.ups[0].runtime, power.ups[0].recharge) == (1, 20, 120)
    assert (power.generator.start, power.generator.cooldown) == (0.1, 5)
    assert (power.transfer_switch.transfer, power.transfer_switch.retransfer) == (0.1, 1)


def test_a_glance_never_skips_an_event() -> None:
    plant = _hospital()
    _at(plant, 0, mains=False)
    plant.glance(5000)
    told = _told(plant.advance(5000))
    assert [what for _, unit, what in told if unit == "ups-site"] == [
        "battery_low",
        "battery_depleted",
    ]


def test_many_small_steps_tell_the_same_story_as_one_big_one() -> None:
    one, many = _hospital(generator_fails=False), _hospital(generator_fails=False)
    _at(one, 0, mains=False)
    _at(many, 0, mains=False)
    big = _told(one.advance(400))
    small = [told for step in range(1, 4001) for told in _told(many.advance(step / 10))]
    assert [(unit, what) for _, unit, what in small] == [(unit, what) for _, unit, what in big]
    assert [at for at, _, _ in small] == pytest.approx([at for at, _, _ in big], abs=1e-5)
