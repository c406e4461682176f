"""Our own uplink is lost, in every way that it can be: nobody is called about a site."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.sight.uplink import Uplink, UplinkFault
from monitor.vocabulary import Cause, Fact, Phase
from tests.clock import FakeClock
from tests.monitor.sight.test_uplink import Machine
from tests.monitor.story import Stage, World, clinic, fleet, hospital

GATEWAY, FAR = "127.64.255.1", "127.64.255.2"
SITES = [f"c{n}" for n in range(40)]
BLIND_WITHIN_S = 5.0


def clinics(names: Iterable[str], host: str = "127.65.0.1") -> list[object]:
    link = {"id": "cfe", "probes": [{"kind": "icmp", "target": host}]}
    return [clinic(name, links=[link]) for name in names]


def stage_of(world: World, clock: FakeClock, folder: Path, *sites: object, **more: object) -> Stage:
    return Stage(fleet(hospital(), *(sites or clinics(SITES))), world, clock, folder, **more)  # type: ignore[arg-type]


def blind_after_s(stage: Stage, cut_s: float) -> float:
    monitor = stage.watch.sight.blindness.itself
    assert stage.watch.sight.blindness.is_blind
    return monitor.changed_s - cut_s


async def cut(stage: Stage, world: World, *also: str, lasts_s: float = 40.0) -> float:
    """Let everybody fall silent; return how soon we knew that it was us."""
    await stage.clock.advance(61.3)
    world.silence("hg", *SITES, *also)
    cut_s = stage.clock.monotonic()
    await stage.clock.advance(lasts_s)
    return blind_after_s(stage, cut_s)


def blames_only_us(stage: Stage) -> bool:
    return {event.cause for event in stage.incidents()} == {Cause.MONITOR_BLIND}


@pytest.mark.parametrize("phase_s", [0.0, 0.7, 1.9])
async def test_anchors_tell_within_five_seconds_that_it_is_us(
    world: World, clock: FakeClock, tmp_path: Path, phase_s: float
) -> None:
    stage = stage_of(world, clock, tmp_path, anchors=(FAR,))
    clock.skip(phase_s)
    async with stage.playing():
        assert await cut(stage, world, "monitor") <= BLIND_WITHIN_S
        world.silent.clear()
        await clock.advance(40)
    assert blames_only_us(stage)
    assert stage.pages() == 1
    assert [event.phase for event in stage.incidents()][-1] is Phase.CLOSED


async def test_a_gateway_that_answers_proves_only_our_own_network(
    world: World, clock: FakeClock, tmp_path: Path
) -> None:
    stage = stage_of(world, clock, tmp_path, anchors=(GATEWAY, FAR))
    sight = stage.watch.sight.blindness
    sight.anchors = replace(sight.anchors, gateway=GATEWAY)
    async with stage.playing():
        assert await cut(stage, world, "monitor/anchor-2") <= BLIND_WITHIN_S
    assert blames_only_us(stage)
    facts = {line.fact for line in stage.incidents()[-1].evidence}
    assert facts >= {Fact.ANCHORS_SILENT, Fact.GATEWAY_ANSWERS}


async def test_without_anchors_the_fleet_itself_tells(
    world: World, clock: FakeClock, tmp_path: Path
) -> None:
    stage = stage_of(world, clock, tmp_path)
    async with stage.playing():
        assert await cut(stage, world) <= BLIND_WITHIN_S
        world.silent.clear()
        await clock.advance(40)
        assert not stage.watch.sight.blindness.is_blind
    assert blames_only_us(stage)
    assert stage.pages() == 1
    assert Fact.FLEET_SILENT in {line.fact for line in stage.incidents()[0].evidence}


async def test_a_pulled_cable_is_seen_by_the_interface(
    world: World, clock: FakeClock, tmp_path: Path
) -> None:
    machine = Machine(tmp_path)
    sites = clinics(SITES[:3], host="192.0.2.1")  # too few to be their own witnesses
    stage = stage_of(world, clock, tmp_path, *sites, uplink=Uplink(machine.kernel()))
    async with stage.playing():
        await clock.advance(60)
        machine.plug("eth0", "down", "0")
        assert await cut_within(stage, world) <= BLIND_WITHIN_S
        machine.plug("eth0")
        world.silent.clear()
        await clock.advance(40)
    assert blames_only_us(stage)
    (line,) = stage.incidents()[0].evidence
    assert (line.fact, line.figures) == (
        Fact.INTERFACE_DOWN, {"reason": UplinkFault.NO_CARRIER.value},
    )  # fmt: skip


async def cut_within(stage: Stage, world: World) -> float:
    world.silence("hg", *SITES)
    cut_s = stage.clock.monotonic()
    await stage.clock.advance(30)
    return blind_after_s(stage, cut_s)


async def test_a_fleet_on_this_machine_does_not_care_for_its_interfaces(
    world: World, clock: FakeClock, tmp_path: Path
) -> None:
    machine = Machine(tmp_path)
    stage = stage_of(world, clock, tmp_path, uplink=Uplink(machine.kernel()))
    async with stage.playing():
        await clock.advance(5)
        machine.plug("eth0", "down", "0")
        await clock.advance(30)
        assert not stage.watch.sight.blindness.is_blind


async def test_sites_that_fall_together_are_down_while_an_anchor_answers(
    world: World, clock: FakeClock, tmp_path: Path
) -> None:
    stage = stage_of(world, clock, tmp_path, anchors=(FAR,))
    async with stage.playing():
        await clock.advance(61.3)
        world.silence("hg", *SITES)
        await clock.advance(60)
    assert Cause.MONITOR_BLIND not in {event.cause for event in stage.incidents()}
    assert len(stage.incidents(Phase.OPENED)) >= 1


async def test_one_site_of_many_is_that_site(
    world: World, clock: FakeClock, tmp_path: Path
) -> None:
    stage = stage_of(world, clock, tmp_path)
    async with stage.playing():
        await clock.advance(61.3)
        world.silence("c7")
        await clock.advance(60)
    assert [event.site.id for event in stage.incidents(Phase.OPENED)] == ["c7"]


async def test_what_we_cannot_see_is_unknown_and_comes_back(
    world: World, clock: FakeClock, tmp_path: Path
) -> None:
    stage = stage_of(world, clock, tmp_path, anchors=(FAR,))
    async with stage.playing():
        await cut(stage, world, "monitor", lasts_s=120)
        assert stage.states("c3") == stage.states("c3/link/cfe") == ["up", "unknown"]
        assert stage.states("hg") == ["up", "unknown"]
        told = stage.observed[-1].reading.reason
        world.silent.clear()
        await clock.advance(60)
    assert told is not None
    assert told.is_blindness
    assert stage.states("c3") == stage.states("hg") == ["up", "unknown", "up"]
    assert stage.telemetry.blind_s == pytest.approx(119, abs=3)


async def test_a_restart_while_the_fleet_is_silent_calls_nobody_again(
    world: World, clock: FakeClock, tmp_path: Path
) -> None:
    first = stage_of(world, clock, tmp_path)
    async with first.playing():
        await cut(first, world)
    clock.skip(4)
    again = stage_of(world, clock, tmp_path)
    async with again.playing():
        await clock.advance(60)
        world.silent.clear()
        await clock.advance(60)
    assert {event.id for event in again.incidents()} == {first.incidents()[-1].id}
    assert {event.pages for event in again.incidents()} == {1}
    assert again.incidents()[-1].phase is Phase.CLOSED
