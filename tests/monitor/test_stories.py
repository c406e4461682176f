"""Stories of one site: what happens out there, and what people are told."""

from pathlib import Path

import pytest

from monitor.vocabulary import Cause, Fact, Phase, Priority
from probes.reading import Reason
from tests.clock import FakeClock
from tests.monitor.story import (
    ON_BATTERY,
    RUNNING_LOW,
    Stage,
    World,
    clinic,
    fleet,
    hospital,
)

UPS = "hg/power/ups"


@pytest.fixture
def stage(world: World, clock: FakeClock, tmp_path: Path) -> Stage:
    return Stage(fleet(hospital()), world, clock, tmp_path)


@pytest.mark.long
async def test_a_quiet_hour_says_nothing(stage: Stage) -> None:
    async with stage.playing():
        await stage.clock.advance(600)
    assert stage.incidents() == []
    assert stage.states("hg") == ["up"]
    assert stage.states("hg/link/cfe") == ["up"]


async def test_a_start_asks_every_link_and_source_once(stage: Stage) -> None:
    async with stage.playing():
        await stage.clock.advance(5)
    slow = [key for _, key in stage.asked if "/area/" not in key]
    assert sorted(slow) == ["hg/link/cfe#icmp", "hg/power/ups#power"]


async def test_an_icu_that_becomes_unreachable_is_one_p1_page(stage: Stage, world: World) -> None:
    async with stage.playing():
        await stage.clock.advance(60)
        world.silence("hg/area/uci")
        await stage.clock.advance(15)
        (opened,) = stage.incidents(Phase.OPENED)
        assert opened.cause is Cause.AREA_NETWORK
        assert opened.priority is Priority.P1
        assert [area.name for area in opened.critical_areas] == ["uci"]
        assert (opened.at - opened.opened_at).total_seconds() < 12
        world.speak("hg/area/uci")
        await stage.clock.advance(15)
    assert [event.phase for event in stage.incidents()][-1] is Phase.CLOSED
    assert stage.pages() == 1


async def test_a_hospital_without_its_link_is_one_page_naming_its_areas(
    stage: Stage, world: World
) -> None:
    async with stage.playing():
        await stage.clock.advance(60)
        world.silence("hg")
        await stage.clock.advance(30)
        (opened,) = stage.incidents(Phase.OPENED)
        world.speak("hg")
        await stage.clock.advance(30)
    assert opened.cause is Cause.LINK
    assert opened.priority is Priority.P1
    assert {area.name for area in opened.critical_areas} == {"uci", "urgencias", "quirofano"}
    assert Fact.POWER_GOOD in {line.fact for line in opened.evidence}
    assert Fact.LINK_SILENT in {line.fact for line in opened.evidence}
    assert stage.pages() == 1
    assert stage.incidents()[-1].phase is Phase.CLOSED
    assert stage.states("hg")[-2:] == ["down", "up"]


@pytest.mark.long
async def test_cut_to_page_and_repair_to_close_stay_within_fifteen_seconds(
    world: World, clock: FakeClock, tmp_path: Path
) -> None:
    anew = fleet(hospital(), response={"reopen_within": "0s"})  # each cut is an incident
    stage = Stage(anew, world, clock, tmp_path)
    async with stage.playing():
        for _ in range(8):
            await stage.clock.advance(21.7)
            cut_at = stage.clock.now()
            world.silence("hg")
            await stage.clock.advance(20)
            opened = stage.incidents(Phase.OPENED)[-1]
            assert opened.at > cut_at
            assert (opened.at - cut_at).total_seconds() <= 13
            repaired_at = stage.clock.now()
            world.speak("hg")
            await stage.clock.advance(20)
            closed = stage.incidents(Phase.CLOSED)[-1]
            assert closed.at > repaired_at
            assert (closed.at - repaired_at).total_seconds() <= 13
    assert len(stage.incidents(Phase.OPENED)) == 8


async def test_a_microcut_is_not_an_incident(stage: Stage, world: World) -> None:
    async with stage.playing():
        await stage.clock.advance(60)
        world.power[UPS] = ON_BATTERY
        await stage.clock.advance(7)
        world.power.clear()
        await stage.clock.advance(60)
    assert stage.incidents() == []


