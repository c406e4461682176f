"""The test of Shiryaev and Roberts: odds that pay for their false alarms."""

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.judge.detector import Detector
from monitor.judge.null import YEAR_S, Null

FIBER = Null(1e-4, 0.5, 0.01)
SATELLITE = Null(1e-3, 5.0, 0.01)

nulls = st.builds(
    Null,
    st.floats(1e-7, 0.05), st.floats(0.25, 60.0), st.floats(0.002, 0.3),
)  # fmt: skip


def lost_until_page(null: Null, spacing_s: float = 1.0) -> int:
    detector = Detector()
    detector.answered(null, 30.0, 100)
    for lost in itertools.count(1):
        detector.observe(null, spacing_s, lost=True)
        if detector.alarms(0.001):
            return lost
    raise AssertionError


@given(nulls, st.integers(0, 400), st.floats(0.25, 300.0), st.lists(st.booleans(), max_size=6))
def test_a_run_of_answers_is_folded_in_as_if_one_by_one(
    null: Null, times: int, interval_s: float, before: list[bool]
) -> None:
    quick, slow = Detector(), Detector()
    for lost in before:
        quick.observe(null, 1.0, lost=lost)
        slow.observe(null, 1.0, lost=lost)
    quick.answered(null, interval_s, times)
    for _ in range(times):
        slow.observe(null, interval_s, lost=False)
    assert quick.odds_s == pytest.approx(slow.odds_s, rel=1e-6, abs=1e-6)
    assert quick.burst == pytest.approx(slow.burst, rel=1e-6, abs=1e-9)


@given(nulls, st.lists(st.tuples(st.floats(0.1, 60.0), st.booleans()), max_size=300))
def test_odds_and_burst_stay_within_their_bounds(
    null: Null, probes: list[tuple[float, bool]]
) -> None:
    detector = Detector()
    for elapsed_s, lost in probes:
        detector.observe(null, elapsed_s, lost=lost)
        assert 0 <= detector.odds_s <= 1e18
        assert 0 <= detector.burst <= 1


@given(nulls)
def test_every_outage_is_told_in_the_end(null: Null) -> None:
    assert lost_until_page(null) < 40 * null.burst_s + 60


def test_longer_bursts_need_more_proof() -> None:
    assert lost_until_page(FIBER) < 15 < 60 < lost_until_page(SATELLITE) < 120


def test_the_proof_is_close_to_the_shortest_honest_one() -> None:
    assert lost_until_page(SATELLITE) == pytest.approx(SATELLITE.confirmation_s(0.001), rel=0.25)


def test_evidence_from_elsewhere_is_worth_time() -> None:
    alone, told = Detector(), Detector()
    for _ in range(30):
        alone.observe(SATELLITE, 1.0, lost=True)
        told.observe(SATELLITE, 1.0, lost=True)
    told.support(1e6)
    assert told.alarms(12.0)
    assert not alone.alarms(12.0)


def test_a_harmless_link_keeps_its_budget() -> None:
    """Thirty years of a bursty link at a budget of twelve a year, its habit known."""
    null, chance, years = Null(1e-3, 2.0, 0.01), random.Random(4), 30
    detector, alarms, now_s, burst_until_s = Detector(), 0, 0.0, 0.0
    next_burst_s = chance.expovariate(null.burst_rate_hz)
    fast = 0
    while now_s < years * YEAR_S / 30:  # a thirtieth of the time, of the budget, too
        step_s = 1.0 if fast else 30.0
        now_s += step_s
        while next_burst_s <= now_s:
            burst_until_s = next_burst_s + chance.expovariate(1 / null.burst_s)
            next_burst_s = burst_until_s + chance.expovariate(null.burst_rate_hz)
        lost = now_s < burst_until_s or chance.random() < null.loss_ratio
        detector.observe(null, step_s, lost=lost)
        fast = 3 if lost else max(0, fast - 1)
        if detector.alarms(12.0):
            alarms, detector = alarms + 1, Detector(burst=1.0)
    assert alarms <= 12 * 2
