"""Every scenario of the library, and each again with the daemon killed in the middle of it."""

from dataclasses import replace

import pytest

from bench.judgement.scenarios.library import BY_NAME, SCENARIOS
from bench.judgement.scenarios.restarts import changed, instants
from bench.judgement.scenarios.runner import Played, faults, play
from bench.judgement.scenarios.scenario import Scenario
from monitor.vocabulary import Phase

LONG_S = 900.0
KILLS = 2


def cases(*, restarts: bool) -> list[object]:
    """Return one parameter set for each scenario; what awaits a part may fail until it is built."""
    found: list[object] = []
    for scenario in SCENARIOS:
        marks: list[pytest.MarkDecorator] = []
        if scenario.awaits:
            marks.append(pytest.mark.xfail(reason=f"awaits {scenario.awaits}", strict=False))
        if restarts or scenario.lasts_s > LONG_S:
            marks.append(pytest.mark.long)
        found.append(pytest.param(scenario, id=scenario.name, marks=marks))
    return found


@pytest.mark.parametrize("scenario", cases(restarts=False))
def test_people_are_called_for_the_right_cause_once_and_in_time(scenario: Scenario) -> None:
    assert faults(scenario, play(scenario)) == []


@pytest.mark.timeout(120)
@pytest.mark.parametrize("scenario", cases(restarts=True))
def test_a_kill_in_the_middle_changes_nothing_that_people_are_told(scenario: Scenario) -> None:
    whole = play(scenario)
    found = instants(scenario, whole)
    for at_s in found[:: max(1, len(found) // KILLS)][:KILLS]:
        assert changed(whole, play(scenario, [at_s]), at_s) == [], f"killed at {at_s:g} s"


def test_a_kill_just_before_a_node_is_told_shows_none_of_its_children() -> None:
    scenario = BY_NAME["a point of presence with ten clinics is cut"]
    (node,) = play(scenario).told
    again = play(scenario, [node.told_s - 0.3])
    assert [(one.about, one.cause, one.pages) for one in again.told] == [("node/tij", "node", 1)]


def test_a_daemon_that_is_blind_is_killed_in_the_middle_and_around_the_end_of_it() -> None:
    scenario = BY_NAME["our uplink is lost for two minutes"]  # from 120 s on
    whole = play(scenario)
    ended_s = next(at_s for at_s, event in whole.heard if event.phase is Phase.CLOSED)
    found = instants(scenario, whole)
    assert any(150 < at_s < 210 for at_s in found)
    assert {round(ended_s + late_s, 3) for late_s in (-0.3, 0.3, 10.0)} <= set(found)


def test_there_are_enough_and_each_has_its_own_name() -> None:
    assert len(SCENARIOS) == len(BY_NAME)
    assert len(SCENARIOS) >= 40
    assert sum(scenario.is_quiet for scenario in SCENARIOS) >= 20


@pytest.fixture(scope="module")
def cut() -> tuple[Scenario, Played]:
    scenario = BY_NAME["the only link of a hospital is cut"]
    return scenario, play(scenario)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"cause": "power"}, "power of hg was told as link"),
        ({"within_s": 5.0}, "the call for link of hg took"),
        ({"times": 2}, "people were called 1 times for link of hg"),
        ({"priority": "P3"}, "link of hg was P1, not P3"),
        ({"about": "hr"}, "nobody was called for link of hr"),
    ],
)
def test_what_is_not_as_it_should_be_is_told(
    cut: tuple[Scenario, Played], change: dict[str, object], told: str
) -> None:
    scenario, played = cut
    (page,) = scenario.pages
    other = replace(scenario, pages=(replace(page, **change),))  # type: ignore[arg-type]
    assert faults(other, played)[0].startswith(told)


def test_a_page_too_many_and_an_incident_left_open_are_told(
    cut: tuple[Scenario, Played],
) -> None:
    scenario, played = cut
    (too_many,) = faults(replace(scenario, pages=()), played)
    assert too_many.startswith("people were called for link of hg")
    left_open = replace(played, told=(replace(played.told[0], is_closed=False),))
    assert faults(scenario, left_open) == ["link of hg is still open"]


def test_what_a_kill_changes_is_told(cut: tuple[Scenario, Played]) -> None:
    _, played = cut
    (told,) = played.told
    assert changed(played, played, 150.0) == []
    twice = replace(played, told=(replace(told, pages=2),))
    assert changed(played, twice, 150.0) == ["link of hg: pages 2 instead of 1"]
    shown = replace(played, told=(told, replace(told, about="cs", pages=0)))
    assert changed(played, shown, 150.0) == ["cs is on the board, and would not be"]
    assert changed(played, replace(played, told=()), 150.0) == ["0 incidents instead of 1"]


def test_a_story_is_the_same_each_time(cut: tuple[Scenario, Played]) -> None:
    scenario, played = cut
    assert play(scenario) == played
