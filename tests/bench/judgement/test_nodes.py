"""The play of a node is fair: forced bursts are weighed right, and cuts are told as they are."""

from random import Random

import pytest

from bench.judgement.link_model import Link, LinkModel
from bench.judgement.node_play import NODE, NodePlay, at, node_of
from bench.judgement.nodes import CALM, FalseFalls, falls, false_falls, force, learned
from monitor.judge.habit import Habit
from monitor.vocabulary import Cause


def test_what_is_forced_weighs_one_on_average() -> None:
    """Importance sampling is right whatever is counted, if the weights have a mean of 1."""
    model, chance = LinkModel("bursts", 0.3, 6.0), Random(5)
    weights = []
    for _ in range(20_000):
        links = [Link(model, chance) for _ in range(3)]
        weights.append(force(links, 0, 100.0, model, chance))
    assert sum(weights) / len(weights) == pytest.approx(1.0, abs=0.03)


def test_a_forced_child_is_lost_when_it_is_asked() -> None:
    chance = Random(1)
    links = [Link(CALM, chance) for _ in range(10)]
    force(links, 3, 100.0, CALM, chance)
    assert links[3].is_lost(100.0)
    assert sum(link.is_lost(101.0) for link in links) >= 4


def test_a_cut_node_is_one_incident_and_one_page() -> None:
    fall = falls(10, 1.0, CALM, cuts=2, chance=Random(2))
    assert (fall.most_incidents, fall.most_pages) == (1, 1)
    assert 2.0 < fall.delays_s[0] <= fall.delays_s[-1] <= 8.0


def test_siblings_take_turns_on_the_grid_of_the_play() -> None:
    play = NodePlay(node_of(10), lambda child, at_s: False)
    play.knowing([Habit(0.5, 1.0, 30.0)], 1000.0)
    play.until(1100.0)
    assert play.told == []
    phases = sorted(play.phase_s(child) for child in range(10))
    assert phases[1] - phases[0] == pytest.approx(3.0)


def test_a_node_that_never_falls_is_never_called_down() -> None:
    silent = NodePlay(node_of(4), lambda child, at_s: child == 0)
    silent.knowing([Habit(0.5, 1.0, 30.0)], 1000.0)
    silent.until(1100.0)
    assert {event.cause for event in silent.told} == {Cause.UNDETERMINED}
    assert silent.told[0].at < at(1100.0)
    assert NODE == "pop"


@pytest.mark.long
def test_rare_falls_have_an_estimate_and_a_bound() -> None:
    rare = false_falls(4, LinkModel("bursts", 0.2, 5.0), tries=10, chance=Random(3))
    assert isinstance(rare, FalseFalls)
    assert 0 <= rare.a_year <= rare.at_most


def test_links_are_learned_one_by_one() -> None:
    habits = learned(CALM, 2, Random(4))
    assert all(habit.is_learned for habit in habits)
    assert habits[0].null != habits[1].null
