"""Probes in, states out, one sentence per step."""

from datetime import timedelta

from config.component import Probe
from config.probe import IcmpSettings
from config.settings import JudgementClass
from monitor.belief import Belief
from monitor.transition import Signal
from monitor.vocabulary import State
from probes.reading import Reading, Reason
from tests.clock import START

ANSWER = Reading(True, 0.01)
SILENCE = Reading.failed(Reason.NO_REPLY, "no reply")
OURS = Reading.failed(Reason.NO_SOCKET, "too many open files")
RULE = JudgementClass(interval=5.0, reprobe=1.0)
LIFE = JudgementClass(interval=1.0, reprobe=0.25, max_confirm=60.0)


def believing(rule: JudgementClass = RULE, burst_s: float = 0.5) -> Belief:
    asked = IcmpSettings(target="127.0.0.1", timeout=0.5)
    probe = Probe("cs/link/cfe#icmp", "cs/link/cfe", asked, rule.interval, rule.reprobe)
    return Belief.of(rule, probe, burst_s)


def play(belief: Belief, *steps: tuple[float, Reading]) -> list[State]:
    states = []
    for at_s, reading in steps:
        belief.observe(reading, at_s, START + timedelta(seconds=at_s))
        states.append(belief.state)
    return states


def answers(count: int, until_s: float, every_s: float = 5.0) -> list[tuple[float, Reading]]:
    return [(until_s - every_s * n, ANSWER) for n in reversed(range(count))]


def test_one_answer_is_enough_to_be_up() -> None:
    assert play(believing(), (0, ANSWER)) == [State.UP]


def test_failures_in_a_row_are_an_outage_that_began_with_the_first() -> None:
    belief = believing()
    states = play(belief, *answers(3, 0), *[(5 + n, SILENCE) for n in range(6)])
    assert states[:5] == [State.UP] * 5  # two losses are no outage, whatever the odds
    assert states[-1] is State.DOWN
    assert belief.since == START + timedelta(seconds=5)


def test_it_is_down_before_it_calls_people() -> None:
    belief = believing()
    play(belief, *answers(3, 0))
    told = []
    for second in range(5, 40):
        play(belief, (second, SILENCE))
        told.append((belief.state is State.DOWN, belief.calls_people))
    down, called = told.index((True, False)), told.index((True, True))
    assert 2 <= down < called < 12
    assert belief.wants_more is False  # it is proven: the grid is enough


def test_down_but_not_proven_it_goes_on_asking_fast() -> None:
    belief = believing(burst_s=5.0)
    play(belief, *answers(3, 0), *[(5 + n, SILENCE) for n in range(45)])
    assert belief.state is State.DOWN
    assert not belief.calls_people
    assert belief.wants_more


def test_a_medium_of_long_bursts_waits_longer() -> None:
    fiber, satellite = believing(burst_s=0.5), believing(burst_s=5.0)
    steps = [*answers(3, 0), *[(5.0 + n, SILENCE) for n in range(20)]]
    assert play(fiber, *steps)[-1] is State.DOWN
    assert play(satellite, *steps)[-1] is State.UP
    assert satellite.suspect


def test_a_life_critical_area_calls_after_a_minute_of_silence_whatever_the_odds() -> None:
    belief = believing(LIFE, burst_s=30.0)
    play(belief, *answers(60, 0, 1.0))
    for quarter in range(1, 4 * 59):
        play(belief, (quarter / 4, SILENCE))
        assert not belief.calls_people
    play(belief, *[(59 + quarter / 4, SILENCE) for quarter in range(8)])
    assert belief.calls_people


def test_two_answers_end_the_doubt() -> None:
    belief = believing()
    play(belief, *answers(3, 0), (5, SILENCE), (6, SILENCE), (7, ANSWER))
    assert belief.suspect
    play(belief, (8, ANSWER))
    assert not belief.suspect
    assert play(belief, (9, SILENCE), (10, SILENCE)) == [State.UP] * 2


def test_what_was_no_outage_is_learned_from() -> None:
    belief = believing()
    play(belief, *answers(3, 0), (5, SILENCE), (6, SILENCE), (7, SILENCE), (8, ANSWER), (9, ANSWER))
    assert belief.judge.habit.episodes.count == 1


def test_an_outage_is_nothing_to_learn_from() -> None:
    belief = believing()
    play(belief, *answers(3, 0), *[(5 + n, SILENCE) for n in range(30)])
    play(belief, *[(40 + n, ANSWER) for n in range(9)])
    assert belief.state is State.UP
    assert belief.judge.habit.episodes.count == 0
    assert not belief.suspect


