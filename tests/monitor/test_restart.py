"""A story interrupted after each step by stop, save and restore: the verdicts must not change."""

from collections.abc import Callable
from pathlib import Path

import pytest

from monitor.events import IncidentEvent
from monitor.vocabulary import Cause, Phase
from tests.clock import FakeClock
from tests.monitor.story import ON_BATTERY, RUNNING_LOW, Stage, World, fleet, hospital

pytestmark = pytest.mark.long

UPS = "hg/power/ups"
Step = Callable[[World], None]

POWER_STORY: tuple[Step, ...] = (
    lambda world: None,
    lambda world: world.power.update({UPS: ON_BATTERY}),
    lambda world: world.power.update({UPS: RUNNING_LOW}),
    lambda world: world.silence("hg"),
    lambda world: (world.speak("hg"), world.power.clear())[0],  # type: ignore[func-returns-value]
)
AREA_STORY: tuple[Step, ...] = (
    lambda world: None,
    lambda world: world.silence("hg/area/uci"),
    lambda world: world.silence("hg/area/quirofano"),
    lambda world: world.silent.clear(),
)


async def live(story: tuple[Step, ...], folder: Path, killed_after: int | None) -> list[str]:
    """Play a story, with the daemon killed and started again after one of its steps."""
    clock, world = FakeClock(), World()
    told: list[IncidentEvent] = []
    stage = Stage(fleet(hospital()), world, clock, folder)
    step = 0
    while step < len(story):
        async with stage.playing():
            while step < len(story):
                story[step](world)
                await clock.advance(40)
                step += 1
                if step - 1 == killed_after:
                    break
        told += stage.incidents()
        clock.skip(7)
        stage = Stage(fleet(hospital()), world, clock, folder)
    await stage.journal.close()
    return _summary(told)


def _summary(told: list[IncidentEvent]) -> list[str]:
    """What people would remember: each incident, its calls, its causes and that it ended."""
    lines = []
    for incident in dict.fromkeys(event.id for event in told):
        events = [event for event in told if event.id == incident]
        causes = "/".join(dict.fromkeys(event.cause for event in events))
        calls = max(event.pages for event in events)
        opened = len([event for event in events if event.phase is Phase.OPENED])
        closed = events[-1].phase is Phase.CLOSED
        lines.append(f"{causes} calls={calls} opened={opened} closed={closed}")
    return lines


@pytest.mark.parametrize("killed_after", range(4))
async def test_a_power_story_survives_a_restart_after_any_step(
    tmp_path: Path, killed_after: int
) -> None:
    whole = await live(POWER_STORY, tmp_path / "a", None)
    assert whole == ["power calls=2 opened=1 closed=True"]
    assert await live(POWER_STORY, tmp_path / "b", killed_after) == whole


@pytest.mark.parametrize("killed_after", range(3))
async def test_an_area_story_survives_a_restart_after_any_step(
    tmp_path: Path, killed_after: int
) -> None:
    whole = await live(AREA_STORY, tmp_path / "a", None)
    assert whole == ["area_network calls=2 opened=1 closed=True"]
    assert await live(AREA_STORY, tmp_path / "b", killed_after) == whole


@pytest.fixture(autouse=True)
def folders(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()


async def test_an_incident_keeps_its_start_over_a_restart(tmp_path: Path) -> None:
    clock, world = FakeClock(), World()
    stage = Stage(fleet(hospital()), world, clock, tmp_path)
    async with stage.playing():
        await clock.advance(30)
        world.silence("hg")
        await clock.advance(30)
    (opened,) = stage.incidents(Phase.OPENED)
    clock.skip(300)
    again = Stage(fleet(hospital()), world, clock, tmp_path)
    async with again.playing():
        await clock.advance(120)
        assert again.incidents(Phase.OPENED) == []
        world.speak("hg")
        await clock.advance(30)
    closed = again.incidents(Phase.CLOSED)[-1]
    assert (closed.id, closed.opened_at) == (opened.id, opened.opened_at)


async def test_the_incident_of_a_site_retired_while_we_were_away_is_closed(
    tmp_path: Path,
) -> None:
    clock, world = FakeClock(), World()
    stage = Stage(fleet(hospital()), world, clock, tmp_path)
    async with stage.playing():
        await clock.advance(30)
        world.silence("hg")
        await clock.advance(30)
    again = Stage(fleet(hospital("other")), world, clock, tmp_path)
    assert [event.phase for event in again.incidents()] == [Phase.CLOSED]
    assert [event.cause for event in again.incidents()] == [Cause.LINK]
    await again.journal.close()
