"""Slower than usual: how soon it is told, with which size, and what becomes of it."""

import math
import random
from collections.abc import Iterable, Iterator

import pytest

from config.quality import QualityRules
from monitor.quality.slowdown import Slowdown
from monitor.quality.turn import Turn

RULES = QualityRules()
DAY = 2880
"""Runs, 30 s apart."""


def link(every_s: float = 30.0) -> Slowdown:
    return Slowdown.of(RULES, RULES.delay, every_s)


def delays(
    median_s: float, count: int, seed: int = 1, sigma: float = 0.2, spikes: float = 0.01
) -> Iterator[float]:
    """Yield lognormal round trips with some spikes of 0.3 s on the average."""
    chance = random.Random(seed)
    for _ in range(count):
        spike_s = chance.expovariate(1 / 0.3) if chance.random() < spikes else 0.0
        yield median_s * math.exp(sigma * chance.gauss(0, 1)) + spike_s


def play(
    path: Slowdown, values_s: Iterable[float], at_s: float = 0.0, every_s: float = 30.0
) -> list[tuple[float, Turn]]:
    turned = []
    for value_s in values_s:
        turn = path.observe(at_s, value_s)
        if turn is not None:
            turned.append((at_s, turn))
        at_s += every_s
    return turned


def test_a_longer_way_is_told_in_minutes_with_its_size() -> None:
    path = link()
    play(path, delays(0.042, DAY))

    ((at_s, turn),) = play(path, delays(0.18, 60), at_s=DAY * 30.0)

    assert turn is Turn.WORSENED
    assert 120 <= at_s - DAY * 30 <= 900
    assert path.now_s == pytest.approx(0.18, rel=0.25)
    assert path.usual_s == pytest.approx(0.042, rel=0.1)


def test_it_recovers_when_the_old_way_is_back() -> None:
    path = link()
    play(path, delays(0.042, DAY))
    play(path, delays(0.18, 120), at_s=DAY * 30.0)

    turned = play(path, delays(0.042, DAY), at_s=(DAY + 120) * 30.0)

    assert [turn for _, turn in turned] == [Turn.RECOVERED]
    assert path.usual_s == pytest.approx(0.042, rel=0.1)


def test_what_stays_is_told_once_and_becomes_the_habit() -> None:
    path = link()
    play(path, delays(0.042, DAY))

    turned = play(path, delays(0.18, 3 * DAY), at_s=DAY * 30.0)

    assert [turn for _, turn in turned] == [Turn.WORSENED, Turn.BECAME_USUAL]
    assert turned[1][0] - turned[0][0] == RULES.adopt_after
    assert path.usual_s == pytest.approx(0.18, rel=0.1)


def test_a_quicker_way_is_no_news_and_learned_in_a_week_or_two() -> None:
    path = link()

    assert play(path, delays(0.18, 2 * DAY)) == []
    assert play(path, delays(0.042, 14 * DAY), at_s=2 * DAY * 30.0) == []
    assert path.usual_s == pytest.approx(0.042, rel=0.15)


def test_half_a_minute_of_delay_is_an_excursion() -> None:
    path = link(1.0)
    play(path, delays(0.042, 40_000), every_s=1.0)

    assert play(path, [0.5] * 30, at_s=40_000, every_s=1.0) == []


def test_nor_is_half_a_minute_in_which_it_comes_and_goes() -> None:
    path = link(1.0)
    play(path, delays(0.042, 40_000), every_s=1.0)

    assert play(path, [0.5, 0.04] * 20, at_s=40_000, every_s=1.0) == []


def test_a_quarter_more_is_not_worse_however_sure() -> None:
    path = link()
    play(path, delays(0.1, DAY, sigma=0.01, spikes=0))

    assert play(path, delays(0.125, DAY, sigma=0.01, spikes=0), at_s=DAY * 30.0) == []


def test_little_is_not_worse_however_sure() -> None:
    path = link()
    play(path, delays(0.004, DAY, sigma=0.01, spikes=0))

    assert play(path, delays(0.016, DAY, sigma=0.01, spikes=0), at_s=DAY * 30.0) == []


def test_nothing_is_judged_in_the_first_hour() -> None:
    path = link(1.0)

    assert play(path, [*[0.04] * 1800, *[0.4] * 1700], every_s=1.0) == []


def test_what_is_unusual_for_one_link_is_usual_for_another() -> None:
    steady, wild = link(), link()
    play(steady, delays(0.06, DAY, sigma=0.1))
    play(wild, delays(0.06, DAY, sigma=0.8))

    assert play(steady, delays(0.13, DAY // 4, sigma=0.1), at_s=DAY * 30.0) != []
    assert play(wild, delays(0.13, DAY // 4, sigma=0.1), at_s=DAY * 30.0) == []


@pytest.mark.long
@pytest.mark.parametrize("sigma", [0.3, 1.0])
@pytest.mark.parametrize("correlated_s", [0.0, 60.0])
def test_half_a_year_in_the_habit_keeps_the_budget(sigma: float, correlated_s: float) -> None:
    chance, path, log_s, told = random.Random(3), link(), 0.0, 0
    kept = math.exp(-30 / correlated_s) if correlated_s else 0.0
    fresh = math.sqrt(1 - kept * kept)
    for run in range(180 * DAY):
        log_s = kept * log_s + fresh * chance.gauss(0, 1)
        spike_s = chance.expovariate(1 / 0.3) if chance.random() < 0.01 else 0.0
        value_s = 0.06 * math.exp(sigma * log_s) + spike_s
        told += path.observe(run * 30.0, value_s) is Turn.WORSENED

    assert told <= RULES.false_a_year / 2
