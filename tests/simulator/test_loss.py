import random
from itertools import groupby

import pytest

from simulator.loss import BurstyLoss, IndependentLoss, Loss, one_way


def _lost(loss: Loss, every_s: float, count: int, legs: int = 2) -> list[bool]:
    return [loss.loses(number * every_s, legs) for number in range(count)]


def _ratio(lost: list[bool]) -> float:
    return sum(lost) / len(lost)


@pytest.mark.parametrize("ratio", [0.01, 0.1, 0.5])
def test_independent_loss_has_the_ratio_asked(ratio: float) -> None:
    lost = _lost(IndependentLoss(ratio, random.Random(1)), 1.0, 50_000)
    assert _ratio(lost) == pytest.approx(ratio, rel=0.1)


def test_two_ways_lose_what_a_round_trip_loses() -> None:
    loss = IndependentLoss(0.19, random.Random(2))
    both = [loss.loses(0, 1) or loss.loses(0, 1) for _ in range(50_000)]
    assert _ratio(both) == pytest.approx(0.19, abs=0.01)
    assert one_way(1.0) == 1.0


def test_total_loss_loses_everything() -> None:
    assert all(_lost(IndependentLoss(1.0, random.Random(3)), 1.0, 1000))


@pytest.mark.parametrize("every_s", [0.1, 1.0, 30.0])
def test_bursty_loss_has_its_mean_however_seldom_it_is_asked(every_s: float) -> None:
    lost = _lost(BurstyLoss(0.05, 3.0, 1.0, random.Random(4)), every_s, 200_000)
    assert _ratio(lost) == pytest.approx(0.05, rel=0.15)


def test_bursts_last_as_long_as_asked() -> None:
    lost = _lost(BurstyLoss(0.05, 3.0, 1.0, random.Random(5)), 0.1, 400_000)
    bursts_s = [0.1 * len(list(run)) for is_lost, run in groupby(lost) if is_lost]
    assert sum(bursts_s) / len(bursts_s) == pytest.approx(3.0, rel=0.15)


def test_a_burst_may_let_some_through() -> None:
    lost = _lost(BurstyLoss(0.1, 5.0, 0.5, random.Random(6)), 0.5, 200_000)
    assert _ratio(lost) == pytest.approx(0.1, rel=0.15)


def test_time_that_runs_backwards_is_no_time() -> None:
    loss = BurstyLoss(0.5, 1e6, 1.0, random.Random(7))
    assert len({loss.loses(at_s, 2) for at_s in (10.0, 5.0, 10.0)}) == 1
