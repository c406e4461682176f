"""Another site list taken over in the middle of the story: nothing stranded, nothing forgotten."""

import asyncio
from pathlib import Path

import pytest

from config.fleet import Fleet
from monitor.caseload import SITES_A_LOOK
from monitor.vocabulary import Cause, Phase
from tests.clock import FakeClock
from tests.monitor.story import ON_BATTERY, Stage, World, clinic, fleet, hospital

UPS = "hg/power/ups"


@pytest.fixture
def stage(world: World, clock: FakeClock, tmp_path: Path) -> Stage:
    return Stage(fleet(hospital(), clinic()), world, clock, tmp_path)


def reload(stage: Stage, loaded: Fleet) -> None:
    stage.pipeline.reload(loaded)
    stage.scheduler.plan(stage.watch.probes())


def asked(host: str, **more: object) -> dict[str, object]:
    return {"kind": "icmp", "target": host, **more}


def areas(**probes: list[dict[str, object]]) -> list[dict[str, object]]:
    return [{"id": area, "probes": asked} for area, asked in probes.items()]


async def test_a_reload_that_changes_nothing_says_nothing(stage: Stage, world: World) -> None:
    async with stage.playing():
        await stage.clock.advance(40)
        world.silence("hg/area/uci")
        await stage.clock.advance(30)
        told = [event for event in stage.events if event in stage.incidents()]
        reload(stage, fleet(hospital(), clinic()))
        await stage.clock.advance(120)
    assert stage.incidents() == told
    assert stage.states("hg/area/uci") == ["up", "down"]


async def test_a_removed_site_is_closed_once_and_its_rows_vanish(
    stage: Stage, world: World, clock: FakeClock, tmp_path: Path
) -> None:
    async with stage.playing():
        await clock.advance(40)
        world.silence("hg")
        await clock.advance(40)
        reload(stage, fleet(clinic()))
        await clock.advance(60)
    assert [event.phase for event in stage.incidents()].count(Phase.CLOSED) == 1
    again = Stage(fleet(clinic()), world, clock, tmp_path)
    assert [key for key in again.journal.load_standings() if key.startswith("hg")] == []
    assert again.journal.load_sites().keys() <= {"cs"}
    assert list(again.watch.incidents.open()) == []
    await again.journal.close()


async def test_a_site_that_comes_back_begins_anew(stage: Stage, world: World) -> None:
    async with stage.playing():
        await stage.clock.advance(40)
        world.silence("hg")
        await stage.clock.advance(40)
        reload(stage, fleet(clinic()))
        await stage.clock.advance(10)
        reload(stage, fleet(hospital(), clinic()))
        await stage.clock.advance(60)
    phases = [event.phase for event in stage.incidents() if event.phase is not Phase.UPDATED]
    assert phases == [Phase.OPENED, Phase.CLOSED, Phase.OPENED]
    assert len({event.id for event in stage.incidents()}) == 2


async def test_a_removed_area_ends_its_incident_even_where_nothing_else_moves(
    world: World, clock: FakeClock, tmp_path: Path
) -> None:
    whole = clinic(areas=areas(farmacia=[asked("127.65.0.2")]))
    stage = Stage(fleet(whole), world, clock, tmp_path)
    async with stage.playing():
        await clock.advance(60)
        world.silence("cs/area/farmacia")
        await clock.advance(60)
        assert stage.incidents()[-1].cause is Cause.AREA_NETWORK
        reload(stage, fleet(clinic()))
        await clock.advance(5)
    assert stage.incidents()[-1].phase is Phase.CLOSED
    assert stage.states("cs")[-1] == "up"


async def test_a_ups_degraded_and_removed_no_longer_degrades_its_site(
    stage: Stage, world: World
) -> None:
    async with stage.playing():
        await stage.clock.advance(40)
        world.silence("hg/area/uci")
        await stage.clock.advance(30)
        only = areas(urgencias=[asked("127.64.0.11")])
        reload(stage, fleet(hospital(areas=only), clinic()))
        await stage.clock.advance(3)
        assert stage.states("hg")[-1] == "up"


