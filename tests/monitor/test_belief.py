"""Probes in, states out, one sentence per step."""

from datetime import timedelta

from config.settings import JudgementClass
from monitor.belief import Belief
from monitor.transition import Signal
from monitor.vocabulary import State
from probes.reading import Reading, Reason
from tests.clock import START

ANSWER = Reading(True, 0.01)
SILENCE = Reading.failed(Reason.NO_REPLY, "no reply")
OURS = Reading.failed(Reason.NO_SOCKET, "too many open files")
RULE = JudgementClass(interval=5.0, reprobe=1.0, failures=4, over=4.0, successes=2)


def play(belief: Belief, *steps: tuple[float, Reading]) -> list[State]:
    states = []
    for at_s, reading in steps:
        belief.observe(reading, at_s, START + timedelta(seconds=at_s))
        states.append(belief.state)
    return states


def test_one_answer_is_enough_to_be_up() -> None:
    assert play(Belief(RULE, 1.0), (0, ANSWER)) == [State.UP]


def test_four_failures_over_four_seconds_are_an_outage_that_began_with_the_first() -> None:
    belief = Belief(RULE, 1.0)
    states = play(belief, (0, ANSWER), *[(5 + n, SILENCE) for n in range(5)])
    assert states == [State.UP] * 5 + [State.DOWN]
    assert belief.since == START + timedelta(seconds=5)


def test_quick_failures_alone_are_only_doubt() -> None:
    belief = Belief(RULE, 1.0)
    states = play(belief, (0, ANSWER), *[(5 + n / 10, SILENCE) for n in range(20)])
    assert set(states) == {State.UP}
    assert belief.suspect


def test_an_answer_ends_the_doubt_and_the_count_begins_again() -> None:
    belief = Belief(RULE, 1.0)
    play(belief, (0, ANSWER), (5, SILENCE), (6, SILENCE), (7, SILENCE), (8, ANSWER))
    assert not belief.suspect
    assert play(belief, (9, SILENCE), (10, SILENCE), (13, SILENCE)) == [State.UP] * 3


def test_a_patient_medium_waits_longer() -> None:
    satellite = Belief(RULE, 5.0)
    states = play(satellite, (0, ANSWER), *[(5 + n, SILENCE) for n in range(21)])
    assert states[-2:] == [State.UP, State.DOWN]
    assert satellite.first_failure_s == 5


def test_patience_never_exceeds_the_cap() -> None:
    assert Belief(RULE, 100.0).needed_s == RULE.max_confirm


def test_down_needs_two_answers_to_be_back_since_the_first_of_them() -> None:
    belief = Belief(RULE, 1.0)
    play(belief, *[(n, SILENCE) for n in range(6)])
    assert play(belief, (10, ANSWER), (11, ANSWER)) == [State.DOWN, State.UP]
    assert belief.since == START + timedelta(seconds=10)


def test_a_lucky_answer_in_an_outage_is_doubt_not_recovery() -> None:
    belief = Belief(RULE, 1.0)
    play(belief, *[(n, SILENCE) for n in range(6)])
    assert play(belief, (10, ANSWER)) == [State.DOWN]
    assert belief.suspect
    assert play(belief, (11, SILENCE), (12, ANSWER)) == [State.DOWN, State.DOWN]


def test_our_own_failure_is_no_evidence_against_a_clinic() -> None:
    belief = Belief(RULE, 1.0)
    states = play(belief, (0, ANSWER), *[(n, OURS) for n in range(1, 100)])
    assert State.DOWN not in states
    assert states[1:4] == [State.UP, State.UP, State.UNKNOWN]


def test_our_own_failure_never_ends_an_outage() -> None:
    belief = Belief(RULE, 1.0)
    play(belief, *[(n, SILENCE) for n in range(6)])
    assert set(play(belief, *[(n, OURS) for n in range(6, 60)])) == {State.DOWN}


def test_our_own_failure_amid_an_outage_does_not_reset_the_proof() -> None:
    belief = Belief(RULE, 1.0)
    states = play(
        belief, (0, ANSWER), (1, SILENCE), (2, SILENCE), (3, OURS), (4, SILENCE), (5, SILENCE)
    )
    assert states[-1] is State.DOWN


def test_what_was_counted_blind_is_forgotten() -> None:
    belief = Belief(RULE, 1.0)
    play(belief, (0, ANSWER), (1, SILENCE), (2, SILENCE), (3, SILENCE))
    belief.forget_doubt()
    assert not belief.suspect
    assert play(belief, (6, SILENCE)) == [State.UP]


def test_signals_say_what_a_run_meant() -> None:
    belief = Belief(RULE, 1.0)
    assert belief.observe(SILENCE, 0, START) is Signal.FAILED
    assert belief.observe(ANSWER, 1, START) is Signal.ANSWERED
    assert belief.observe(ANSWER, 2, START) is Signal.PROVEN_BACK
