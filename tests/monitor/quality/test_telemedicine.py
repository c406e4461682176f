"""The verdict over time: quick enough to warn, slow enough to be believed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.site import Medium
from config.telemedicine import TelemedicineRules
from monitor.quality.fitness import GRADES, Criterion
from monitor.quality.telemedicine import Assessment, Telemedicine
from monitor.vocabulary import Fitness

RULES = TelemedicineRules()
RANK = {grade: rank for rank, grade in enumerate(GRADES)}


class Consultation:
    """A link that is asked every 30 s, and its verdict after each answer."""

    def __init__(self, medium: Medium = Medium.FIBER) -> None:
        self.link = Telemedicine.of(RULES, medium, 30.0)
        self.now_s = 0.0

    def run(self, runs: int, rtt_s: float | None = 0.04, *, is_down: bool = False) -> list[Fitness]:
        return [self.step(rtt_s, is_down=is_down).fitness for _ in range(runs)]

    def step(self, rtt_s: float | None = 0.04, *, is_down: bool = False) -> Assessment:
        self.now_s += 30.0
        self.link.observe(self.now_s, 10, 10 if rtt_s is None else 0, rtt_s, 0.002)
        return self.link.assess(self.now_s, is_down=is_down)

    def blind(self, runs: int) -> list[Fitness]:
        seen = []
        for _ in range(runs):
            self.now_s += 30.0
            seen.append(self.link.assess(self.now_s, is_blind=True).fitness)
        return seen


def test_it_is_unknown_until_half_the_window_is_seen() -> None:
    assert Consultation().run(5) == [Fitness.UNKNOWN] * 4 + [Fitness.READY]


def test_a_link_that_slows_down_is_told_after_its_confirmation_with_the_reason() -> None:
    clinic = Consultation()
    clinic.run(20)
    verdicts = clinic.run(10, 0.25)
    told = clinic.step(0.25)

    assert verdicts[0] is Fitness.READY
    assert verdicts[-1] is Fitness.READY_WITH_RESERVATIONS
    assert [(lack.criterion, lack.value, lack.limit) for lack in told.shortfalls] == [
        (Criterion.RTT_P95, 0.25, 0.15)
    ]
    assert told.is_news


def test_getting_better_takes_ten_minutes_of_nothing_worse() -> None:
    clinic = Consultation()
    clinic.run(20, 0.25)
    verdicts = clinic.run(40)

    better = verdicts.index(Fitness.READY)
    assert set(verdicts[:better]) == {Fitness.READY_WITH_RESERVATIONS}
    assert set(verdicts[better:]) == {Fitness.READY}
    assert 600 <= better * 30 <= 600 + RULES.window


def test_while_it_waits_nothing_is_missing_any_more() -> None:
    clinic = Consultation()
    clinic.run(20, 0.25)
    clinic.run(12)

    assert clinic.step().fitness is Fitness.READY_WITH_RESERVATIONS
    assert clinic.step().shortfalls == ()


def test_a_link_that_is_down_is_unfit_at_once_and_not_at_once_fit_again() -> None:
    clinic = Consultation()
    clinic.run(20)

    assert clinic.run(2, None, is_down=True) == [Fitness.UNFIT] * 2
    assert clinic.step(None, is_down=True).shortfalls == ()
    assert set(clinic.run(20)) == {Fitness.UNFIT}
    assert clinic.run(15)[-1] is Fitness.READY


def test_blind_is_unknown_and_a_moment_of_it_heals_nothing() -> None:
    clinic = Consultation()
    clinic.run(20, 0.25)

    assert clinic.blind(2) == [Fitness.UNKNOWN] * 2
    assert clinic.run(1, 0.25) == [Fitness.READY_WITH_RESERVATIONS]
    assert Fitness.READY not in clinic.run(15)


def test_half_a_blindness_does_not_make_it_a_stranger() -> None:
    clinic = Consultation()
    clinic.run(20, 0.25)
    clinic.blind(9)

    assert clinic.run(5)[-1] is Fitness.READY_WITH_RESERVATIONS


def test_what_was_not_watched_for_ten_minutes_is_not_better() -> None:
    clinic = Consultation()
    clinic.run(20, 0.25)
    clinic.run(25)
    clinic.blind(2)

    assert set(clinic.run(19)) == {Fitness.READY_WITH_RESERVATIONS}
    assert clinic.run(2)[-1] is Fitness.READY


def test_after_a_long_blindness_what_is_seen_counts() -> None:
    clinic = Consultation()
    clinic.run(20, 0.25)
    clinic.blind(30)

    assert clinic.run(5) == [Fitness.UNKNOWN] * 4 + [Fitness.READY]


def test_a_geostationary_satellite_is_never_ready_and_no_news() -> None:
    unit = Consultation(Medium.SATELLITE)
    unit.run(20, 0.62)
    told = unit.step(0.62)

    assert told.fitness is told.best_possible is Fitness.STORE_AND_FORWARD_ONLY
    assert told.is_geostationary
    assert not told.is_news
    assert told.shortfalls != ()


def test_a_fibre_as_slow_as_a_satellite_is_news() -> None:
    clinic = Consultation()
    clinic.run(20, 0.62)

    assert not clinic.step(0.62).is_geostationary
    assert clinic.step(0.62).is_news


def test_not_even_where_the_limits_would_have_it_ready() -> None:
    lax = RULES.model_copy(
        update={"ready": RULES.store_and_forward_only.model_copy(update={"r": 0.0})}
    )
    link = Telemedicine.of(lax, Medium.SATELLITE, 30.0)
    for run in range(60):
        link.observe(30.0 * run, 1, 0, 0.6, 0.001)

    told = link.assess(1800.0)

    assert told.fitness is told.best_possible is Fitness.READY_WITH_RESERVATIONS


def test_a_satellite_in_a_low_orbit_may_be_ready() -> None:
    told = Consultation(Medium.SATELLITE)
    told.run(20, 0.06)

    assert told.step(0.06) == told.link.assess(told.now_s)
    assert told.step(0.06).fitness is Fitness.READY


@given(st.lists(st.tuples(st.sampled_from([0.04, 0.25, 0.7, 2.0, None]), st.booleans())))
def test_no_verdict_gets_better_sooner_than_it_may(
    runs: list[tuple[float | None, bool]],
) -> None:
    clinic = Consultation()
    held, since_s = clinic.run(6)[-1], clinic.now_s
    for rtt_s, is_down in runs:
        told = clinic.step(rtt_s, is_down=is_down)
        if told.fitness is Fitness.UNKNOWN or told.fitness is held:
            continue
        if RANK[told.fitness] < RANK[held]:
            assert clinic.now_s - since_s >= RULES.better_after
        held, since_s = told.fitness, clinic.now_s


@pytest.mark.parametrize("cut", range(0, 70, 3))
def test_a_restart_at_any_step_changes_no_verdict(cut: int) -> None:
    runs = [0.04] * 12 + [0.25] * 14 + [None] * 3 + [0.04] * 41
    going, restarted = Consultation(Medium.LTE), Consultation(Medium.LTE)
    for run, rtt_s in enumerate(runs):
        if run == cut:
            written = restarted.link.record(restarted.now_s)
            restarted.link = Telemedicine.of(RULES, Medium.LTE, 30.0)
            restarted.link.restore(written, restarted.now_s)
        assert going.step(rtt_s) == restarted.step(rtt_s)
