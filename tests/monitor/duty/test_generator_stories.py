"""Mains are lost at a hospital with a generator: one page, with the right cause."""

from dataclasses import replace
from pathlib import Path

import pytest

from monitor.vocabulary import Cause, Confidence, Fact, Phase, Priority, WouldChange
from probes.reading import Battery, Mains, PowerFigures, UnitState
from tests.clock import FakeClock
from tests.monitor.story import GOOD, ON_BATTERY, RUNNING_LOW, Stage, World, fleet, hospital

UPS, PLANT, LINK = "hg/power/ups", "hg/power/planta", "hg/link/cfe"
RESTING = replace(GOOD, unit="planta", state=UnitState.STOPPED, battery=Battery.UNKNOWN)
POWER = [
    {"id": unit, "kind": kind, "source": {"kind": "power", "url": f"http://h/{unit}"}}
    for unit, kind in (("ups", "ups"), ("planta", "generator"))
]


def dark(state: UnitState) -> PowerFigures:
    return replace(RESTING, mains=Mains.ABSENT, state=state)


@pytest.fixture
def world() -> World:
    return World(power={UPS: GOOD, PLANT: RESTING})


@pytest.fixture
def stage(world: World, clock: FakeClock, tmp_path: Path) -> Stage:
    return Stage(fleet(hospital(power=POWER)), world, clock, tmp_path)


def lose_mains(world: World) -> None:
    world.power = {UPS: ON_BATTERY, PLANT: dark(UnitState.STOPPED)}


@pytest.mark.parametrize("phase", range(5))
async def test_one_that_does_not_start_is_one_page_that_says_so(
    stage: Stage, world: World, phase: int
) -> None:
    async with stage.playing():
        await stage.clock.advance(60 + phase)
        lose_mains(world)
        await stage.clock.advance(30)
    (opened,) = stage.incidents(Phase.OPENED)
    assert opened.cause is Cause.GENERATOR_FAILED_TO_START
    assert (opened.priority, opened.root.key) == (Priority.P1, PLANT)
    assert Fact.GENERATOR_NO_START in {line.fact for line in opened.evidence}
    assert opened.would_change[0] is WouldChange.GENERATOR_RUNS
    assert stage.pages() == 1


@pytest.mark.parametrize("takes_s", [4, 9])
async def test_one_that_starts_in_time_carries_the_hospital(
    stage: Stage, world: World, takes_s: float
) -> None:
    async with stage.playing():
        await stage.clock.advance(62)
        lose_mains(world)
        await stage.clock.advance(takes_s)
        world.power[PLANT] = dark(UnitState.RUNNING)
        await stage.clock.advance(30)
    (opened,) = stage.incidents(Phase.OPENED)
    assert (opened.cause, opened.priority) == (Cause.POWER, Priority.P3)
    assert stage.pages() == 1


async def test_one_in_fault_is_known_not_to_start(stage: Stage, world: World) -> None:
    async with stage.playing():
        await stage.clock.advance(62)
        lose_mains(world)
        await stage.clock.advance(5)
        world.power[PLANT] = dark(UnitState.FAULT)
        await stage.clock.advance(15)
    (opened,) = stage.incidents(Phase.OPENED)
    assert opened.cause is Cause.GENERATOR_FAILED_TO_START


async def test_one_that_starts_late_is_the_same_incident(stage: Stage, world: World) -> None:
    async with stage.playing():
        await stage.clock.advance(60)
        lose_mains(world)
        await stage.clock.advance(40)
        world.power[PLANT] = dark(UnitState.RUNNING)
        await stage.clock.advance(20)
    last = stage.incidents()[-1]
    assert (last.cause, last.priority) == (Cause.POWER, Priority.P3)
    assert len(stage.incidents(Phase.OPENED)) == stage.pages() == 1


async def test_a_silent_generator_is_not_accused(stage: Stage, world: World) -> None:
    async with stage.playing():
        await stage.clock.advance(60)
        world.silence(PLANT)
        lose_mains(world)
        await stage.clock.advance(60)
    assert {event.cause for event in stage.incidents()} == {Cause.POWER}


async def test_the_power_that_took_the_link_is_told_with_its_story_and_projection(
    stage: Stage, world: World
) -> None:
    async with stage.playing():
        await stage.clock.advance(60)
        lose_mains(world)
        await stage.clock.advance(60)
        world.power[UPS] = RUNNING_LOW
        await stage.clock.advance(60)
        world.silence("hg")
        await stage.clock.advance(40)
    last = stage.incidents()[-1]
    assert (last.cause, last.confidence) == (Cause.GENERATOR_FAILED_TO_START, Confidence.HIGH)
    facts = [line.fact for line in last.evidence]
    story = (Fact.ON_BATTERY, Fact.GENERATOR_NO_START, Fact.BATTERY_LOW, Fact.LINK_SILENT)
    assert [fact for fact in facts if fact in story] == list(story)
    assert Fact.BATTERY_WOULD_BE_EMPTY in facts
    assert last.would_change == (
        WouldChange.GENERATOR_RUNS, WouldChange.MAINS_SEEN_PRESENT, WouldChange.LINK_ANSWERS,
    )  # fmt: skip
    assert len(stage.incidents(Phase.OPENED)) == 1


@pytest.mark.parametrize("killed_after_s", [6.0, 11.0, 13.0])
async def test_a_restart_while_it_waits_for_the_generator_is_still_one_page(
    world: World, clock: FakeClock, tmp_path: Path, killed_after_s: float
) -> None:
    listed = fleet(hospital(power=POWER))
    first = Stage(listed, world, clock, tmp_path)
    async with first.playing():
        await clock.advance(64)
        lose_mains(world)
        await clock.advance(killed_after_s)
    again = Stage(listed, world, clock, tmp_path)
    async with again.playing():
        await clock.advance(40)
    told = {event.id: event for event in (*first.incidents(), *again.incidents())}
    (last,) = told.values()
    assert (last.cause, last.pages) == (Cause.GENERATOR_FAILED_TO_START, 1)
