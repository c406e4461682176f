"""The state of a whole site, and since when."""

from dataclasses import replace

import pytest

from monitor.site_state import state_of_site
from monitor.vocabulary import State
from probes.reading import Battery
from tests.monitor.scene import NOW_S, Scene, at
from tests.monitor.story import GOOD, clinic, hospital

WORN = replace(GOOD, battery=Battery.REPLACE)


def settled(scene: Scene, now_s: float = NOW_S) -> State:
    state_of_site(scene.view, now_s, at(now_s))
    return scene.view.itself.state


def test_a_site_of_which_nothing_is_known_is_unknown() -> None:
    assert settled(Scene(clinic(links=[{"id": "cfe"}]))) is State.UNKNOWN


def test_a_site_is_up_when_nothing_fails() -> None:
    scene = Scene(hospital())
    assert settled(scene) is State.UP
    assert scene.view.itself.since == at(NOW_S)
    assert not state_of_site(scene.view, NOW_S + 1, at(NOW_S + 1))


@pytest.mark.parametrize("part", ["area/uci", "power/ups"])
def test_a_failing_part_degrades_a_site_and_is_named(part: str) -> None:
    scene = Scene(hospital())
    settled(scene)
    if part == "power/ups":
        scene.says("ups", WORN, NOW_S - 30)
    else:
        scene.silence(part)
    assert settled(scene) is State.DEGRADED
    assert scene.view.itself.because == part
    assert scene.view.itself.since == at(NOW_S - 30)


def test_a_site_without_its_link_is_down_since_the_link_is() -> None:
    scene = Scene(hospital())
    settled(scene)
    scene.silence("link/cfe")
    assert settled(scene) is State.DOWN
    assert scene.view.itself.since == at(NOW_S - 30)


def test_a_doubt_about_its_link_is_a_doubt_about_the_site() -> None:
    scene = Scene(hospital())
    settled(scene)
    scene.doubt("link/cfe")
    assert state_of_site(scene.view, NOW_S, at(NOW_S))
    assert scene.view.itself.suspect


def test_a_site_with_a_worn_battery_since_june_that_loses_its_link_is_down_since_today() -> None:
    scene = Scene(hospital())
    scene.says("ups", WORN, NOW_S - 50)
    settled(scene, NOW_S - 45)
    scene.silence("link/cfe")
    assert settled(scene) is State.DOWN
    assert scene.view.itself.since == at(NOW_S - 30)


def test_a_site_whose_link_returns_is_degraded_since_then_not_since_june() -> None:
    scene = Scene(hospital())
    scene.says("ups", WORN, NOW_S - 50)
    scene.silence("link/cfe")
    settled(scene)
    scene.speak("link/cfe", since_s=NOW_S + 10)
    assert settled(scene, NOW_S + 20) is State.DEGRADED
    assert scene.view.itself.since == at(NOW_S + 20)
