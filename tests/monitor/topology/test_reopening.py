"""A node that falls again soon is the same incident once more, and its sites stay silent in it."""

from pathlib import Path

from monitor.vocabulary import Call, Phase
from tests.clock import FakeClock
from tests.monitor.story import Stage, World
from tests.monitor.topology.test_node_stories import ANCHORS, TEN, below, grid, told


async def fall_and_rise(stage: Stage, world: World) -> None:
    world.silence(*TEN)
    await stage.clock.advance(60)
    world.speak(*TEN)
    await stage.clock.advance(60)


async def test_a_node_that_falls_again_reopens_its_incident(
    clock: FakeClock, tmp_path: Path
) -> None:
    world = World()
    stage = Stage(grid(*below("pop", *TEN)), world, clock, tmp_path, ANCHORS)
    async with stage.playing():
        await clock.advance(61)
        await fall_and_rise(stage, world)
        assert stage.incidents()[-1].phase is Phase.CLOSED
        await clock.advance(120)
        await fall_and_rise(stage, world)
        (first,) = stage.incidents(Phase.OPENED)
        assert {event.id for event in stage.incidents()} == {first.id}
        last = stage.incidents()[-1]
        assert (last.reopened, last.call) == (1, Call.REOPENED)
        await clock.advance(1000)  # `reopen_within`, and a little
    assert stage.incidents()[-1].phase is Phase.CLOSED
    assert told(stage.incidents()) == [("node", "node/pop", 2)]


async def test_what_falls_long_after_is_another_incident(clock: FakeClock, tmp_path: Path) -> None:
    world = World()
    stage = Stage(grid(*below("pop", *TEN)), world, clock, tmp_path, ANCHORS)
    async with stage.playing():
        await clock.advance(61)
        await fall_and_rise(stage, world)
        await clock.advance(1000)
        await fall_and_rise(stage, world)
    assert told(stage.incidents()) == [("node", "node/pop", 1), ("node", "node/pop", 1)]
