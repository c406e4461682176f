"""Which use a link is good for: a matter of its figures alone."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.telemedicine import TelemedicineRules
from monitor.quality.fitness import (
    GRADES,
    Criterion,
    Figures,
    Shortfall,
    grade_of,
    is_lossy,
    shortfalls,
)
from monitor.quality.turn import Turn
from monitor.vocabulary import Fitness

RULES = TelemedicineRules()
GOOD = Figures(300, 0, 0.04, 0.005, 92.0, 92.0, 4.4)
RANK = {grade: rank for rank, grade in enumerate(GRADES)}


def test_its_words_are_api() -> None:
    assert [str(word) for word in Fitness] == [
        "ready", "ready_with_reservations", "store_and_forward_only", "unfit", "unknown",
    ]  # fmt: skip
    assert [str(word) for word in Criterion] == ["rtt_p95", "jitter_p95", "loss", "r_p10"]
    assert [str(word) for word in Turn] == ["worsened", "recovered", "became_usual"]


@pytest.mark.parametrize(
    ("figures", "grade"),
    [
        (GOOD, Fitness.READY),
        (replace(GOOD, rtt_p95_s=0.15, jitter_p95_s=0.03, lost=3, r_p10=80.0), Fitness.READY),
        (replace(GOOD, rtt_p95_s=0.151), Fitness.READY_WITH_RESERVATIONS),
        (replace(GOOD, jitter_p95_s=0.05), Fitness.READY_WITH_RESERVATIONS),
        (replace(GOOD, lost=9), Fitness.READY_WITH_RESERVATIONS),
        (replace(GOOD, jitter_p95_s=0.051), Fitness.STORE_AND_FORWARD_ONLY),
        (replace(GOOD, r_p10=69.9), Fitness.STORE_AND_FORWARD_ONLY),
        (replace(GOOD, rtt_p95_s=0.62), Fitness.STORE_AND_FORWARD_ONLY),
        (replace(GOOD, lost=31), Fitness.UNFIT),
        (replace(GOOD, rtt_p95_s=1.6), Fitness.UNFIT),
        (Figures(10, 10), Fitness.UNFIT),
    ],
)
def test_the_table(figures: Figures, grade: Fitness) -> None:
    assert grade_of(figures, RULES) is grade


def test_what_is_missing_is_told_with_its_limit() -> None:
    figures = replace(GOOD, rtt_p95_s=0.62, r_p10=52.0)

    assert list(shortfalls(figures, RULES.ready_with_reservations)) == [
        Shortfall(Criterion.RTT_P95, 0.62, 0.4),
        Shortfall(Criterion.R_P10, 52.0, 70.0),
    ]


@pytest.mark.parametrize(
    ("lost", "sent", "limit", "lossy"),
    [
        (1, 10, 0.01, False),  # one ping is not a loss of 10 %
        (2, 10, 0.01, True),
        (2, 10, 0.03, False),
        (10, 10, 0.1, True),
        (1, 100, 0.01, False),
        (2, 100, 0.01, True),
        (0, 0, 0.0, False),
        (1, 10, 0.0, True),
    ],
)
def test_few_packets_are_little_proof(lost: int, sent: int, limit: float, lossy: bool) -> None:
    assert is_lossy(lost, sent, limit) is lossy


FIGURES = st.builds(
    Figures,
    sent=st.just(300),
    lost=st.integers(0, 300),
    rtt_p95_s=st.floats(0, 3),
    jitter_p95_s=st.floats(0, 0.2),
    r_p10=st.floats(0, 93.2),
)


@given(FIGURES, st.floats(0, 3), st.floats(0, 0.2), st.integers(0, 300), st.floats(0, 93.2))
def test_nothing_worse_is_ever_graded_better(
    figures: Figures, rtt_s: float, jitter_s: float, lost: int, r: float
) -> None:
    worse = (
        replace(figures, rtt_p95_s=(figures.rtt_p95_s or 0) + rtt_s),
        replace(figures, jitter_p95_s=(figures.jitter_p95_s or 0) + jitter_s),
        replace(figures, lost=min(300, figures.lost + lost)),
        replace(figures, r_p10=max(0.0, figures.r_p10 - r)),
    )
    for other in worse:
        assert RANK[grade_of(other, RULES)] >= RANK[grade_of(figures, RULES)]


@given(st.integers(1, 400), st.data(), st.floats(0, 1), st.floats(0, 1))
def test_more_loss_or_a_stricter_limit_never_passes_sooner(
    sent: int, data: st.DataObject, limit: float, stricter: float
) -> None:
    lost = data.draw(st.integers(0, sent))
    if is_lossy(lost, sent, limit):
        assert is_lossy(min(sent, lost + 1), sent, limit)
        assert is_lossy(lost, sent, limit * stricter)
