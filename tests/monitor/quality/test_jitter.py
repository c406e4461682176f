"""RFC 3550 over runs of one packet and of several."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.quality.jitter import Jitter

MS = 1_000_000


def play(*rtts_ms: int) -> Jitter:
    jitter = Jitter()
    for run, rtt_ms in enumerate(rtts_ms):
        jitter.observe(30.0 * run, (rtt_ms * MS,))
    return jitter


def test_single_packets_are_compared_with_the_run_before() -> None:
    jitter = Jitter()

    assert jitter.observe(0.0, (40 * MS,)) is None
    assert jitter.observe(30.0, (46 * MS,)) == pytest.approx(0.006)
    assert jitter.observe(60.0, (42 * MS,)) == pytest.approx(0.004)
    assert jitter.smoothed_s == pytest.approx(0.005)


def test_from_the_sixteenth_difference_on_each_weighs_a_sixteenth() -> None:
    steady = play(*[40, 50] * 20)
    spike = play(*[40, 50] * 20, 210)

    assert steady.smoothed_s == pytest.approx(0.010)
    assert spike.smoothed_s == pytest.approx(0.010 + (0.160 - 0.010) / 16)


def test_a_run_of_packets_has_its_own() -> None:
    jitter = Jitter()

    assert jitter.observe(0.0, (10 * MS, 14 * MS, 12 * MS)) == pytest.approx(0.003)
    assert jitter.observe(30.0, (500 * MS, 500 * MS)) == 0.0
    assert jitter.observe(60.0, ()) is None


def test_nothing_is_compared_across_a_gap() -> None:
    late, excluded = play(40), play(40)
    excluded.exclude()

    assert late.observe(300.0, (400 * MS,)) is None
    assert excluded.observe(30.0, (400 * MS,)) is None
    assert not late.is_known


@given(st.lists(st.integers(1, 5000), min_size=2, max_size=60))
def test_it_stays_within_the_differences(rtts_ms: list[int]) -> None:
    differences = [abs(b - a) / 1000 for a, b in itertools.pairwise(rtts_ms)]

    assert 0 <= play(*rtts_ms).smoothed_s <= max(differences) + 1e-9
