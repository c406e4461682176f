"""Who is asked again soon, and who waits: behind a silent link nothing proves anything."""

from itertools import pairwise
from pathlib import Path

import pytest

from config.site import Site
from monitor.vocabulary import Phase, State
from tests.clock import FakeClock
from tests.monitor.story import Stage, World, clinic, fleet

AREAS = ("consulta", "farmacia")
INTERVAL_S, REPROBE_S, TIMEOUT_S = 15.0, 1.0, 1.0


def whole_clinic() -> Site:
    ping = {"kind": "icmp", "target": "127.66.0.1"}
    return clinic(
        "cs",
        links=[{"id": "cfe", "probes": [ping]}],
        areas=[{"id": area, "probes": [ping]} for area in AREAS],
        services=[{"id": "expediente", "probes": [ping]}],
    )


@pytest.fixture
def stage(world: World, clock: FakeClock, tmp_path: Path) -> Stage:
    quick = {"clinic": {"interval": f"{INTERVAL_S:g}s", "reprobe": f"{REPROBE_S:g}s"}}
    return Stage(fleet(whole_clinic(), classes=quick), world, clock, tmp_path, ("127.64.255.1",))


def asked_of(stage: Stage, part: str) -> list[float]:
    return [at_s for at_s, key in stage.asked if key.startswith(f"cs/{part}")]


async def test_behind_a_link_that_is_silent_only_the_link_is_asked_again_and_again(
    stage: Stage, world: World, clock: FakeClock
) -> None:
    async with stage.playing():
        await clock.advance(60)
        stage.asked.clear()
        world.silence("cs")
        while not stage.incidents(Phase.OPENED):
            await clock.advance(0.5)
        told_s = clock.monotonic()
    mute_s = asked_of(stage, "link")[0] + TIMEOUT_S
    assert len([at_s for at_s in asked_of(stage, "link") if at_s > mute_s]) >= 3
    for part in ("area/consulta", "area/farmacia", "service/expediente"):
        later = [at_s for at_s in asked_of(stage, part) if mute_s < at_s < told_s]
        assert len(later) <= 1  # its turn on the grid


async def test_they_are_asked_at_once_when_the_link_turns_out_to_answer(
    stage: Stage, world: World, clock: FakeClock
) -> None:
    async with stage.playing():
        await clock.advance(60)
        world.silence("cs")
        while stage.watch.views["cs"].has_mute_links is False:
            await clock.advance(0.1)
        in_doubt = [area for area in stage.watch.views["cs"].areas if area.suspect]
        while not in_doubt:
            await clock.advance(0.1)
            in_doubt = [area for area in stage.watch.views["cs"].areas if area.suspect]
        stage.asked.clear()
        world.speak("cs")
        world.silence(*(f"cs/area/{area}" for area in AREAS))
        while stage.watch.views["cs"].has_mute_links:
            await clock.advance(0.05)
        answered_s = clock.monotonic()
        await clock.advance(10)
    asked = [at_s for at_s in asked_of(stage, in_doubt[0].key[3:]) if at_s >= answered_s - 0.2]
    assert asked[0] <= answered_s + REPROBE_S
    gaps = [after - before for before, after in pairwise(asked)]
    assert gaps[0] < INTERVAL_S / 2  # its doubt is its own from now on


async def test_what_lies_behind_a_link_that_is_down_is_known_to_be_down_too(
    stage: Stage, world: World, clock: FakeClock
) -> None:
    async with stage.playing():
        await clock.advance(60)
        world.silence("cs")
        await clock.advance(60)
        states = {key: one.state for key, one in stage.watch.views["cs"].standings.items()}
    assert {key for key, state in states.items() if state is State.DOWN} >= {
        "cs/link/cfe", "cs/area/consulta", "cs/area/farmacia", "cs/service/expediente"
    }  # fmt: skip
    assert [event.root.key for event in stage.incidents(Phase.OPENED)] == ["cs/link/cfe"]
    assert stage.pages() == 1
