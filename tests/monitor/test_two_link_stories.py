"""A site with two paths: one of them gone, both at once, and one after the other."""

from pathlib import Path

import pytest

from monitor.vocabulary import Cause, Fact, Phase, Priority
from tests.clock import FakeClock
from tests.monitor.story import Stage, World, clinic, fleet, hospital

LINKS = [
    {"id": "cfe", "probes": [{"kind": "icmp", "target": "127.64.0.1"}]},
    {
        "id": "lte", "medium": "lte", "role": "backup",
        "probes": [{"kind": "icmp", "target": "127.64.0.2"}],
    },
]  # fmt: skip


@pytest.fixture
def stage(world: World, clock: FakeClock, tmp_path: Path) -> Stage:
    return Stage(fleet(hospital(links=LINKS)), world, clock, tmp_path)


@pytest.mark.parametrize("phase", range(12))
async def test_fibre_and_lte_cut_at_once_are_one_incident_and_one_page(
    stage: Stage, world: World, phase: int
) -> None:
    async with stage.playing():
        await stage.clock.advance(60 + phase * 5 / 12)
        world.silence("hg")
        await stage.clock.advance(60)
    (opened,) = stage.incidents(Phase.OPENED)
    assert stage.pages() == 1
    last = stage.incidents()[-1]
    assert (last.id, last.priority) == (opened.id, Priority.P1)
    assert {"hg/link/cfe", "hg/link/lte"} <= {part.key for part in last.touched}


async def test_a_site_on_backup_says_so(stage: Stage, world: World) -> None:
    async with stage.playing():
        await stage.clock.advance(60)
        world.silence("hg/link/cfe")
        await stage.clock.advance(30)
        (opened,) = stage.incidents(Phase.OPENED)
        assert (opened.cause, opened.priority) == (Cause.LINK, Priority.P3)
        assert Fact.ON_BACKUP in {line.fact for line in opened.evidence}
        states = {state.key: state for state in stage.pipeline.states()}
        assert (states["hg"].state.value, states["hg"].backup) == ("degraded", "lte")
        world.speak("hg/link/cfe")
        await stage.clock.advance(30)
    states = {state.key: state for state in stage.pipeline.states()}
    assert (states["hg"].state.value, states["hg"].backup) == ("up", "")


async def test_a_backup_that_comes_back_first_leaves_the_same_incident(
    stage: Stage, world: World
) -> None:
    async with stage.playing():
        await stage.clock.advance(60)
        world.silence("hg")
        await stage.clock.advance(60)
        world.silent.clear()
        world.silence("hg/link/cfe")
        await stage.clock.advance(60)
        assert len(stage.incidents(Phase.OPENED)) == 1
        assert stage.incidents()[-1].priority is Priority.P3
        world.silent.clear()
        await stage.clock.advance(30)
    assert stage.pages() == 1
    assert stage.incidents()[-1].phase is Phase.CLOSED


async def test_a_firewall_that_drops_ping_wakes_nobody(
    world: World, clock: FakeClock, tmp_path: Path
) -> None:
    asked = [
        {"kind": "icmp", "target": "127.64.0.1"},
        {"kind": "tcp", "target": "127.64.0.1:443"},
    ]
    links = [{"id": "cfe", "probes": asked}]
    stage = Stage(fleet(hospital(links=links)), world, clock, tmp_path)
    async with stage.playing():
        await clock.advance(60)
        world.filters_ping.add("hg/link/cfe")
        await clock.advance(120)
        (opened,) = stage.incidents(Phase.OPENED)
        assert (opened.cause, opened.priority) == (Cause.ICMP_FILTERED, Priority.P4)
        assert stage.states("hg/link/cfe") == ["up", "degraded"]
        world.filters_ping.clear()
        await clock.advance(60)
    assert stage.pages() == 0
    assert stage.incidents()[-1].phase is Phase.CLOSED


@pytest.mark.parametrize("phase", range(6))
async def test_a_link_that_comes_back_is_not_taken_for_filtered_before_its_ping_was_asked(
    world: World, clock: FakeClock, tmp_path: Path, phase: int
) -> None:
    asked: list[dict[str, object]] = [
        {"kind": "icmp", "target": f"127.64.0.{host}"} for host in (1, 2, 3, 4)
    ]
    asked += [{"kind": "tcp", "target": f"127.64.0.1:{port}"} for port in (80, 443)]
    links = [{"id": "cfe", "probes": asked}]
    stage = Stage(fleet(clinic(links=links)), world, clock, tmp_path)
    async with stage.playing():
        await clock.advance(60 + phase * 5)
        world.silence("cs")
        await clock.advance(90)
        world.speak("cs")
        await clock.advance(90)
    assert {event.cause for event in stage.incidents()} == {Cause.UNDETERMINED}
