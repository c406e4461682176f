"""A life-critical area falls silent: how soon the board doubts it, and people are called."""

from pathlib import Path

import pytest

from tests.clock import FakeClock
from tests.monitor.story import Stage, World, fleet, hospital

UCI = "hg/area/uci"
BEFORE_S = 60.0
DOUBTED_WITHIN_S, DOWN_WITHIN_S, CALLED_WITHIN_S = 2.0, 4.0, 9.0
"""Of a path of which nothing is known yet; once it is, people are called within eight."""


@pytest.mark.parametrize("phase", range(6))
async def test_doubt_a_verdict_and_a_call_come_within_seconds(
    clock: FakeClock, tmp_path: Path, phase: int
) -> None:
    world = World()
    stage = Stage(fleet(hospital()), world, clock, tmp_path)
    async with stage.playing():
        await clock.advance(BEFORE_S + phase / 6)
        world.silence(UCI)
        await clock.advance(DOUBTED_WITHIN_S)
        standing = stage.watch.standing(UCI)
        assert standing is not None
        assert standing.suspect
        await clock.advance(DOWN_WITHIN_S - DOUBTED_WITHIN_S)
        assert stage.states(UCI) == ["up", "down"]
        await clock.advance(CALLED_WITHIN_S - DOWN_WITHIN_S)
    assert stage.pages() == 1


async def test_a_burst_of_one_second_calls_nobody_and_leaves_no_doubt(
    clock: FakeClock, tmp_path: Path
) -> None:
    world = World()
    stage = Stage(fleet(hospital()), world, clock, tmp_path)
    async with stage.playing():
        await clock.advance(BEFORE_S)
        world.silence(UCI)
        await clock.advance(1.0)
        world.speak(UCI)
        await clock.advance(5)
        standing = stage.watch.standing(UCI)
    assert stage.incidents() == []
    assert stage.states(UCI) == ["up"]
    assert standing is not None
    assert not standing.suspect
