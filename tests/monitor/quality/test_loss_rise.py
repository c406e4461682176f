"""Lossy and not down: what counts, what does not, and how often it is told wrongly."""

import random

import pytest

from config.quality import QualityRules
from monitor.quality.loss_rise import LossHabit, LossRise
from monitor.quality.turn import Turn

RULES = QualityRules()
HUNDREDTH = LossHabit(0.01)


def play(link: LossRise, lost: str, at_s: float = 0.0, every_s: float = 1.0) -> list[Turn]:
    """Play runs of one packet: `x` is lost, `.` answered."""
    turns = [link.observe(at_s + n * every_s, 1, int(run == ".")) for n, run in enumerate(lost)]
    return [turn for turn in turns if turn is not None]


def clinic(habit: LossHabit = HUNDREDTH, every_s: float = 30.0) -> LossRise:
    return LossRise.of(RULES, every_s, habit)


def test_a_tenth_lost_is_worse_than_a_hundredth_and_told_with_both() -> None:
    link = clinic()

    assert play(link, "x........." * 20, every_s=30) == [Turn.WORSENED]
    assert link.loss_ratio == pytest.approx(0.1, abs=0.03)
    assert link.usual_ratio == 0.01


def test_it_recovers_once_and_for_all() -> None:
    link = clinic()
    play(link, "x........." * 20, every_s=30)

    assert play(link, "." * 300, at_s=6000, every_s=30) == [Turn.RECOVERED]
    assert play(link, "." * 300, at_s=16000, every_s=30) == []
    assert link.raised_s is None


def test_what_a_link_usually_loses_is_no_news() -> None:
    assert play(clinic(LossHabit(0.1)), "x........." * 100, every_s=30) == []


def test_an_outage_is_told_by_others() -> None:
    link = clinic()
    play(link, "..." + "x" * 500)
    link.exclude()

    assert play(link, "." * 100, at_s=600) == []


def test_outage_after_outage_is_told_by_others() -> None:
    link = clinic()
    for begin in range(10):
        assert play(link, "..." + "x" * 30, at_s=begin * 60.0) == []
        link.exclude()


def test_after_a_gap_that_says_nothing_a_loss_is_a_beginning() -> None:
    def said(*, excluded: bool) -> float:
        link = clinic(LossHabit(0.01, burst_s=600.0))
        link.observe(0.0, 2, 1)
        if excluded:
            link.exclude()
        link.observe(30.0, 2, 1)
        return link.test.score

    assert said(excluded=True) > said(excluded=False)


def test_more_bursts_are_found_sooner_where_they_are_known_to_be_bursts() -> None:
    def runs_until_told(bursty: float) -> int:
        link = clinic(LossHabit(0.01, burst_s=5.0, bursty=bursty), every_s=1.0)
        runs = ("xxxxx" + "." * 70) * 40
        turns = [link.observe(float(n), 1, int(run == ".")) for n, run in enumerate(runs)]
        return turns.index(Turn.WORSENED) if Turn.WORSENED in turns else len(runs)

    assert runs_until_told(1.0) < runs_until_told(0.0)


def test_one_gap_however_long_is_no_bad_link() -> None:
    assert play(clinic(), "." + "x" * 50 + "." * 10) == []


def test_gap_upon_gap_is_one() -> None:
    assert play(clinic(), "xxx.." * 20, every_s=1) == [Turn.WORSENED]


def test_the_rest_of_a_burst_is_hardly_counted_where_bursts_are_usual() -> None:
    bursts = ("xxxx" + "." * 26) * 8

    assert play(clinic(LossHabit(0.01, burst_s=10.0), every_s=1.0), bursts) == []
    assert play(clinic(HUNDREDTH, every_s=1.0), bursts) == [Turn.WORSENED]


def test_a_run_of_packets_counts_each_unless_they_share_a_burst() -> None:
    def runs_until_told(habit: LossHabit) -> int:
        link = clinic(habit)
        turns = [link.observe(30.0 * n, 10, 8) for n in range(60)]
        return turns.index(Turn.WORSENED)

    assert runs_until_told(HUNDREDTH) < runs_until_told(LossHabit(0.01, burst_s=5.0))


def test_a_run_that_sent_nothing_says_nothing() -> None:
    link = clinic()
    before = link.record(0.0)

    assert link.observe(0.0, 0, 0) is None
    assert link.record(0.0) == before


def test_another_habit_is_another_measure() -> None:
    link = clinic()
    link.adopt(RULES, 30.0, LossHabit(0.2))

    assert play(link, "x........." * 50, every_s=30) == []


@pytest.mark.parametrize("loss_ratio", [0.0, 0.002, 0.3, 0.9, 0.96, 1.0])
def test_every_habit_leaves_something_to_be_worse(loss_ratio: float) -> None:
    rates = clinic(LossHabit(loss_ratio, burst_s=2.0)).test.rates

    assert 0 < rates.usual < rates.raised < 1


def worsened(habit: LossHabit, loss_ratio: float, burst_s: float, runs: int) -> int:
    """Return how often a link in its habit is called worse, asked each 30 s, each 1 s in doubt."""
    chance, link, at_s, bad, until_s, count = random.Random(5), clinic(habit), 0.0, False, 0.0, 0
    good_s = burst_s * (1 - loss_ratio) / loss_ratio
    for _ in range(runs):
        while burst_s and until_s <= at_s:
            bad = not bad
            until_s += chance.expovariate(1 / (burst_s if bad else good_s))
        lost = bad if burst_s else chance.random() < loss_ratio
        count += link.observe(at_s, 1, int(not lost)) is Turn.WORSENED
        at_s += 1.0 if lost else 30.0
    return count


@pytest.mark.long
@pytest.mark.parametrize(("loss_ratio", "burst_s"), [(0.002, 0.0), (0.01, 0.0), (0.05, 5.0)])
def test_a_year_in_the_habit_keeps_the_budget(loss_ratio: float, burst_s: float) -> None:
    habit = LossHabit(loss_ratio, burst_s, bursty=float(burst_s > 0))

    assert worsened(habit, loss_ratio, burst_s, 1_052_000) <= RULES.false_a_year