async def test_lost_power_then_an_empty_battery_then_a_silent_link_is_one_incident(
    stage: Stage, world: World
) -> None:
    async with stage.playing():
        await stage.clock.advance(60)
        world.power[UPS] = ON_BATTERY
        await stage.clock.advance(30)
        first = stage.incidents()[-1]
        assert (first.cause, first.priority) == (Cause.POWER, Priority.P2)
        world.power[UPS] = RUNNING_LOW
        await stage.clock.advance(30)
        second = stage.incidents()[-1]
        assert (second.id, second.priority, second.pages) == (first.id, Priority.P1, 2)
        world.silence("hg")
        await stage.clock.advance(30)
        third = stage.incidents()[-1]
        assert (third.id, third.cause, third.pages) == (first.id, Cause.POWER, 2)
        facts = [line.fact for line in third.evidence]
        assert facts.index(Fact.MAINS_LOST) < facts.index(Fact.BATTERY_LOW)
        assert facts.index(Fact.BATTERY_LOW) < facts.index(Fact.LINK_SILENT)
        world.speak("hg")
        world.power.clear()
        await stage.clock.advance(40)
    assert stage.incidents()[-1].phase is Phase.CLOSED
    assert {event.id for event in stage.incidents()} == {first.id}
    assert stage.pages() == 2


async def test_the_link_dying_seconds_after_the_mains_is_the_power(
    stage: Stage, world: World
) -> None:
    async with stage.playing():
        await stage.clock.advance(60)
        world.power[UPS] = ON_BATTERY
        await stage.clock.advance(6)
        world.silence("hg")
        await stage.clock.advance(30)
    (opened,) = stage.incidents(Phase.OPENED)
    assert opened.cause is Cause.POWER
    assert stage.pages() == 1


async def test_an_area_that_fails_just_before_the_link_is_the_links_page(
    stage: Stage, world: World
) -> None:
    async with stage.playing():
        await stage.clock.advance(60)
        world.silence("hg/area/uci")
        await stage.clock.advance(3)
        world.silence("hg")
        await stage.clock.advance(40)
        assert len(stage.incidents(Phase.OPENED)) == 1  # shown at once as the area's, told to none
        (paged,) = [event for event in stage.incidents() if event.pages]
        assert paged.cause is Cause.LINK
        world.silent.clear()
        await stage.clock.advance(40)
    assert stage.pages() == 1
    assert stage.incidents()[-1].phase is Phase.CLOSED


async def test_areas_slower_to_return_than_their_link_page_nobody(
    stage: Stage, world: World
) -> None:
    async with stage.playing():
        await stage.clock.advance(60)
        world.silence("hg")
        await stage.clock.advance(30)
        areas = ("hg/area/uci", "hg/area/urgencias", "hg/area/quirofano")
        world.silence(*areas)
        world.speak("hg")
        await stage.clock.advance(5)
        world.speak(*areas)
        await stage.clock.advance(40)
    assert stage.pages() == 1


async def test_two_areas_failing_together_are_one_page(stage: Stage, world: World) -> None:
    async with stage.playing():
        await stage.clock.advance(60)
        world.silence("hg/area/uci", "hg/area/urgencias")
        await stage.clock.advance(20)
    (opened,) = stage.incidents(Phase.OPENED)
    assert {area.name for area in opened.critical_areas} == {"uci", "urgencias"}
    assert stage.pages() == 1


async def test_a_further_critical_area_calls_people_again(stage: Stage, world: World) -> None:
    async with stage.playing():
        await stage.clock.advance(60)
        world.silence("hg/area/uci")
        await stage.clock.advance(30)
        world.silence("hg/area/quirofano")
        await stage.clock.advance(30)
    assert len({event.id for event in stage.incidents()}) == 1
    assert stage.pages() == 2


async def test_a_link_with_a_living_backup_is_redundancy_lost(
    world: World, clock: FakeClock, tmp_path: Path
) -> None:
    links = [
        {"id": "cfe", "probes": [{"kind": "icmp", "target": "127.64.0.1"}]},
        {"id": "lte", "role": "backup", "probes": [{"kind": "icmp", "target": "127.64.0.2"}]},
    ]
    stage = Stage(fleet(hospital(links=links)), world, clock, tmp_path)
    async with stage.playing():
        await clock.advance(60)
        world.silence("hg/link/cfe")
        await clock.advance(30)
        (opened,) = stage.incidents(Phase.OPENED)
        assert (opened.cause, opened.priority) == (Cause.LINK, Priority.P3)
        assert stage.states("hg")[-1] == "degraded"
        world.silence("hg/link/lte")
        await clock.advance(30)
    assert stage.incidents()[-1].id == opened.id
    assert stage.incidents()[-1].priority is Priority.P1
    assert stage.pages() == 2


