"""A trouble that comes back again and again is one incident, told of four times and no more."""

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.events import IncidentEvent
from monitor.incidents import Incidents
from monitor.response.recent import MOST, Recent
from monitor.vocabulary import Call, Phase, Priority
from tests.clock import START, FakeClock
from tests.monitor.story import Stage, World, clinic, fleet
from tests.monitor.test_incidents import Desk, finding


def desk(within_s: float = 900.0) -> Desk:
    one = Desk()
    one.incidents = Incidents(
        "noc", one.incidents.number, recent=Recent(timedelta(seconds=within_s))
    )
    return one


def heard(events: Iterable[IncidentEvent]) -> list[str]:
    """What people hear: calls and ends."""
    told: list[str] = []
    pages = 0
    for event in events:
        if event.pages > pages:
            pages = event.pages
            told.append(str(event.call))
        if event.phase is Phase.CLOSED:
            told.append("closed")
    return told


def test_what_comes_back_reopens_its_incident_and_calls_once() -> None:
    one = desk()
    one.hears(finding("link"))
    one.hears(at=START + timedelta(seconds=60))
    back = START + timedelta(seconds=300)
    assert one.hears(finding("link", since=back), at=back) == [("1", Phase.REOPENED)]
    event = one.told[-1]
    assert (event.pages, event.call, event.reopened) == (2, Call.REOPENED, 1)
    assert (event.closed_at, event.opened_at) == (None, START)


def test_a_swing_of_one_that_flaps_calls_nobody_and_ends_nothing() -> None:
    one = desk()
    for swing in range(5):
        at = START + timedelta(seconds=300 * swing)
        one.hears(finding("link", since=at), at=at)
        one.hears(at=at + timedelta(seconds=100))
    assert {event.id for event in one.told} == {one.told[0].id}
    assert heard(one.told) == ["opened", "closed", "reopened"]
    last = one.told[-1]
    assert (last.reopened, last.troubled_s) == (4, 500.0)
    assert last.settling_since == START + timedelta(seconds=1300)


def test_one_that_comes_back_too_late_is_another() -> None:
    one = desk()
    one.hears(finding("link"))
    one.hears()
    assert one.hears(finding("link"), at=START + timedelta(seconds=900)) == [("2", Phase.OPENED)]


def test_another_trouble_of_the_site_reopens_nothing() -> None:
    one = desk()
    one.hears(finding("link"))
    one.hears()
    assert one.hears(finding("service/ece")) == [("2", Phase.OPENED)]
    assert one.hears(finding("service/ece", held=True), finding("link", held=True)) == []


def test_zero_reopens_nothing() -> None:
    one = desk(within_s=0)
    one.hears(finding("link"))
    one.hears()
    assert one.hears(finding("link")) == [("2", Phase.OPENED)]


def test_one_that_is_back_quietly_calls_when_it_may() -> None:
    one = desk()
    one.hears(finding("link"))
    one.hears()
    one.hears(finding("link", calls=False))
    assert (one.told[-1].phase, one.told[-1].pages) == (Phase.REOPENED, 1)
    one.hears(finding("link"))
    assert (one.told[-1].pages, one.told[-1].call) == (2, Call.REOPENED)


def test_one_that_is_back_and_worse_calls_once() -> None:
    one = desk()
    one.hears(finding("link"))
    one.hears()
    one.hears(finding("link", priority=Priority.P1))
    one.hears(finding("link", priority=Priority.P1))
    assert (one.told[-1].pages, one.told[-1].call) == (2, Call.WORSE)


def test_a_retired_site_forgets_what_could_come_back() -> None:
    one = desk()
    one.hears(finding("link"))
    one.hears()
    one.incidents.close_site("hg", START)
    assert one.hears(finding("link")) == [("2", Phase.OPENED)]


def test_what_can_come_back_is_bounded() -> None:
    one = desk()
    for number in range(MOST + 2):
        one.hears(finding(f"service/{number}"))
        one.hears()
    assert one.incidents.recent.take("hg", "service/1", START) is None
    assert one.incidents.recent.take("hg", "service/2", START) is not None


async def test_a_flapping_clinic_is_told_of_four_times_however_often_it_swings(
    tmp_path: Path,
) -> None:
    clock, world = FakeClock(), World()
    stage = Stage(fleet(clinic()), world, clock, tmp_path)
    async with stage.playing():
        await clock.advance(60)
        for _ in range(8):
            world.silence("cs")
            await clock.advance(200)
            world.speak("cs")
            await clock.advance(200)
        await clock.advance(900)
    assert heard(stage.incidents()) == ["opened", "closed", "reopened", "closed"]
    last = stage.incidents()[-1]
    assert last.reopened == 7
    assert last.closed_at is not None
    assert 1200 < last.troubled_s < 2000
    assert last.closed_at < clock.now() - timedelta(seconds=900)  # when it last answered again


@pytest.mark.long
@pytest.mark.parametrize("killed_after", range(10))
async def test_it_survives_a_restart_after_any_step(tmp_path: Path, killed_after: int) -> None:
    clock, world = FakeClock(), World()
    told: list[IncidentEvent] = []
    stage = Stage(fleet(clinic()), world, clock, tmp_path)
    steps = iter(range(10))
    for life in (range(killed_after + 1), range(killed_after + 1, 10)):
        async with stage.playing():
            for _ in life:
                (world.silence if next(steps) % 2 else world.speak)("cs")
                await clock.advance(200)
        told += stage.incidents()
        clock.skip(7)
        stage = Stage(fleet(clinic()), world, clock, tmp_path)
    async with stage.playing():
        world.speak("cs")
        await clock.advance(1300)
    told += stage.incidents()
    assert heard(told) == ["opened", "closed", "reopened", "closed"]
    assert (told[-1].reopened, len({event.id for event in told})) == (4, 1)


async def test_a_reload_may_end_the_settling(tmp_path: Path) -> None:
    clock, world = FakeClock(), World()
    stage = Stage(fleet(clinic()), world, clock, tmp_path)
    async with stage.playing():
        for _ in range(2):
            world.silence("cs")
            await clock.advance(240)
            world.speak("cs")
            await clock.advance(200)
        assert stage.incidents()[-1].settling_since is not None
        stage.pipeline.reload(fleet(clinic(), response={"reopen_within": "0s"}))
        await clock.advance(10)
    assert stage.incidents()[-1].phase is Phase.CLOSED
