"""One probe's judge: what it proves, and what it learns from an outage that was none."""

from monitor.judge.habit import ENOUGH, Habit
from monitor.judge.judge import Budget, Judge

LIFE = Budget(cap_s=60.0)


def judge(budget: Budget = LIFE, burst_s: float = 0.5, *, known: bool = False) -> Judge:
    """A life-critical probe: every second, every quarter in doubt, given up after half a one."""
    habit = Habit(burst_s, pace_s=0.25, interval_s=1.0, lag_s=0.25)
    for _ in range(2 * ENOUGH if known else 0):
        habit.add(0.0, 10_000.0)
    fresh = Judge(habit, budget, timeout_s=0.5)
    for second in range(10):
        fresh.answer(float(second))
    return fresh


def lose(one: Judge, from_s: float, to_s: float) -> None:
    for quarter in range(int((to_s - from_s) * 4)):
        one.lose(from_s + quarter / 4)


def come_back(one: Judge, at_s: float) -> None:
    for quarter in range(3):
        one.answer(at_s + quarter / 4)
    one.is_back()


def test_a_loss_that_an_answer_overtook_is_no_part_of_a_silence() -> None:
    one = judge()
    one.lose(10.0)
    one.answer(10.75)
    one.lose(10.5)
    assert one.silent_since_s == 10.0
    one.lose(11.0)
    assert one.silent_since_s == 11.0


def test_time_that_was_counted_is_not_counted_again() -> None:
    overtaken, in_order = judge(), judge()
    for one, last_but_one_s in ((overtaken, 10.5), (in_order, 10.75)):
        one.lose(10.0)
        one.answer(10.75)
        one.lose(last_but_one_s)
        one.lose(11.0)
    assert overtaken.detector.odds_s == in_order.detector.odds_s


def test_the_cap_counts_from_the_last_answer_to_the_moment_the_loss_is_known() -> None:
    one = judge(burst_s=30.0)
    lose(one, 10.0, 68.5)
    assert not one.proven
    one.lose(68.5)  # known at 69.0, a minute after the answer at 9.0
    assert one.proven


def test_without_a_cap_only_the_odds_prove() -> None:
    one = judge(Budget(), burst_s=30.0)
    lose(one, 10.0, 100.0)
    assert not one.proven


def test_the_cap_proves_nothing_while_something_answers() -> None:
    one = judge(burst_s=30.0)
    for start in range(10, 100, 30):
        lose(one, float(start), start + 29.5)
        one.answer(start + 29.5)
    assert not one.proven


def test_a_path_that_is_known_grows_careful_when_an_outage_was_none_perhaps() -> None:
    one = judge(known=True)
    learned = one.habit.episodes.count
    lose(one, 10.0, 20.0)
    assert one.proven
    come_back(one, 20.0)
    assert one.habit.widening == 1.25
    assert one.habit.episodes.count == learned


def test_a_path_that_is_not_known_learns_from_it_as_well() -> None:
    one = judge()
    lose(one, 10.0, 20.0)
    assert one.proven
    come_back(one, 20.0)
    assert one.habit.widening == 1.25
    assert one.habit.episodes.count == 1
    assert one.habit.null.burst_s > 5.0


def test_its_answers_count_while_they_come_and_afterwards() -> None:
    one = judge()
    assert (one.calm_s, one.habit.calm_s) == (10.0, 0.0)
    one.lose(10.0)
    assert (one.calm_s, one.habit.calm_s) == (10.0, 10.0)


def test_an_outage_that_lasted_teaches_nothing() -> None:
    one = judge()
    lose(one, 10.0, 200.0)
    come_back(one, 200.0)
    assert (one.habit.widening, one.habit.episodes.count) == (1.0, 0)


def test_nor_does_a_short_one_that_something_else_confirmed() -> None:
    one = judge()
    lose(one, 10.0, 20.0)
    one.support(100.0)
    come_back(one, 20.0)
    assert (one.habit.widening, one.habit.episodes.count) == (1.0, 0)


def test_what_the_cap_alone_proved_does_not_widen_and_is_learned_from() -> None:
    one = judge(burst_s=30.0)
    lose(one, 10.0, 75.0)
    assert one.proven
    come_back(one, 75.0)
    assert (one.habit.widening, one.habit.episodes.count) == (1.0, 1)


def test_odds_that_pay_after_the_cap_prove_by_themselves() -> None:
    one = judge(burst_s=5.0)
    lose(one, 10.0, 72.0)
    assert one.capped
    lose(one, 72.0, 200.0)
    assert one.proven
    assert not one.capped
