"""An outage that a restart interrupts keeps its beginning and its proof."""

from datetime import timedelta
from pathlib import Path

import pytest

from monitor.doubt import LASTS
from monitor.memory import StandingRecord, recall_standing, standing_record
from monitor.standing import Standing
from monitor.vocabulary import Phase, State
from tests.clock import FakeClock
from tests.monitor.scene import ANSWER, NOW_S, SILENCE, Scene, at, play
from tests.monitor.story import Stage, World, clinic, fleet, hospital

LATER_S = 90_000.0  # another life: its monotonic clock has nothing to do with the first
LINK = "cs/link/cfe"
PING = {"kind": "icmp", "target": "127.64.0.1"}
PORTAL = {"kind": "http", "url": "http://127.64.0.1/"}
LTE = {"id": "lte", "medium": "lte", "probes": [PING]}


def reborn(standing: Standing, away: timedelta = timedelta(seconds=2)) -> Standing:
    """A component after the daemon was killed, and began again so much later."""
    written = standing_record(standing, NOW_S, at(NOW_S)).to_json()
    again = Standing.of(standing.component)
    record = StandingRecord.of_json(written)
    recall_standing(again, record, LATER_S, at(NOW_S) + away)
    return again


def doubted() -> Standing:
    """A mobile link that has lost three in a row, and is not down yet."""
    link = Scene(hospital(links=[LTE])).of("link/lte")
    assert play(link, SILENCE, NOW_S - 3, NOW_S - 2, NOW_S - 1) is State.UP
    return link


def odds_s(link: Standing) -> float:
    (belief,) = link.beliefs.values()
    return belief.judge.detector.odds_s


def test_three_lost_in_a_row_count_after_a_restart() -> None:
    before, after = doubted(), reborn(doubted())
    assert (after.suspect, odds_s(after)) == (True, odds_s(before))
    play(before, SILENCE, NOW_S + 3)
    play(after, SILENCE, LATER_S + 1)
    assert odds_s(after) == pytest.approx(odds_s(before))
    assert after.first_failure_at == before.first_failure_at == at(NOW_S - 3)


def test_a_doubt_is_dropped_when_the_daemon_was_away_for_long() -> None:
    after = reborn(doubted(), LASTS)
    assert (after.suspect, odds_s(after)) == (False, 0.0)


def test_a_doubt_that_was_over_is_not_brought_back() -> None:
    link = doubted()
    play(link, ANSWER, NOW_S)
    after = reborn(link)
    assert (after.suspect, odds_s(after)) == (False, 0.0)


def test_a_long_outage_that_ends_around_a_restart_is_not_taken_for_a_short_one() -> None:
    """Else its path would be thought to have long bursts, and called down ever later."""
    link = doubted()
    link_down = (NOW_S + seconds for seconds in range(60))
    assert play(link, SILENCE, *link_down) is State.DOWN
    written = standing_record(link, NOW_S + 60, at(NOW_S + 60))
    again = Standing.of(link.component)
    recall_standing(again, written, LATER_S, at(NOW_S + 62))
    (judge,) = [belief.judge for belief in again.beliefs.values()]
    burst_s = judge.habit.null.burst_s
    play(again, SILENCE, LATER_S + 1)
    assert play(again, ANSWER, LATER_S + 2, LATER_S + 3, LATER_S + 4) is State.UP
    assert judge.habit.null.burst_s == pytest.approx(burst_s)


def test_one_answer_less_does_not_finish_off_a_link_that_refuses_ping() -> None:
    """What answered until the restart must prove itself dead, whatever its ping had proven."""
    scene = Scene(hospital(links=[{"id": "cfe", "probes": [PING, PORTAL]}]))
    scene.silence("link/cfe#0", since_s=NOW_S - 60)
    link = scene.of("link/cfe")
    assert play(link, ANSWER, NOW_S - 20, probe=1) is State.DEGRADED
    after = reborn(link)
    assert play(after, SILENCE, LATER_S + 1, probe=0) is State.DEGRADED
    assert play(after, SILENCE, LATER_S + 1, probe=1) is State.DEGRADED
    assert play(after, SILENCE, LATER_S + 6, LATER_S + 11, LATER_S + 16, probe=1) is State.DOWN
    assert after.since == at(LATER_S + 1)


def test_a_doubt_is_written_down_now_and_again_and_when_it_is_over() -> None:
    (belief,) = doubted().beliefs.values()
    kept_s, proven_s = [], []
    for second in range(60):
        belief.observe(SILENCE, NOW_S + second, at(NOW_S + second))
        if belief.is_to_be_kept(NOW_S + second):
            kept_s.append(second)
        if belief.judge.proven:
            proven_s.append(second)
    assert kept_s == [0, 10, 20, proven_s[0]]
    belief.observe(ANSWER, NOW_S + 60, at(NOW_S + 60))
    assert [belief.is_to_be_kept(NOW_S + 60), belief.is_to_be_kept(NOW_S + 61)] == [True, False]


async def test_a_page_that_was_due_at_the_kill_comes_at_once_and_from_the_same_beginning(
    tmp_path: Path,
) -> None:
    clock, world = FakeClock(), World()
    mobile = fleet(clinic(links=[LTE | {"id": "cfe"}]))
    stage = Stage(mobile, world, clock, tmp_path)
    async with stage.playing():
        await clock.advance(40)
        world.silence("cs")
        while not stage.incidents():
            await clock.advance(1)
        await clock.advance(15)
    (opened,) = stage.incidents(Phase.OPENED)
    assert stage.pages() == 0
    clock.skip(2)
    again = Stage(mobile, world, clock, tmp_path)
    async with again.playing():
        await clock.advance(6)
        assert again.asked[0][1].startswith(LINK)
        assert again.pages() == 1
        assert {event.id for event in again.incidents()} == {opened.id}
        world.speak("cs")
        await clock.advance(40)
    assert again.incidents()[-1].phase is Phase.CLOSED
    assert again.incidents()[-1].opened_at == opened.opened_at
    assert again.states(LINK) == ["up"]
