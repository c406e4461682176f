"""What a path teaches of itself, and that ignorance is slow rather than false."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.judge.episodes import BINS, HALF_LIFE_S, Episodes, bin_of
from monitor.judge.habit import ENOUGH, TRIED_S, Habit, upper_share

DAY_S = 86_400.0


def habit(prior_burst_s: float = 0.5, untried_s: float = 0.0) -> Habit:
    return Habit(prior_burst_s, pace_s=1.0, interval_s=30.0, untried_s=untried_s)


def taught(lengths_s: list[float], apart_s: float = 8000.0) -> Habit:
    learner = habit()
    for length_s in lengths_s:
        learner.add(length_s, apart_s)
    return learner


def bursts(mean_s: float, count: int, seed: int = 1) -> list[float]:
    chance = random.Random(seed)
    return [float(int(chance.expovariate(1 / mean_s))) for _ in range(count)]


def test_a_new_path_has_the_habit_of_its_medium() -> None:
    assert habit(5.0).null.burst_s == 5.0
    assert not habit().is_learned


def test_the_medium_of_a_new_link_is_believed_after_three_days_of_answers() -> None:
    learner = habit(0.5, untried_s=2.0)
    assert learner.null.burst_s == 2.0
    learner.answer(TRIED_S - 1.0)
    assert learner.null.burst_s == 2.0
    learner.answer(1.0)
    assert learner.null.burst_s == 0.5


def test_a_medium_that_is_worse_than_a_new_link_is_believed_at_once() -> None:
    assert habit(5.0, untried_s=2.0).null.burst_s == 5.0


def test_fifty_episodes_tell_more_than_how_new_a_link_is() -> None:
    learner = habit(0.5, untried_s=30.0)
    for _ in range(ENOUGH + 10):
        learner.add(0.0, 8000.0)
    assert learner.null.burst_s < 1.5


def test_another_setting_holds_for_those_that_are_new_still() -> None:
    new, tried = habit(0.5, untried_s=2.0), habit(0.5, untried_s=2.0)
    tried.answer(TRIED_S)
    for learner in (new, tried):
        learner.distrust(5.0)
    assert (new.null.burst_s, tried.null.burst_s) == (5.0, 0.5)


def test_a_few_long_bursts_do_not_make_an_ignorant_path_wait_for_ever() -> None:
    assert taught([55.0, 40.0]).null.burst_s == 10.0
    satellite = habit(15.0)
    satellite.add(55.0, 8000.0)
    assert satellite.null.burst_s == 15.0


def test_fifty_episodes_speak_louder_than_the_medium() -> None:
    learner = taught([0.0] * (ENOUGH + 10))
    assert learner.is_learned
    assert learner.null.burst_s < 1.5


@pytest.mark.parametrize("mean_s", [2.0, 5.0, 10.0, 30.0])
def test_the_length_of_bursts_is_learned_and_not_taken_for_shorter(mean_s: float) -> None:
    learned_s = [taught(bursts(mean_s, 1500, seed)).null.burst_s for seed in range(8)]
    assert all(0.85 * mean_s < length_s < 1.9 * mean_s for length_s in learned_s)


def test_few_episodes_make_a_pessimist() -> None:
    few = [taught(bursts(5.0, 60, seed)).null.burst_s for seed in range(20)]
    many = [taught(bursts(5.0, 2000, seed)).null.burst_s for seed in range(20)]
    assert sum(few) / 20 > sum(many) / 20


def test_single_losses_are_background_and_no_bursts() -> None:
    learner = taught([0.0] * 500, apart_s=600.0)
    assert learner.null.loss_ratio == pytest.approx(30 / 600, rel=0.05)
    assert learner.null.burst_s < 1.5


def test_false_pages_make_it_more_careful() -> None:
    learner = taught(bursts(5.0, 200))
    before = learner.null
    learner.widen()
    assert learner.null.burst_s == pytest.approx(1.25 * before.burst_s)
    assert learner.null.confirmation_s(0.001) > before.confirmation_s(0.001)


def test_the_past_fades_by_half_in_two_months() -> None:
    episodes = Episodes()
    for _ in range(100):
        episodes.add(3.0)
    episodes.watch(HALF_LIFE_S)
    assert episodes.count == pytest.approx(50)


def test_a_thousand_bursts_are_learned_to_a_tenth_though_they_are_counted_in_bins() -> None:
    learned_s = [taught(bursts(10.0, 1500, seed)).null.burst_s for seed in range(12)]
    assert sum(learned_s) / 12 == pytest.approx(10.0 * 1.07, rel=0.05)  # the bound's share


def test_of_a_path_that_hardly_has_bursts_its_medium_tells_how_long_they_are() -> None:
    learner = taught([0.0] * 300 + [1.0] + [0.0] * 50)
    assert learner.is_learned
    assert learner.null.burst_s == 0.5
    assert learner.null.burst_rate_hz < 1e-3


def test_one_long_burst_makes_an_ignorant_path_slow_and_a_known_one_hardly() -> None:
    assert taught([20.0]).null.burst_s == 10.0
    assert taught([0.0] * 300 + [20.0]).null.burst_s < 5.0


def test_what_is_fading_is_not_taken_for_long() -> None:
    learner = taught([1.0] + [0.0] * 1500)
    assert learner.null.burst_s == 0.5


@given(st.floats(0, 1e7))
def test_every_length_has_a_bin(length_s: float) -> None:
    assert 0 <= bin_of(length_s) < BINS
    assert bin_of(length_s) <= bin_of(length_s * 1.3)


@given(st.lists(st.tuples(st.floats(0, 5000), st.floats(0, 30 * DAY_S)), max_size=200))
def test_whatever_happens_the_habit_is_a_habit(lived: list[tuple[float, float]]) -> None:
    learner = habit()
    for length_s, apart_s in lived:
        learner.add(length_s, apart_s)
    null = learner.null
    assert null.burst_s >= 0.5
    assert null.burst_rate_hz >= 0
    assert 0 < null.loss_ratio <= 1
    assert 0 <= null.burst_share < 1


@given(st.floats(0, 100), st.floats(0.1, 1000))
def test_an_upper_bound_is_above_what_was_seen(successes: float, more: float) -> None:
    trials = successes + more
    assert min(successes / trials, 0.999) <= upper_share(successes, trials) <= 0.999


def test_bins_that_no_episode_needed_take_no_room() -> None:
    calm, lossy = Episodes(), Episodes()
    calm.watch(HALF_LIFE_S)
    lossy.add(3.0)
    lossy.add(0.0)
    assert (calm.counts, calm.count, calm.singles, calm.bin_at(0.7)) == ([], 0, 0.0, 0)
    assert len(lossy.counts) == len(lossy.sums_s) == bin_of(3.0) + 1
    assert (lossy.count, lossy.singles, lossy.bin_at(0.7)) == (2.0, 0.5, bin_of(3.0))
    assert lossy.beyond(bin_of(3.0), 1.0)[1:] == (0.0, 0.0)
    assert lossy.beyond(BINS - 1, 1.0)[1:] == (0.0, 0.0)


def test_paths_that_are_not_known_yet_share_what_is_thought_of_them() -> None:
    one, other = Habit(0.5, 1.0, 15.0), Habit(0.5, 1.0, 15.0)
    assert one.null is other.null
    other.widen()
    assert one.null is not other.null
