"""Whether we can see: what counts as blind, what stands still meanwhile, what comes after."""

from pathlib import Path

import pytest

from config.settings import Settings
from monitor.sight.anchors import Anchors, monitor_component
from monitor.sight.blindness import NOTICE_S, Blindness
from monitor.standing import Standing
from monitor.vocabulary import Cause, Fact, Phase
from probes.reading import Reason
from tests.clock import FakeClock
from tests.monitor.scene import ANSWER, OURS, SILENCE, at, play
from tests.monitor.story import ON_BATTERY, Stage, World, clinic, fleet, hospital

ANCHORS = ("127.64.255.1", "127.64.255.2")
UPS = "hg/power/ups"


def blindness(*hosts: str) -> Blindness:
    settings = Settings(include=("x.yaml",), vantage="noc")
    return Blindness(Standing.of(monitor_component(settings)), Anchors.at(hosts))


def silence(sight: Blindness, at_s: float, *names: str) -> None:
    for name in names:
        play(sight.anchors.standings[f"monitor/{name}"], SILENCE, at_s)


@pytest.fixture
def stage(world: World, clock: FakeClock, tmp_path: Path) -> Stage:
    return Stage(fleet(hospital(), clinic()), world, clock, tmp_path, anchors=ANCHORS)


def test_without_anchors_and_before_any_run_we_are_not_blind() -> None:
    sight = blindness()
    assert not sight.settle(0.0, at(0.0))
    assert not sight.is_blind


def test_one_silent_anchor_of_two_is_that_anchor() -> None:
    sight = blindness(*ANCHORS)
    silence(sight, 1.0, "anchor-1")
    play(sight.anchors.standings["monitor/anchor-2"], ANSWER, 1.0)
    assert not sight.settle(1.0, at(1.0))


def test_an_anchor_that_was_not_asked_yet_is_no_witness_of_blindness() -> None:
    sight = blindness(*ANCHORS)
    silence(sight, 1.0, "anchor-1")
    assert not sight.settle(1.0, at(1.0))


def test_all_anchors_silent_is_blind_at_once_and_one_answer_ends_it() -> None:
    sight = blindness(*ANCHORS)
    silence(sight, 1.0, "anchor-1", "anchor-2")
    assert sight.settle(1.0, at(1.0))
    assert sight.is_blind
    play(sight.anchors.standings["monitor/anchor-1"], ANSWER, 2.0)
    assert sight.settle(2.0, at(2.0))
    assert not sight.is_blind


def test_an_anchor_that_we_could_not_even_ask_is_not_silent() -> None:
    sight = blindness("127.64.255.1")
    play(sight.anchors.standings["monitor/anchor-1"], OURS, 1.0, 2.0, 3.0)
    assert not sight.settle(3.0, at(3.0))


def test_more_probes_unseen_than_seen_is_blind() -> None:
    sight = blindness()
    sight.unmade.note("a", "icmp", None)
    sight.unmade.note("b", "icmp", Reason.NO_SOCKET)
    assert not sight.settle(1.0, at(1.0))
    sight.unmade.note("c", "icmp", Reason.STALLED)
    assert sight.settle(2.0, at(2.0))
    sight.unmade.note("c", "icmp", Reason.NO_REPLY)  # a clinic that does not answer was asked
    assert sight.settle(3.0, at(3.0))
    assert not sight.is_blind


def test_what_is_no_longer_asked_is_neither_seen_nor_unseen() -> None:
    sight = blindness()
    sight.unmade.note("a", "icmp", Reason.NO_SOCKET)
    sight.unmade.note("b", "icmp", None)
    sight.unmade.forget("a")
    sight.unmade.forget("b")
    assert (sight.unmade.reasons, sight.unmade.kinds) == ({}, {})


def test_blindness_is_told_only_once_it_has_lasted() -> None:
    sight = blindness(*ANCHORS)
    silence(sight, 1.0, "anchor-1", "anchor-2")
    sight.settle(1.0, at(1.0))
    assert sight.finding(1.0 + NOTICE_S - 0.1) is None
    finding = sight.finding(1.0 + NOTICE_S)
    assert finding is not None
    assert finding.cause is Cause.MONITOR_BLIND
    assert finding.since == at(1.0)
    assert [line.fact for line in finding.evidence] == [Fact.ANCHORS_SILENT]
    assert finding.evidence[0].subject == ", ".join(ANCHORS)


def test_a_short_blindness_is_never_told() -> None:
    sight = blindness()
    sight.unmade.note("a", "icmp", Reason.NO_SOCKET)
    sight.settle(1.0, at(1.0))
    sight.unmade.note("a", "icmp", None)
    sight.settle(2.0, at(2.0))
    assert sight.finding(2.0) is None
    assert sight.restless
    assert sight.finding(2.0 + NOTICE_S) is None
    assert not sight.restless


def test_our_own_failures_are_quoted_as_such() -> None:
    sight = blindness()
    sight.unmade.note("a", "icmp", Reason.NO_SOCKET)
    sight.unmade.note("b", "icmp", Reason.STALLED)
    sight.settle(1.0, at(1.0))
    finding = sight.finding(1.0 + NOTICE_S)
    assert finding is not None
    (line,) = finding.evidence
    assert (line.fact, line.figures) == (Fact.OWN_FAILURE, {"reason": "no_socket, stalled"})