async def test_a_ups_asked_elsewhere_keeps_the_power_incident_open(
    stage: Stage, world: World
) -> None:
    async with stage.playing():
        await stage.clock.advance(40)
        world.power[UPS] = ON_BATTERY
        await stage.clock.advance(40)
        source = {"kind": "power", "url": "http://127.64.0.9/ups"}
        moved = [{"id": "ups", "kind": "ups", "source": source}]
        reload(stage, fleet(hospital(power=moved), clinic()))
        await stage.clock.advance(60)
        assert Phase.CLOSED not in {event.phase for event in stage.incidents()}
        world.power.clear()
        await stage.clock.advance(40)
    assert stage.incidents()[-1].phase is Phase.CLOSED
    assert stage.pages() == 1


async def test_a_site_whose_only_link_was_removed_is_not_cut_off_any_more(
    stage: Stage, world: World
) -> None:
    async with stage.playing():
        await stage.clock.advance(40)
        world.silence("hg/link/cfe")
        await stage.clock.advance(40)
        assert stage.states("hg")[-1] == "down"
        reload(stage, fleet(hospital(links=[]), clinic()))
        await stage.clock.advance(30)
    assert stage.incidents()[-1].phase is Phase.CLOSED
    assert stage.states("hg")[-1] == "up"


async def test_a_probe_changed_while_its_area_is_down_is_no_second_page(
    stage: Stage, world: World
) -> None:
    async with stage.playing():
        await stage.clock.advance(40)
        world.silence("hg/area/uci")
        await stage.clock.advance(30)
        slower = areas(uci=[asked("127.64.0.10", timeout=2.0)], urgencias=[asked("127.64.0.11")])
        reload(stage, fleet(hospital(areas=slower), clinic()))
        await stage.clock.advance(60)
        assert stage.states("hg/area/uci") == ["up", "down"]
        assert stage.incidents(Phase.CLOSED) == []
        world.speak("hg/area/uci")
        await stage.clock.advance(30)
    assert len(stage.incidents(Phase.OPENED)) == 1
    assert stage.incidents()[-1].phase is Phase.CLOSED
    assert stage.pages() == 1


async def test_a_probe_changed_while_we_were_away_is_no_second_page(
    world: World, clock: FakeClock, tmp_path: Path
) -> None:
    stage = Stage(fleet(hospital()), world, clock, tmp_path)
    async with stage.playing():
        await clock.advance(40)
        world.silence("hg")
        await clock.advance(40)
    renamed = [{"id": "cfe", "probes": [asked("127.64.0.1", id="ping")]}]
    again = Stage(fleet(hospital(links=renamed)), world, clock, tmp_path)
    async with again.playing():
        await clock.advance(60)
        assert again.incidents(Phase.OPENED) + again.incidents(Phase.CLOSED) == []
        world.speak("hg")
        await clock.advance(30)
    assert again.incidents()[-1].phase is Phase.CLOSED


async def test_an_area_that_lost_its_probes_is_unknown_and_its_incident_ends(
    stage: Stage, world: World
) -> None:
    async with stage.playing():
        await stage.clock.advance(40)
        world.silence("hg/area/uci")
        await stage.clock.advance(30)
        reload(stage, fleet(hospital(areas=areas(uci=[])), clinic()))
        await stage.clock.advance(5)
    assert stage.states("hg/area/uci") == ["up", "down", "unknown"]
    assert stage.incidents()[-1].phase is Phase.CLOSED
    assert stage.states("hg")[-1] == "up"


async def test_a_part_removed_while_we_were_away_leaves_no_incident_behind(
    world: World, clock: FakeClock, tmp_path: Path
) -> None:
    stage = Stage(
        fleet(clinic(areas=areas(farmacia=[asked("127.65.0.2")]))), world, clock, tmp_path
    )
    async with stage.playing():
        await clock.advance(60)
        world.silence("cs/area/farmacia")
        await clock.advance(60)
    again = Stage(fleet(clinic()), world, clock, tmp_path)
    async with again.playing():
        await clock.advance(60)
    assert [event.phase for event in again.incidents()] == [Phase.CLOSED]


