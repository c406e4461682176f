"""Each millisecond of a period counts once, whatever was noted in whatever order."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.report.exclusions import layered, stopped
from monitor.report.spans import Span, common, joined, length
from monitor.report.tally import Lot
from monitor.report.timeline import Excluded, counted, held, states
from tests.monitor.report.sample import noted

STATES = st.sampled_from(["up", "degraded", "down", "unknown", "gone"])
STEPS = st.lists(st.tuples(st.integers(-20, 120), STATES), max_size=12)
SPANS = st.lists(st.tuples(st.integers(-20, 120), st.integers(-20, 120)), max_size=5)
PERIOD = (0, 100)


def lots(*changes: tuple[int, str]) -> list[tuple[int, int, str]]:
    return [(a, b, lot.value) for a, b, lot, _ in states(PERIOD, noted(changes))]


def test_before_the_first_change_nothing_was_watched() -> None:
    assert lots((40, "up")) == [(0, 40, "absent"), (40, 100, "up")]


def test_a_state_of_before_the_period_holds_into_it_and_the_last_to_its_end() -> None:
    assert lots((-10, "down"), (30, "up")) == [(0, 30, "down"), (30, 100, "up")]


def test_what_left_the_list_is_absent() -> None:
    assert lots((0, "up"), (60, "gone")) == [(0, 60, "up"), (60, 100, "absent")]


def test_what_is_said_again_is_one_outage() -> None:
    told = states(PERIOD, noted([(0, "up"), (10, "down"), (40, "down"), (60, "up")]))
    assert [(s.lot, s.began) for s in told] == [(Lot.UP, 1), (Lot.DOWN, 2), (Lot.UP, 4)]


def test_what_is_known_later_does_not_go_back_behind_what_was_told() -> None:
    assert lots((0, "up"), (50, "down"), (40, "up")) == [(0, 50, "up"), (50, 100, "up")]


def test_a_state_of_another_version_is_unknown() -> None:
    assert lots((0, "asleep")) == [(0, 100, "unknown")]


@given(STEPS)
def test_states_fill_the_period_without_a_gap(changes: list[tuple[int, str]]) -> None:
    told = held(PERIOD, noted(changes))
    assert told[0][0] == 0
    assert told[-1][1] == 100
    assert all(one[1] == other[0] for one, other in pairwise(told))
    assert all(starts < ends for starts, ends, _, _ in told)


@given(STEPS, SPANS, SPANS, SPANS)
def test_each_instant_counts_once_under_any_exclusions(
    changes: list[tuple[int, str]], off: list[Span], blind: list[Span], work: list[Span]
) -> None:
    excluded = layered(PERIOD, ((Lot.STOPPED, off), (Lot.BLIND, blind), (Lot.MAINTENANCE, work)))
    told = counted(states(PERIOD, noted(changes)), excluded)
    assert sum(s.ends - s.starts for s in told) == 100
    assert all(one.ends == other.starts for one, other in pairwise(told))
    for at in range(100):
        (now,) = (s.lot for s in told if s.starts <= at < s.ends)
        (state,) = (s.lot for s in states(PERIOD, noted(changes)) if s.starts <= at < s.ends)
        assert now is expected(at, state, off, blind, work)


def expected(at: int, state: Lot, off: list[Span], blind: list[Span], work: list[Span]) -> Lot:
    """What an instant is, by the rule as docs/reports.md words it."""
    if state is Lot.ABSENT:
        return state
    for lot, spans in ((Lot.STOPPED, off), (Lot.BLIND, blind), (Lot.MAINTENANCE, work)):
        if any(starts <= at < ends for starts, ends in spans):
            return lot
    return state


@given(SPANS)
def test_what_no_life_covers_is_stopped(lives: list[Span]) -> None:
    off = stopped(PERIOD, lives)
    assert length(off) + length(common(joined(lives), (PERIOD,))) == 100


def test_the_first_layer_wins_where_exclusions_overlap() -> None:
    told = layered(PERIOD, ((Lot.STOPPED, ((10, 30),)), (Lot.MAINTENANCE, ((0, 20), (25, 40)))))
    assert told == [
        Excluded(0, 10, Lot.MAINTENANCE),
        Excluded(10, 30, Lot.STOPPED),
        Excluded(30, 40, Lot.MAINTENANCE),
    ]


@pytest.mark.parametrize("lives", [(), ((200, 300),)])
def test_a_period_without_any_daemon_is_stopped_all_of_it(lives: tuple[Span, ...]) -> None:
    assert stopped(PERIOD, lives) == (PERIOD,)
