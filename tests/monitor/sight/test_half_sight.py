"""One kind of probe alone cannot be made: that is one notice of ours, and no site's failure."""

from pathlib import Path

import pytest

from config.site import Site
from monitor.events import IncidentEvent
from monitor.vocabulary import Cause, Fact, Phase
from probes.reading import Reason
from tests.clock import FakeClock
from tests.monitor.story import Stage, World, clinic, fleet

WEB = [{"id": "web", "probes": [{"kind": "http", "url": "http://127.65.0.1/"}]}]
PORTALS = [f"c{place}/service/portal" for place in range(3)]


def sites() -> list[Site]:
    """Three clinics with a link that is pinged and a portal that is fetched, one without a ping."""
    portal = [{"id": "portal", "probes": [{"kind": "http", "url": "http://127.65.0.1/"}]}]
    asked = [clinic(f"c{place}", services=portal) for place in range(3)]
    return [*asked, clinic("c3"), clinic("web", links=WEB)]


@pytest.fixture
def stage(world: World, clock: FakeClock, tmp_path: Path) -> Stage:
    return Stage(fleet(*sites()), world, clock, tmp_path)


def lose_http(world: World, reason: Reason = Reason.NO_SOCKET) -> None:
    world.silence("web/link/web", *PORTALS, reason=reason)


def only(events: list[IncidentEvent]) -> IncidentEvent:
    (event,) = events
    return event


async def test_it_is_told_once_as_ours_and_ends_when_it_works_again(
    stage: Stage, world: World
) -> None:
    async with stage.playing():
        await stage.clock.advance(120)
        lose_http(world)
        await stage.clock.advance(300)
        notice = only(stage.incidents(Phase.OPENED))
        assert (notice.cause, notice.pages) == (Cause.MONITOR_BLIND, 1)
        (line,) = notice.evidence
        assert (line.fact, line.subject) == (Fact.CANNOT_ASK, "http")
        assert line.figures == {"reason": "no_socket"}
        world.silent.clear()
        await stage.clock.advance(60)
    assert [event.phase for event in stage.incidents()] == [Phase.OPENED, Phase.CLOSED]


async def test_what_only_that_kind_asks_is_unknown_and_the_rest_is_watched(
    stage: Stage, world: World
) -> None:
    async with stage.playing():
        await stage.clock.advance(120)
        lose_http(world)
        await stage.clock.advance(120)
        assert {stage.watch.views[name].itself.state.value for name in ("c0", "c3")} == {"up"}
        assert stage.states("web")[-1] == "unknown"
        world.silence("c3")
        await stage.clock.advance(120)
    told = {event.site.id: event.cause for event in stage.incidents(Phase.OPENED)}
    assert told.keys() == {"", "c3"}
    assert told[""] is Cause.MONITOR_BLIND


async def test_a_kind_that_fails_for_a_moment_is_not_told(stage: Stage, world: World) -> None:
    async with stage.playing():
        await stage.clock.advance(120)
        lose_http(world)
        await stage.clock.advance(10)
        world.silent.clear()
        await stage.clock.advance(120)
    assert stage.incidents() == []


async def test_clinics_that_refuse_are_not_our_failure(stage: Stage, world: World) -> None:
    async with stage.playing():
        await stage.clock.advance(120)
        lose_http(world, Reason.REFUSED)
        await stage.clock.advance(120)
    assert Cause.MONITOR_BLIND not in {event.cause for event in stage.incidents()}


async def test_when_all_is_lost_the_same_notice_goes_on(stage: Stage, world: World) -> None:
    async with stage.playing():
        await stage.clock.advance(120)
        lose_http(world)
        await stage.clock.advance(120)
        world.silence("c0", "c1", "c2", "c3", reason=Reason.NO_SOCKET)
        await stage.clock.advance(120)
        assert stage.watch.sight.blindness.is_blind
        world.silent.clear()
        await stage.clock.advance(60)
    assert len({event.id for event in stage.incidents()}) == 1
    assert stage.pages() == 1
    assert stage.incidents()[-1].phase is Phase.CLOSED


async def test_a_restart_in_the_middle_is_no_second_notice(
    stage: Stage, world: World, clock: FakeClock, tmp_path: Path
) -> None:
    async with stage.playing():
        await clock.advance(120)
        lose_http(world)
        await clock.advance(120)
    again = Stage(fleet(*sites()), world, clock, tmp_path)
    async with again.playing():
        await clock.advance(200)
        assert {event.phase for event in again.incidents()} <= {Phase.UPDATED}
        world.silent.clear()
        await clock.advance(60)
    assert again.incidents()[-1].phase is Phase.CLOSED
    assert {event.id for event in again.incidents()} == {stage.incidents()[-1].id}
    assert {event.pages for event in again.incidents()} == {1}


async def test_a_restart_that_mends_it_ends_it(
    stage: Stage, world: World, clock: FakeClock, tmp_path: Path
) -> None:
    async with stage.playing():
        await clock.advance(120)
        lose_http(world)
        await clock.advance(120)
    world.silent.clear()
    again = Stage(fleet(*sites()), world, clock, tmp_path)
    async with again.playing():
        await clock.advance(60)
    assert again.incidents()[-1].phase is Phase.CLOSED