@pytest.mark.parametrize(
    "power",
    [
        [],
        [{"id": "ups", "kind": "ups"}],
    ],
    ids=["removed", "not asked any more"],
)
async def test_mains_that_nobody_reports_any_more_are_not_lost_for_ever(
    stage: Stage, world: World, power: list[dict[str, object]]
) -> None:
    async with stage.playing():
        await stage.clock.advance(40)
        world.power[UPS] = ON_BATTERY
        await stage.clock.advance(40)
        assert stage.incidents()[-1].cause is Cause.POWER
        reload(stage, fleet(hospital(power=power), clinic()))
        await stage.clock.advance(30)
    assert stage.incidents()[-1].phase is Phase.CLOSED


async def test_mains_lost_for_a_source_that_was_removed_while_we_were_away_are_forgotten(
    stage: Stage, world: World, clock: FakeClock, tmp_path: Path
) -> None:
    async with stage.playing():
        await clock.advance(40)
        world.power[UPS] = ON_BATTERY
        await clock.advance(40)
    again = Stage(fleet(hospital(power=[])), world, clock, tmp_path)
    async with again.playing():
        await clock.advance(30)
    assert again.incidents()[-1].phase is Phase.CLOSED


async def test_the_answer_to_a_question_changed_meanwhile_counts_for_nothing(
    stage: Stage, world: World
) -> None:
    asked_before = stage.watch.probes()["cs/link/cfe#icmp"]
    async with stage.playing():
        await stage.clock.advance(60)
        moved = clinic(links=[{"id": "cfe", "probes": [asked("127.65.0.99")]}])
        reload(stage, fleet(hospital(), moved))
        world.silence("cs/link/cfe")
        under_way = asyncio.ensure_future(stage.run(asked_before))
        await stage.clock.advance(2)
        await under_way
        link = stage.watch.views["cs"].standings["cs/link/cfe"]
        assert link.beliefs["cs/link/cfe#icmp"].failures == 0


async def test_a_question_that_did_not_change_goes_on_with_its_answer(
    stage: Stage, world: World
) -> None:
    asked_before = stage.watch.probes()["cs/link/cfe#icmp"]
    async with stage.playing():
        await stage.clock.advance(60)
        reload(stage, fleet(hospital(), clinic(name="Otro nombre")))
        world.silence("cs/link/cfe")
        under_way = asyncio.ensure_future(stage.run(asked_before))
        await stage.clock.advance(2)
        await under_way
        link = stage.watch.views["cs"].standings["cs/link/cfe"]
        assert link.beliefs["cs/link/cfe#icmp"].failures == 1


async def test_what_nobody_asked_for_a_life_is_not_down_when_it_is_asked_again(
    world: World, clock: FakeClock, tmp_path: Path
) -> None:
    asked_for = fleet(clinic(areas=areas(farmacia=[asked("127.65.0.2")])))
    stage = Stage(asked_for, world, clock, tmp_path)
    async with stage.playing():
        await clock.advance(60)
        world.silence("cs/area/farmacia")
        await clock.advance(60)
    between = Stage(fleet(clinic(areas=areas(farmacia=[]))), world, clock, tmp_path)
    async with between.playing():
        await clock.advance(60)
    clock.skip(90 * 86_400.0)
    again = Stage(asked_for, world, clock, tmp_path)
    async with again.playing():
        await clock.advance(2)
    assert again.incidents() == []
    assert again.watch.views["cs"].standings["cs/area/farmacia"].state == "unknown"


async def test_a_thousand_restless_sites_are_looked_at_some_at_a_time(
    clock: FakeClock, tmp_path: Path
) -> None:
    count = 2 * SITES_A_LOOK + 1
    sites = [clinic(id=f"cs-{number}") for number in range(count)]
    stage = Stage(fleet(*sites), World(), clock, tmp_path)
    stage.watch.caseload.restless = {site.id for site in stage.watch.fleet.sites}
    turns = [(stage.pipeline.tick(), len(stage.watch.caseload.restless)) for _ in range(3)]
    assert turns == [(True, count - SITES_A_LOOK), (True, 1), (False, 0)]
    await stage.journal.close()
