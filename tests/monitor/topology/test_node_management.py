"""A node that does not answer itself, while what hangs on it does: told once, nobody is called."""

from pathlib import Path

import pytest

from config.fleet import Fleet
from config.site import Node
from monitor.vocabulary import Cause, Fact, Phase, Priority
from tests.clock import FakeClock
from tests.monitor.story import Stage, World
from tests.monitor.topology.test_node_stories import ANCHORS, TEN, below, grid, names, told
from tests.monitor.topology.test_restarts import Lives

PING = {"kind": "icmp", "target": "127.64.9.9"}
POP = Node.model_validate({"id": "pop", "probes": [PING]})
MANAGEMENT = ("node_management", "node/pop", 0)


@pytest.fixture
def world() -> World:
    return World()


def watched(world: World, clock: FakeClock, folder: Path, planned: Fleet | None = None) -> Stage:
    return Stage(planned or grid(*below("pop", *TEN), nodes=(POP,)), world, clock, folder, ANCHORS)


async def test_its_own_silence_is_one_incident_that_its_own_answer_ends(
    world: World, clock: FakeClock, tmp_path: Path
) -> None:
    stage = watched(world, clock, tmp_path)
    async with stage.playing():
        await clock.advance(61)
        world.silence("node/pop")
        await clock.advance(60)
        assert stage.incidents() == [], "a node that falls would have fallen by then"
        await clock.advance(3600)
        (opened,) = stage.incidents()
        assert (opened.cause, opened.priority, opened.pages) == (
            Cause.NODE_MANAGEMENT, Priority.P4, 0,
        )  # fmt: skip
        assert [part.key for part in opened.touched] == ["node/pop"], "it explains no site"
        lines = {line.fact: line.figures for line in opened.evidence}
        assert lines[Fact.SITES_ANSWER] == {"count": 10.0, "of": 10.0}
        assert Fact.NODE_SILENT in lines
        world.speak("node/pop")
        await clock.advance(60)
    assert [event.phase for event in stage.incidents()] == [Phase.OPENED, Phase.CLOSED]


async def test_while_most_that_hangs_on_it_is_silent_nothing_is_said_of_it(
    world: World, clock: FakeClock, tmp_path: Path
) -> None:
    stage = watched(world, clock, tmp_path)
    async with stage.playing():
        await clock.advance(61)
        for name in TEN[:5]:
            world.silence(name)
            await clock.advance(70)
        world.silence("node/pop")
        await clock.advance(300)
        assert {cause for cause, _, _ in told(stage.incidents())} == {"undetermined"}
        world.speak(*TEN)
        await clock.advance(120)
    assert MANAGEMENT in told(stage.incidents())


async def test_a_fall_is_told_beside_it_and_calls_as_ever(
    world: World, clock: FakeClock, tmp_path: Path
) -> None:
    stage = watched(world, clock, tmp_path)
    async with stage.playing():
        await clock.advance(61)
        world.silence("node/pop")
        await clock.advance(600)
        world.silence(*TEN)
        fell_at = clock.now()
        await clock.advance(60)
        assert told(stage.incidents()) == [MANAGEMENT, ("node", "node/pop", 1)]
        fall = stage.incidents(Phase.OPENED)[-1]
        assert (fall.at - fell_at).total_seconds() <= 10.0
        assert Fact.NODE_SILENT not in {line.fact for line in fall.evidence}
        assert fall.opened_at >= fell_at
        world.speak(*TEN)
        await clock.advance(120)
        assert [event.cause for event in stage.incidents(Phase.CLOSED)] == [Cause.NODE]
        world.speak("node/pop")
        await clock.advance(60)
    assert len(stage.incidents(Phase.CLOSED)) == 2
    assert stage.incidents(Phase.REOPENED) == []


async def test_a_node_that_falls_with_its_own_probe_has_no_second_incident(
    world: World, clock: FakeClock, tmp_path: Path
) -> None:
    stage = watched(world, clock, tmp_path)
    async with stage.playing():
        await clock.advance(61)
        world.silence("node/pop", *TEN)
        await clock.advance(600)
        assert told(stage.incidents()) == [("node", "node/pop", 1)]
        world.speak("node/pop", *TEN)
        await clock.advance(120)
    assert told(stage.incidents()) == [("node", "node/pop", 1)]


