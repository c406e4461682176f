"""A node falls, and the daemon is killed in the middle: nobody is called twice."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from config.fleet import Fleet
from config.site import Node
from monitor.events import IncidentEvent
from monitor.vocabulary import Phase
from tests.clock import FakeClock
from tests.monitor.story import Stage, World
from tests.monitor.topology.test_node_stories import ANCHORS, TEN, below, grid, told


@dataclass
class Lives:
    """The same daemon again and again, on one journal."""

    fleet: Fleet
    folder: Path
    world: World = field(default_factory=World)
    clock: FakeClock = field(default_factory=FakeClock)
    incidents: list[IncidentEvent] = field(default_factory=list)

    async def live(self, seconds: float) -> None:
        stage = Stage(self.fleet, self.world, self.clock, self.folder, ANCHORS)
        async with stage.playing():
            await self.clock.advance(seconds)
        self.incidents += stage.incidents()
        self.clock.skip(3)


@pytest.mark.parametrize("killed_after_s", [0.5, 2, 4, 5, 6, 7, 8, 9, 12, 30])
async def test_a_kill_at_any_second_of_a_fall_pages_once(
    tmp_path: Path, killed_after_s: float
) -> None:
    lives = Lives(grid(*below("pop", *TEN)), tmp_path)
    await lives.live(61)
    lives.world.silence(*TEN)
    await lives.live(killed_after_s)
    await lives.live(90)
    lives.world.speak(*TEN)
    await lives.live(90)
    called = [one for one in told(lives.incidents) if one[2]]
    assert called == [("node", "node/pop", 1)]
    last = {event.id: event for event in lives.incidents}.values()
    assert {event.phase for event in last} == {Phase.CLOSED}


async def test_links_that_were_down_for_long_are_no_fall_of_their_node_after_a_restart(
    tmp_path: Path,
) -> None:
    lives = Lives(grid(*below("pop", "a", "b", "c", "d")), tmp_path)
    await lives.live(61)
    for name in ("a", "b", "c"):
        lives.world.silence(name)
        await lives.live(200)
    lives.clock.skip(400)
    await lives.live(120)
    assert {cause for cause, _, _ in told(lives.incidents)} == {"undetermined"}
    assert {pages for _, _, pages in told(lives.incidents)} == {1}


async def test_a_site_that_came_back_while_we_were_away_leaves(tmp_path: Path) -> None:
    lives = Lives(grid(*below("pop", *TEN)), tmp_path)
    await lives.live(61)
    lives.world.silence(*TEN)
    await lives.live(60)
    lives.world.speak("cs-4")
    await lives.live(60)
    assert told(lives.incidents) == [("node", "node/pop", 1)]
    assert "cs-4" not in {part.key for part in lives.incidents[-1].touched}


async def test_a_node_that_left_the_list_while_we_were_away_is_closed(tmp_path: Path) -> None:
    lives = Lives(grid(*below("pop", *TEN)), tmp_path)
    await lives.live(61)
    lives.world.silence(*TEN)
    await lives.live(60)
    lives.fleet = grid(*below(None, *TEN), nodes=())
    await lives.live(60)
    last = {event.root.key: event for event in lives.incidents}
    assert last["node/pop"].phase is Phase.CLOSED
    assert len(last) == 11


async def test_a_reload_keeps_a_fall_and_ends_it_with_its_node(tmp_path: Path) -> None:
    stage = Stage(grid(*below("pop", *TEN)), World(), FakeClock(), tmp_path, ANCHORS)
    async with stage.playing():
        await stage.clock.advance(61)
        stage.world.silence(*TEN)
        await stage.clock.advance(60)
        for loaded in (grid(*below("pop", *TEN[1:])), grid(*below("other", *TEN[1:]), nodes=())):
            stage.pipeline.reload(loaded)
            stage.scheduler.plan(stage.watch.probes(), stage.watch.phases())
            await stage.clock.advance(30)
            if loaded.nodes:
                assert told(stage.incidents()) == [("node", "node/pop", 1)]
    last = {event.root.key: event for event in stage.incidents()}
    assert last["node/pop"].phase is Phase.CLOSED
    assert sorted(root for root in last if root != "node/pop") == [
        f"{name}/link/cfe" for name in TEN[1:]
    ]


async def test_a_fall_that_we_could_not_see_is_told_when_we_see_again(tmp_path: Path) -> None:
    anchored = grid(*below("pop", *TEN), anchors=["127.64.255.1"])
    stage = Stage(anchored, World(), FakeClock(), tmp_path, ANCHORS)
    async with stage.playing():
        await stage.clock.advance(61)
        stage.world.silence(*TEN, "monitor")
        await stage.clock.advance(60)
        assert {event.cause.value for event in stage.incidents()} == {"monitor_blind"}
        stage.world.speak("monitor")
        await stage.clock.advance(60)
    assert sorted(told(stage.incidents())) == [
        ("monitor_blind", "monitor", 1), ("node", "node/pop", 1),
    ]  # fmt: skip


def test_the_nodes_of_a_list_need_not_all_have_sites(tmp_path: Path) -> None:
    empty = grid(*below("pop", "cs"), nodes=(Node(id="pop"), Node(id="idle")))
    stage = Stage(empty, World(), FakeClock(), tmp_path, ANCHORS)
    assert stage.watch.topology.groups.by_key["node/idle"].children == ()