def test_down_needs_three_answers_to_be_back_since_the_first_of_them() -> None:
    belief = believing()
    play(belief, *[(n, SILENCE) for n in range(9)])
    assert play(belief, (10, ANSWER), (11, ANSWER), (12, ANSWER)) == [
        State.DOWN, State.DOWN, State.UP,
    ]  # fmt: skip
    assert belief.since == START + timedelta(seconds=10)


def test_a_lucky_answer_in_an_outage_is_doubt_not_recovery() -> None:
    belief = believing()
    play(belief, *[(n, SILENCE) for n in range(9)])
    assert play(belief, (10, ANSWER)) == [State.DOWN]
    assert belief.suspect
    assert play(belief, (11, SILENCE), (12, ANSWER)) == [State.DOWN, State.DOWN]


def test_our_own_failure_is_no_evidence_against_a_clinic() -> None:
    belief = believing()
    states = play(belief, (0, ANSWER), *[(n, OURS) for n in range(1, 100)])
    assert State.DOWN not in states
    assert states[1:4] == [State.UP, State.UP, State.UNKNOWN]


def test_our_own_failure_never_ends_an_outage() -> None:
    belief = believing()
    play(belief, *[(n, SILENCE) for n in range(9)])
    assert set(play(belief, *[(n, OURS) for n in range(9, 60)])) == {State.DOWN}


def test_our_own_failure_amid_an_outage_does_not_reset_the_proof() -> None:
    belief = believing()
    states = play(
        belief, *answers(3, 0), (1, SILENCE), (2, SILENCE), (3, OURS), (4, SILENCE), (5, SILENCE)
    )
    assert states[-1] is State.DOWN


def test_what_was_counted_blind_is_forgotten() -> None:
    belief = believing()
    play(belief, *answers(3, 0), (1, SILENCE), (2, SILENCE))
    belief.forget_doubt()
    assert not belief.suspect
    assert play(belief, (6, SILENCE), (7, SILENCE)) == [State.UP] * 2


def test_signals_say_what_a_run_meant() -> None:
    belief = believing()
    assert belief.observe(SILENCE, 0, START) is Signal.FAILED
    assert belief.observe(ANSWER, 1, START) is Signal.ANSWERED
    assert belief.observe(ANSWER, 2, START) is Signal.ANSWERED
    assert belief.observe(ANSWER, 3, START) is Signal.PROVEN_BACK


def pinged(timeout_s: float, reprobe_s: float) -> Probe:
    return Probe("a#icmp", "a", IcmpSettings(target="127.0.0.1", timeout=timeout_s), 1.0, reprobe_s)


def test_pings_that_overlap_are_judged_by_the_pace_at_which_they_leave() -> None:
    habit = Belief.of(LIFE, pinged(0.5, 0.25), 0.5).judge.habit
    assert (habit.pace_s, habit.lag_s) == (0.25, 0.25)
    slow = Belief.of(LIFE, pinged(0.5, 1.0), 0.5).judge.habit
    assert (slow.pace_s, slow.lag_s) == (1.0, 0.0)


def test_a_loss_that_a_later_answer_has_overtaken_begins_no_row() -> None:
    belief = Belief.of(LIFE, pinged(1.0, 0.25), 0.5)
    lost = Reading.failed(Reason.NO_REPLY, "", 1.0)
    belief.observe(ANSWER, 100.0, START)
    belief.observe(lost, 102.0, START)  # sent at 101
    assert (belief.failures, belief.suspect) == (1, True)
    belief.observe(ANSWER, 102.3, START)  # the burst is over, three losses are on their way
    for folded_s in (102.25, 102.5, 102.75):
        belief.observe(lost, folded_s + 0.5, START)
    assert belief.failures == 0
    assert belief.successes == 1
    assert belief.state is State.UP


def test_a_loss_that_waited_for_its_turn_was_asked_when_its_run_began() -> None:
    belief = believing()
    belief.observe(SILENCE, 100.0, START, 93.0)
    assert belief.last_failure_asked_s == 93.0


def test_what_is_judged_alike_shares_its_budgets() -> None:
    one, other = believing().judge.budget, believing(RULE.model_copy()).judge.budget
    assert one is other
    assert believing(LIFE).judge.budget.cap_s == 60.0