@pytest.mark.parametrize("sites", [2, 3])
async def test_a_dead_agent_does_not_make_the_cut_of_one_site_a_fall(
    world: World, clock: FakeClock, tmp_path: Path, sites: int
) -> None:
    planned = grid(*below("pop", *names("cs", sites)), nodes=(POP,))
    stage = watched(world, clock, tmp_path, planned)
    async with stage.playing():
        await clock.advance(61)
        world.silence("node/pop")
        await clock.advance(300)
        world.silence("cs-0")
        await clock.advance(90)
    assert told(stage.incidents()) == [MANAGEMENT, ("undetermined", "cs-0/link/cfe", 1)]


async def test_what_falls_above_it_leaves_it_as_it_is(
    world: World, clock: FakeClock, tmp_path: Path
) -> None:
    written = {"id": "pop", "parent": "core", "probes": [PING]}
    nodes = (
        Node(id="core", kind="core"),
        Node.model_validate(written),
        Node(id="b", parent="core"),
    )
    others = names("ti", 10)
    planned = grid(*below("pop", *TEN), *below("b", *others), nodes=nodes)
    stage = watched(world, clock, tmp_path, planned)
    async with stage.playing():
        await clock.advance(61)
        world.silence("node/pop")
        await clock.advance(300)
        world.silence(*TEN)
        await clock.advance(60)
        world.silence(*others)
        await clock.advance(120)
        assert stage.incidents(Phase.CLOSED) == []
        world.speak(*TEN, *others)
        await clock.advance(180)
        world.speak("node/pop")
        await clock.advance(60)
    assert list(stage.watch.incidents.open()) == []
    managed = [event for event in stage.incidents() if event.cause is Cause.NODE_MANAGEMENT]
    assert [event.phase for event in managed] == [Phase.OPENED, Phase.CLOSED]


@pytest.mark.parametrize("killed_after_s", [20, 64, 70, 300])
async def test_a_kill_changes_nothing_of_it(tmp_path: Path, killed_after_s: float) -> None:
    lives = Lives(grid(*below("pop", *TEN), nodes=(POP,)), tmp_path)
    await lives.live(61)
    lives.world.silence("node/pop")
    await lives.live(killed_after_s)
    await lives.live(200)
    assert told(lives.incidents) == [MANAGEMENT]
    assert [event.phase for event in lives.incidents] == [Phase.OPENED]
    lives.world.speak("node/pop")
    await lives.live(120)
    assert [event.phase for event in lives.incidents] == [Phase.OPENED, Phase.CLOSED]


async def test_a_restart_does_not_take_it_for_a_fall(tmp_path: Path) -> None:
    lives = Lives(grid(*below("pop", "cs-0", "cs-1"), nodes=(POP,)), tmp_path)
    await lives.live(61)
    lives.world.silence("node/pop")
    await lives.live(300)
    await lives.live(30)
    lives.world.silence("cs-0")
    await lives.live(90)
    assert told(lives.incidents) == [MANAGEMENT, ("undetermined", "cs-0/link/cfe", 1)]


async def test_a_probe_that_is_taken_out_of_the_list_takes_it_along(
    world: World, clock: FakeClock, tmp_path: Path
) -> None:
    stage = watched(world, clock, tmp_path)
    async with stage.playing():
        await clock.advance(61)
        world.silence("node/pop")
        await clock.advance(300)
        stage.pipeline.reload(grid(*below("pop", *TEN)))
        stage.scheduler.plan(stage.watch.probes())
        await clock.advance(30)
    assert [event.phase for event in stage.incidents()] == [Phase.OPENED, Phase.CLOSED]


async def test_blindness_neither_opens_nor_ends_it(
    world: World, clock: FakeClock, tmp_path: Path
) -> None:
    stage = watched(world, clock, tmp_path)
    async with stage.playing():
        await clock.advance(61)
        world.silence("node/pop")
        await clock.advance(300)
        world.silence("monitor", *TEN)
        await clock.advance(120)
        world.speak("monitor", *TEN)
        await clock.advance(120)
    managed = [event for event in stage.incidents() if event.cause is Cause.NODE_MANAGEMENT]
    assert [event.phase for event in managed] == [Phase.OPENED]