async def test_without_power_telemetry_the_cause_stays_open(
    world: World, clock: FakeClock, tmp_path: Path
) -> None:
    stage = Stage(fleet(clinic()), world, clock, tmp_path)
    async with stage.playing():
        await clock.advance(60)
        world.silence("cs")
        await clock.advance(60)
    (opened,) = stage.incidents(Phase.OPENED)
    assert (opened.cause, opened.priority) == (Cause.UNDETERMINED, Priority.P2)
    assert Fact.NO_POWER_TELEMETRY in {line.fact for line in opened.evidence}


async def test_a_flapping_satellite_link_pages_nobody(
    world: World, clock: FakeClock, tmp_path: Path
) -> None:
    satellite = [
        {
            "id": "sat",
            "medium": "satellite",
            "probes": [{"kind": "icmp", "target": "127.65.0.1", "interval": 5.0}],
        }
    ]
    stage = Stage(fleet(clinic(links=satellite)), world, clock, tmp_path)
    async with stage.playing():
        await clock.advance(60)
        for _ in range(30):
            world.silence("cs")
            await clock.advance(6)
            world.speak("cs")
            await clock.advance(5)
    assert stage.incidents() == []


async def test_our_own_missing_sockets_blame_nobody_but_us(stage: Stage, world: World) -> None:
    async with stage.playing():
        await stage.clock.advance(60)
        world.silence("hg", reason=Reason.NO_SOCKET)
        await stage.clock.advance(60)
        (opened,) = stage.incidents(Phase.OPENED)
        assert opened.cause is Cause.MONITOR_BLIND
        assert stage.telemetry.is_blind
        world.speak("hg")
        await stage.clock.advance(60)
    assert stage.incidents()[-1].phase is Phase.CLOSED
    assert stage.pages() == 1
    assert not stage.telemetry.is_blind


async def test_silent_anchors_freeze_every_verdict(
    world: World, clock: FakeClock, tmp_path: Path
) -> None:
    stage = Stage(fleet(hospital(), clinic()), world, clock, tmp_path, anchors=("127.64.255.1",))
    async with stage.playing():
        await clock.advance(60)
        world.silence("hg", "cs", "monitor")
        await clock.advance(120)
        assert {event.cause for event in stage.incidents()} == {Cause.MONITOR_BLIND}
        world.silent.clear()
        await clock.advance(60)
    assert stage.pages() == 1
    assert stage.incidents()[-1].phase is Phase.CLOSED
    assert "down" not in stage.states("hg/link/cfe")


async def test_an_outage_that_outlasts_our_blindness_is_told_afterwards(
    world: World, clock: FakeClock, tmp_path: Path
) -> None:
    stage = Stage(fleet(hospital()), world, clock, tmp_path, anchors=("127.64.255.1",))
    async with stage.playing():
        await clock.advance(60)
        world.silence("hg", "monitor")
        await clock.advance(60)
        world.speak("monitor")
        await clock.advance(60)
    causes = [event.cause for event in stage.incidents(Phase.OPENED)]
    assert causes == [Cause.MONITOR_BLIND, Cause.UNDETERMINED]  # nobody saw the power meanwhile


async def test_a_failing_service_is_told_without_waking_the_house(
    world: World, clock: FakeClock, tmp_path: Path
) -> None:
    record = [{"id": "expediente", "probes": [{"kind": "tcp", "target": "127.64.0.1:443"}]}]
    stage = Stage(fleet(hospital(services=record)), world, clock, tmp_path)
    async with stage.playing():
        await clock.advance(60)
        world.silence("hg/service/expediente", reason=Reason.REFUSED)
        await clock.advance(30)
    (opened,) = stage.incidents(Phase.OPENED)
    assert (opened.cause, opened.priority) == (Cause.SERVICE, Priority.P3)
