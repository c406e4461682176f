"""A generator test, read aloud: what the sources say, and what it means for the test."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.maintenance import GeneratorTest
from config.recurrence import Occurrence
from config.site import PowerKind, PowerSource
from monitor.duty.expectation import WITH_LOAD, WITHOUT_LOAD, Breach, Expectation, Stage, Verdict
from monitor.vocabulary import Fact
from probes.reading import Mains, PowerFigures, UnitState
from tests.clock import START

WINDOW = Occurrence(START, START + timedelta(minutes=30))
UPS = PowerSource(id="ups", kind=PowerKind.UPS)
PLANTA = PowerSource(id="planta", kind=PowerKind.GENERATOR)
OTHER = PowerSource(id="planta-2", kind=PowerKind.GENERATOR)
PRESENT, ABSENT, UNKNOWN = Mains.PRESENT, Mains.ABSENT, Mains.UNKNOWN
STOPPED, STARTING, RUNNING = UnitState.STOPPED, UnitState.STARTING, UnitState.RUNNING
FAULT, COOLDOWN, MUTE = UnitState.FAULT, UnitState.COOLDOWN, UnitState.UNKNOWN
END_S = 1800

Says = tuple[float, PowerSource, Mains, UnitState]


def says(at_s: float, mains: Mains, state: UnitState) -> PowerFigures:
    return PowerFigures(mains, START + timedelta(seconds=at_s), age_s=0.0, state=state)


def ups(at_s: float, mains: Mains) -> Says:
    return (at_s, UPS, mains, UnitState.ON_BATTERY if mains is ABSENT else UnitState.ONLINE)


def planta(at_s: float, state: UnitState, mains: Mains = UNKNOWN) -> Says:
    return (at_s, PLANTA, mains, state)


def play(*story: Says, test: GeneratorTest | None = None) -> Expectation:
    """Read the sources in turn; before the story, mains were there and generators at rest."""
    last = {
        source.id: says(-60, PRESENT, UnitState.ONLINE if source is UPS else STOPPED)
        for source in (UPS, PLANTA, OTHER)
    }
    test_under_way = Expectation.of(test or GeneratorTest(), WINDOW)
    for at_s, source, mains, state in story:
        after = says(at_s, mains, state)
        test_under_way = test_under_way.observed(last[source.id], after, source)
        last[source.id] = after
    return test_under_way


GOOD = (ups(60, ABSENT), planta(63, STARTING), planta(68, RUNNING))


@pytest.mark.parametrize(
    ("story", "verdict", "due_s"),
    [
        ((), "pending", END_S),
        ((ups(60, ABSENT),), "pending", 70),
        (GOOD, "pending", END_S),
        ((*GOOD, ups(900, PRESENT)), "fulfilled", END_S),
        ((*GOOD, ups(900, PRESENT), planta(960, COOLDOWN), planta(990, STOPPED)),
         "fulfilled", END_S),
        # seen at its next turn, later than 10 s: nobody can tell that it was late
        ((ups(60, ABSENT), planta(90, RUNNING), ups(900, PRESENT)), "fulfilled", END_S),
        # the generator is heard first
        ((planta(62, RUNNING), ups(65, ABSENT), ups(900, PRESENT)), "fulfilled", END_S),
        ((*GOOD, planta(900, STOPPED), ups(905, PRESENT)), "fulfilled", END_S),
        # a microcut before the test, and the test twice
        ((ups(10, ABSENT), ups(15, PRESENT)), "pending", END_S),
        ((*GOOD, ups(900, PRESENT), ups(930, ABSENT), ups(960, PRESENT)), "fulfilled", END_S),
        ((*GOOD, ups(900, PRESENT), planta(950, STOPPED), ups(960, ABSENT)), "pending", 970),
        # nobody hears the generator: no evidence
        ((ups(60, ABSENT), ups(600, ABSENT)), "pending", 70),
        ((ups(60, ABSENT), planta(600, MUTE, ABSENT)), "pending", 70),
        # what was measured before the window is not of the test
        ((ups(-5, ABSENT),), "pending", END_S),
    ],
)  # fmt: skip
def test_a_test_that_goes_as_it_should(story: tuple[Says, ...], verdict: str, due_s: float) -> None:
    found = play(*story)
    assert (found.verdict, found.breach) == (verdict, None)
    assert found.due == START + timedelta(seconds=due_s)


@pytest.mark.parametrize(
    ("story", "breach"),
    [
        ((ups(60, ABSENT), planta(69, STARTING), planta(71, STARTING)), "generator_did_not_start"),
        ((ups(60, ABSENT), planta(90, STOPPED)), "generator_did_not_start"),
        ((planta(61, STOPPED, ABSENT), planta(72, STOPPED, ABSENT)), "generator_did_not_start"),
        ((ups(60, ABSENT), planta(65, FAULT)), "generator_failed"),
        ((*GOOD, planta(300, FAULT)), "generator_failed"),
        ((planta(30, FAULT),), "generator_failed"),
        ((*GOOD, planta(300, STOPPED), ups(311, ABSENT)), "generator_stopped"),
        ((*GOOD, ups(END_S + 5, ABSENT)), "mains_not_back"),
        ((ups(END_S + 5, PRESENT),), "not_held"),
        ((planta(60, RUNNING), planta(600, STOPPED), ups(END_S + 5, PRESENT)), "not_held"),
        # the second of two
        ((*GOOD, ups(900, PRESENT), planta(950, STOPPED), ups(960, ABSENT), planta(971, STOPPED)),
         "generator_did_not_start"),
    ],
)  # fmt: skip
def test_a_test_that_fails_is_told_by_its_word(story: tuple[Says, ...], breach: str) -> None:
    found = play(*story)
    assert (found.verdict, found.breach) == (Verdict.VIOLATED, breach)


def test_a_failed_test_stays_failed() -> None:
    late = play(ups(60, ABSENT), planta(71, STOPPED), planta(80, RUNNING), ups(900, PRESENT))
    assert late.breach is Breach.DID_NOT_START


IDLE = GeneratorTest(with_load=False)


@pytest.mark.parametrize(
    ("story", "told"),
    [
        ((), "pending"),
        ((planta(60, RUNNING),), "fulfilled"),
        ((planta(60, RUNNING), planta(900, STOPPED), planta(END_S + 5, STOPPED)), "fulfilled"),
        ((planta(END_S + 5, STOPPED),), "generator_did_not_start"),
        ((ups(END_S + 5, PRESENT),), "pending"),  # the UPS knows nothing of the generator
        ((planta(60, RUNNING), planta(90, FAULT)), "generator_failed"),
        ((planta(60, RUNNING), ups(90, ABSENT)), "unexpected_cut"),
        ((ups(90, ABSENT),), "unexpected_cut"),
    ],
)
def test_without_load_it_runs_while_mains_stay(story: tuple[Says, ...], told: str) -> None:
    found = play(*story, test=IDLE)
    assert (found.breach or found.verdict) == told


def test_only_the_generator_that_is_named_counts() -> None:
    named = GeneratorTest(generator="planta")
    other = (ups(60, ABSENT), (65, OTHER, UNKNOWN, RUNNING), (71, OTHER, UNKNOWN, RUNNING))
    assert play(*other, test=named).stage is Stage.DARK
    assert play(*other, planta(72, STOPPED), test=named).breach is Breach.DID_NOT_START
    assert play(*other).stage is Stage.CARRIED
    assert play((60, OTHER, UNKNOWN, FAULT), test=named).verdict is Verdict.PENDING


def test_what_was_so_when_the_window_opens_counts() -> None:
    dark = Expectation.of(GeneratorTest(), WINDOW, dark=True)
    assert (dark.stage, dark.due) == (Stage.DARK, START + timedelta(seconds=10))
    both = Expectation.of(GeneratorTest(), WINDOW, dark=True, running=True)
    assert both.stage is Stage.CARRIED
    assert Expectation.of(IDLE, WINDOW, dark=True).breach is Breach.UNEXPECTED_CUT
    assert Expectation.of(IDLE, WINDOW, running=True).verdict is Verdict.FULFILLED


def test_what_was_never_heard_is_unseen_when_it_is_over() -> None:
    assert play().closed().verdict is Verdict.UNSEEN
    assert play(ups(60, ABSENT)).closed().verdict is Verdict.UNSEEN
    assert play(*GOOD, ups(900, PRESENT)).closed().verdict is Verdict.FULFILLED
    over = play(*GOOD).closed()
    assert over.fed([Fact.GENERATOR_FAULT], START) == over
    assert over.passed(WINDOW.ends + timedelta(days=1), mains=True, generator=True) == over


steps = st.lists(
    st.tuples(
        st.integers(1, 400),
        st.sampled_from([UPS, PLANTA]),
        st.sampled_from([PRESENT, ABSENT, UNKNOWN]),
        st.sampled_from([STOPPED, STARTING, RUNNING, FAULT, MUTE]),
    ),
    max_size=12,
)


@given(steps, st.booleans())
def test_no_story_breaks_it_and_no_silence_violates_it(story: list[Says], with_load: bool) -> None:
    at_s, told = 0.0, []
    for over_s, source, mains, state in story:
        at_s += over_s
        told.append((at_s, source, mains, state))
    found = play(*told, test=GeneratorTest(with_load=with_load))
    assert (found.breach is not None) == (found.verdict is Verdict.VIOLATED)
    if found.breach is None:
        unheard = found.passed(WINDOW.ends + timedelta(hours=1), mains=False, generator=False)
        assert unheard == found
        assert replace(found, is_over=True).verdict in (Verdict.FULFILLED, Verdict.UNSEEN)
    if not any(mains is ABSENT for _, _, mains, _ in told):
        assert found.stage in (Stage.WAITING, Stage.IDLING)


def test_every_stage_hears_every_fact() -> None:
    heard = {fact for _, fact in WITH_LOAD}
    assert len(WITH_LOAD) == len(Stage) * len(heard)
    assert {fact for _, fact in WITHOUT_LOAD} == heard