def test_blindness_that_comes_and_goes_stays_one_finding_until_sight_has_lasted() -> None:
    sight = blindness()
    for second in range(0, 20, 2):
        sight.unmade.note("a", "icmp", Reason.NO_SOCKET)
        sight.settle(second, at(second))
        sight.finding(second)
    assert sight.finding(19.0) is not None
    for second in range(20, 30, 2):
        sight.unmade.note("a", "icmp", None if second % 4 == 0 else Reason.NO_SOCKET)
        sight.settle(second, at(second))
        assert sight.finding(second) is not None
    sight.unmade.note("a", "icmp", None)
    sight.settle(30.0, at(30.0))
    assert sight.finding(30.0 + NOTICE_S) is None


async def test_anchors_dead_from_the_start_are_told_and_nothing_else(
    stage: Stage, world: World
) -> None:
    world.silence("monitor", "hg", "cs")
    async with stage.playing():
        await stage.clock.advance(90)
    assert [event.cause for event in stage.incidents(Phase.OPENED)] == [Cause.MONITOR_BLIND]
    assert {event.cause for event in stage.incidents()} == {Cause.MONITOR_BLIND}
    assert stage.states("hg") == stage.states("cs") == []


async def test_an_incident_stays_as_it_is_while_we_are_blind_and_ends_afterwards(
    world: World, clock: FakeClock, tmp_path: Path
) -> None:
    stage = Stage(fleet(clinic()), world, clock, tmp_path, anchors=ANCHORS)
    async with stage.playing():
        await clock.advance(60)
        world.silence("cs")
        await clock.advance(60)
        world.silence("monitor")
        await clock.advance(20)
        world.speak("cs")  # it is repaired, and seen to answer, while our anchors are silent
        await clock.advance(60)
        ours = [event for event in stage.incidents() if event.site.id == "cs"]
        assert {event.phase for event in ours} == {Phase.OPENED, Phase.UPDATED}
        world.speak("monitor")
        await clock.advance(30)
    ours = [event for event in stage.incidents() if event.site.id == "cs"]
    assert [event.phase for event in ours] == [Phase.OPENED, Phase.UPDATED, Phase.CLOSED]
    assert stage.pages() == 2  # for the site, and for our blindness


async def test_a_restart_after_blindness_ends_it(
    stage: Stage, world: World, clock: FakeClock, tmp_path: Path
) -> None:
    async with stage.playing():
        await clock.advance(60)
        world.silence("monitor", "hg", "cs")
        await clock.advance(30)
    world.silent.clear()
    again = Stage(fleet(hospital(), clinic()), world, clock, tmp_path, anchors=ANCHORS)
    async with again.playing():
        await clock.advance(30)
    assert again.incidents()[-1].phase is Phase.CLOSED
    assert {event.id for event in again.incidents()} == {stage.incidents()[-1].id}
    assert {event.pages for event in again.incidents()} == {1}


async def test_mains_seen_absent_just_before_blindness_are_asked_again_before_they_page(
    stage: Stage, world: World
) -> None:
    async with stage.playing():
        await stage.clock.advance(60)
        world.power[UPS] = ON_BATTERY
        await stage.clock.advance(5)
        world.power.clear()
        world.silence("monitor", "hg")
        await stage.clock.advance(120)
        world.silent.clear()
        await stage.clock.advance(60)
    assert {event.cause for event in stage.incidents()} == {Cause.MONITOR_BLIND}


async def test_a_restart_while_blind_is_no_second_page(
    stage: Stage, world: World, clock: FakeClock, tmp_path: Path
) -> None:
    async with stage.playing():
        await clock.advance(60)
        world.silence("monitor", "hg", "cs")
        await clock.advance(30)
    clock.skip(5)
    again = Stage(fleet(hospital(), clinic()), world, clock, tmp_path, anchors=ANCHORS)
    async with again.playing():
        await clock.advance(60)
        assert {event.phase for event in again.incidents()} <= {Phase.UPDATED}
        world.silent.clear()
        await clock.advance(60)
    assert again.incidents()[-1].phase is Phase.CLOSED
    assert {event.id for event in again.incidents()} == {stage.incidents()[-1].id}


async def test_a_site_list_changed_while_we_are_blind_takes_no_site_down(
    world: World, clock: FakeClock, tmp_path: Path
) -> None:
    both = [
        {"id": "cfe", "probes": [{"kind": "icmp", "target": "127.65.0.1"}]},
        {"id": "lte", "probes": [{"kind": "icmp", "target": "127.65.0.2"}]},
    ]
    pharmacy = [{"id": "farmacia", "probes": [{"kind": "icmp", "target": "127.65.0.3"}]}]
    before = fleet(clinic(links=both, areas=pharmacy))
    stage = Stage(before, world, clock, tmp_path, anchors=ANCHORS)
    async with stage.playing():
        await clock.advance(60)
        world.silence("cs/link/cfe")
        await clock.advance(60)
        world.silence("monitor", "cs/area/farmacia")
        await clock.advance(40)
        stage.pipeline.reload(fleet(clinic(links=both[:1], areas=pharmacy)))
        stage.scheduler.plan(stage.watch.probes())
        world.speak("cs/area/farmacia")
        await clock.advance(40)
        assert "down" not in stage.states("cs")
        world.speak("monitor")
        await clock.advance(10)
    assert stage.states("cs")[-1] == "down"
