"""Quantiles that are followed without being stored."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.quality.habit import Habit


@pytest.mark.parametrize("sigma", [0.05, 0.3, 1.0])
def test_it_finds_the_median_and_the_95th_percentile(sigma: float) -> None:
    chance, habit = random.Random(2), Habit(2880)
    for _ in range(20_000):
        habit.learn(math.log(0.06) + sigma * chance.gauss(0, 1))

    assert habit.median_s == pytest.approx(0.06, rel=0.1 * sigma + 0.005)
    assert habit.high - habit.middle == pytest.approx(1.645 * sigma, rel=0.15)


@given(st.lists(st.floats(-9.3, 3.5), max_size=300), st.integers(1, 50))
def test_the_median_stays_within_what_was_seen_and_below_the_95th(
    logs: list[float], most: int
) -> None:
    habit = Habit(most)
    for log_s in logs:
        habit.learn(log_s)
        assert habit.middle < habit.high
        assert habit.seen <= most
    if logs:
        assert min(logs) - 1 <= habit.middle <= max(logs) + 1


def test_a_spike_weighs_as_much_as_any_other() -> None:
    one, other = Habit(1000), Habit(1000)
    for habit, spike_s in ((one, 0.1), (other, 10.0)):
        for _ in range(100):
            habit.learn(math.log(0.04))
        habit.learn(math.log(spike_s))

    assert one == other
