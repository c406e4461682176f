"""The rules say what their names promise, at the instant at which they can know it."""

import pytest

from bench.judgement.contender import CONTENDERS, GUARDIA, LIFE, PEERS, Contender
from bench.judgement.rules import Guardia, InARow, Rule


def fail(rule: Rule, from_s: float) -> float:
    """Fail from then on until it pages; return how long that took."""
    at_s = from_s
    while not rule.paged:
        at_s = rule.fold(at_s, lost=True)
    return rule.paged_s - from_s


def test_three_in_a_row_pages_a_minute_and_a_time_out_after_the_first() -> None:
    assert fail(InARow(3), 0.0) == 61.0


def test_an_answer_begins_the_row_anew() -> None:
    rule = InARow(3)
    for at_s, lost in enumerate((True, True, False, True, True)):
        rule.fold(30.0 * at_s, lost=lost)
    assert (rule.paged, rule.in_doubt) == (0, True)
    rule.skip(5, 300.0)
    assert not rule.in_doubt


def test_one_outage_is_one_page() -> None:
    rule = InARow(3)
    at_s = 0.0
    for _ in range(50):
        at_s = rule.fold(at_s, lost=True)
    assert rule.paged == 1
    assert at_s == 30.0 * 50


@pytest.mark.parametrize(("peer", "after_s"), list(zip(PEERS, (61.0, 121.0, 61.0), strict=True)))
def test_the_peers_are_as_quick_as_their_settings_make_them(
    peer: Contender, after_s: float
) -> None:
    assert fail(peer.fresh(), 0.0) == after_s


def test_guardia_asks_every_second_and_pages_once() -> None:
    rule = GUARDIA.fresh()
    rule.skip(20, 570.0)
    assert rule.fold(600.0, lost=True) == 601.0
    assert rule.in_doubt
    assert 20.0 < fail(rule, 601.0) < 30.0  # it is new
    assert rule.paged == rule.down == 1


def test_life_critical_probes_overlap_once_in_doubt() -> None:
    rule = LIFE.fresh()
    rule.skip(20, 19.0)
    assert rule.fold(20.0, lost=True) == 20.5  # the first loss has to be known
    assert rule.fold(20.5, lost=True) == 20.75  # and then nothing is waited for
    assert rule.fold(20.75, lost=False) == 21.0


def test_doubt_lasts_while_a_probe_is_under_way() -> None:
    rule = LIFE.fresh()
    rule.skip(20, 19.0)
    rule.fold(20.0, lost=True)
    rule.fold(20.5, lost=False)
    rule.fold(20.75, lost=True)
    rule.fold(21.0, lost=False)
    assert rule.in_doubt
    rule.fold(21.25, lost=False)
    rule.fold(21.5, lost=False)
    assert not rule.in_doubt


def test_what_was_learned_is_taken_along_and_not_shared() -> None:
    rule = GUARDIA.fresh()
    assert isinstance(rule, Guardia)
    rule.judge.habit.add(10.0, 5.0)
    again = GUARDIA.again(rule)
    assert isinstance(again, Guardia)
    assert again.judge.habit.null == rule.judge.habit.null
    again.judge.habit.add(10.0, 5.0)
    assert again.judge.habit.episodes.count == 2 * rule.judge.habit.episodes.count


def test_every_contender_is_found_by_its_name() -> None:
    assert set(CONTENDERS) == {one.name for one in (GUARDIA, LIFE, *PEERS)}
