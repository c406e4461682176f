"""The table of science.md A.5, its promises, and what a burst may say."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.quality.rate_test import RateTest
from monitor.quality.rates import YEAR_S, Rates

SHARES = st.floats(0.001, 0.4)


def samples_to_alarm(rates: Rates, limit: float, share: float, rounds: int) -> float:
    """Return the mean run length of independent samples, `share` of which are bad."""
    chance, total = random.Random(7), 0
    for _ in range(rounds):
        test, turned = RateTest(rates, limit, 3.0), False
        while not turned:
            total += 1
            turned = test.fold(test.evidence(float(total), float(chance.random() < share)))
    return total / rounds


@pytest.mark.parametrize(
    ("usual", "raised", "limit", "expected"),
    [(0.005, 0.03, 8, 266), (0.01, 0.05, 6, 137), (0.01, 0.1, 12, 82), (0.05, 0.2, 10, 69)],
)
def test_a_raised_share_is_found_as_soon_as_simulated(
    usual: float, raised: float, limit: float, expected: float
) -> None:
    found = samples_to_alarm(Rates(usual, raised), limit, raised, 150)

    assert found == pytest.approx(expected, rel=0.15)


@pytest.mark.long
@pytest.mark.parametrize(
    ("usual", "raised", "limit", "expected"), [(0.01, 0.1, 6, 1.17e4), (0.05, 0.2, 6, 7.24e3)]
)
def test_a_usual_share_alarms_as_rarely_as_simulated(
    usual: float, raised: float, limit: float, expected: float
) -> None:
    found = samples_to_alarm(Rates(usual, raised), limit, usual, 100)

    assert found == pytest.approx(expected, rel=0.3)


@pytest.mark.parametrize(
    ("usual", "raised", "limit", "simulated"),
    [
        (0.005, 0.03, 12, 1.7e7), (0.01, 0.05, 10, 1.67e6), (0.01, 0.1, 12, 5.19e6),
        (0.05, 0.2, 8, 4.9e4), (0.05, 0.2, 12, 3.21e6),
    ],
)  # fmt: skip
def test_the_limit_of_a_budget_keeps_it_with_little_to_spare(
    usual: float, raised: float, limit: float, simulated: float
) -> None:
    asked = Rates(usual, raised).limit(30.0, YEAR_S / 30 / simulated)

    assert limit <= asked <= limit + 1  # e^1: at most 2.7 times rarer than asked


@given(SHARES, SHARES)
def test_what_cannot_be_told_apart_is_refused(one: float, other: float) -> None:
    if one < other:
        Rates(one, other)
    else:
        with pytest.raises(ValueError, match="no test tells"):
            Rates(one, other)


@given(st.floats(0.25, 600), st.floats(0, 60), st.floats(0, 1), st.floats(0.01, 1))
def test_bad_samples_speak_for_a_rise_and_good_ones_against(
    gap_s: float, burst_s: float, bursty: float, before: float
) -> None:
    rates = Rates(0.01, 0.1, burst_s, bursty)
    for good, bad in (rates.after_good(gap_s), rates.after_bad(gap_s, before)):
        assert good < 0 < bad


@given(st.floats(0.25, 600), st.floats(0.1, 60))
def test_the_rest_of_a_burst_says_less_than_its_beginning(gap_s: float, burst_s: float) -> None:
    rates = Rates(0.01, 0.1, burst_s)

    assert rates.after_bad(gap_s, 1.0)[1] <= rates.after_good(gap_s)[1]


def test_once_raised_it_takes_proof_to_be_back() -> None:
    test = RateTest(Rates(0.01, 0.1), 6.0, 3.0)
    test.reset(is_raised=True)

    answers = [test.fold(test.evidence(float(n), 0.0)) for n in range(33)]

    assert answers.index(True) == 31  # 32 answers at ln(0.99/0.9) = 0.095 each
    assert not test.is_raised
