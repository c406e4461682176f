"""How soon the fall of a node is told, and how often one that stands is called down.

`python -m bench.judgement.nodes` prints it alone. False incidents are far too rare to wait for: in
each try one child has just lost a probe, its siblings are made to lose theirs, and what follows
counts by how likely that is (importance sampling).
"""

import math
import sys
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import partial
from random import Random

from bench.figure import Ask, Figure, Verdict
from bench.judgement.cell import quantile
from bench.judgement.contender import GUARDIA
from bench.judgement.link_model import Link, LinkModel
from bench.judgement.node_play import NodePlay, at, node_of
from bench.judgement.play import live
from bench.judgement.rules import TIMEOUT_S, Guardia
from config.fleet import Fleet
from monitor.events import IncidentEvent
from monitor.judge.habit import Habit
from monitor.judge.null import YEAR_S
from monitor.vocabulary import Cause

CALM, LOSSY = LinkModel("bursts", 0.01, 5.0), LinkModel("bursts", 0.05, 5.0)
_LEARNING_S = 30 * 86_400.0
_BEGIN_S = 1200.0
_WATCHED_S = 60.0
_FORCED, _FORCED_S = 0.7, 8.0
"""The share of siblings made to be in a burst, and how long what is left of it is made."""
_TRY_S = 25.0
_JUST_S = 0.001
_SURE = 1.645
"""Normal quantile of the one-sided 95 % bound."""


@dataclass(frozen=True, slots=True)
class Falls:
    """Of a node cut several times: seconds to its incident, sorted, and what else was told."""

    delays_s: tuple[float, ...]
    most_incidents: int
    most_pages: int


@dataclass(frozen=True, slots=True)
class FalseFalls:
    """A year of a node that stands: how many false incidents, and the 95 % bound of that."""

    a_year: float
    at_most: float
    tries: int


def learned(model: LinkModel, links: int, chance: Random) -> list[Habit]:
    """Return what thirty days have taught of each of several links."""
    habits = []
    for _ in range(links):
        rule = GUARDIA.fresh()
        live(Link(model, chance), rule, _LEARNING_S)
        if isinstance(rule, Guardia):
            habits.append(rule.judge.habit)
    return habits


def falls(children: int, share: float, model: LinkModel, cuts: int, chance: Random) -> Falls:
    """Cut a node at random instants; `share` of its children hang on it."""
    habits, fleet = learned(model, min(children, 10), chance), node_of(children)
    delays: list[float] = []
    incidents = pages = 0
    for _ in range(cuts):
        cut_s = _BEGIN_S + 60.0 * chance.random()
        gone = frozenset(chance.sample(range(children), round(share * children)))
        links = [Link(model, chance) for _ in range(children)]
        play = NodePlay(fleet, partial(_is_cut, cut_s, gone, links))
        play.knowing(habits, cut_s - 30.0)
        play.until(cut_s + _WATCHED_S)
        told = {event.id: event for event in play.told if event.pages}
        delays.append(_delay_s(play.told, cut_s))
        incidents = max(incidents, len(told))
        pages = max(pages, sum(event.pages for event in told.values()))
    return Falls(tuple(sorted(delays)), incidents, pages)


def false_falls(children: int, model: LinkModel, tries: int, chance: Random) -> FalseFalls:
    """Return how often a node that stands is called down, by forcing its children's bursts."""
    habits, fleet = learned(model, children, chance), node_of(children)
    weights = [_try(fleet, habits, model, chance) for _ in range(tries)]
    losses = children * YEAR_S / 30.0 * model.loss_ratio
    mean = sum(weights) / tries
    spread = math.sqrt(sum((weight - mean) ** 2 for weight in weights)) / tries
    return FalseFalls(losses * mean, losses * (mean + _SURE * spread), tries)


def figures(effort: float, seed: int = 1) -> list[Figure]:
    """Return what issue 4 asks of nodes. With an `effort` of 1 it takes some five minutes."""
    chance = Random(seed)
    cuts, tries = max(20, round(400 * effort)), max(50, round(4000 * effort))
    whole, part = falls(10, 1.0, CALM, cuts, chance), falls(10, 0.8, CALM, cuts, chance)
    large = falls(143, 1.0, CALM, max(5, cuts // 10), chance)
    calm, lossy = (false_falls(10, model, tries, chance) for model in (CALM, LOSSY))
    every = (whole, part, large)
    return [
        Ask("node of 10 cut, p99", "s", "<= 8").measured(quantile(whole.delays_s, 0.99)),
        Ask("node of 10 cut, 80 % of it, p99", "s", "<= 12").measured(
            quantile(part.delays_s, 0.99)),
        Ask("node of 143 cut, p99", "s", "<= 5").measured(quantile(large.delays_s, 0.99)),
        Ask("incidents of one fall, most", "", "<= 1").measured(
            max(one.most_incidents for one in every)),
        Ask("pages of one fall, most", "", "<= 1").measured(max(one.most_pages for one in every)),
        Ask("false falls, 1 % loss, 95 % bound", "per 1,000 node-years", "<= 1").measured(
            1000 * calm.at_most, note=f"{1000 * calm.a_year:.2g} estimated"),
        Ask("false falls, 5 % loss, 95 % bound", "a node-year", "<= 0.1").measured(
            lossy.at_most, note=f"{lossy.a_year:.2g} estimated"),
    ]  # fmt: skip


def _delay_s(told: Sequence[IncidentEvent], cut_s: float) -> float:
    opened = [event for event in told if event.cause is Cause.NODE and event.pages]
    return (opened[0].at - at(cut_s)).total_seconds() if opened else math.inf


def _is_cut(
    cut_s: float, gone: frozenset[int], links: Sequence[Link], child: int, at_s: float
) -> bool:
    return (child in gone and at_s >= cut_s) or links[child].is_lost(at_s)


def _try(fleet: Fleet, habits: list[Habit], model: LinkModel, chance: Random) -> float:
    """Let one child lose a probe, and others theirs a second later; return the weight of a fall."""
    links = [Link(model, chance) for _ in habits]
    play = NodePlay(fleet, lambda child, at_s: links[child].is_lost(at_s))
    first = chance.randrange(len(links))
    lost_s = _BEGIN_S + play.phase_s(first)
    weight = force(links, first, lost_s, model, chance)
    play.knowing(deepcopy(habits), lost_s - 0.001)
    play.until(lost_s + _TRY_S)
    fell = any(event.cause is Cause.NODE and event.pages for event in play.told)
    return weight if fell else 0.0


def force(
    links: Sequence[Link], first: int, lost_s: float, model: LinkModel, chance: Random
) -> float:
    """Let `first` be in a burst at an instant, and most others a second later, for long.

    Returns how much likelier that is by itself than forced so; its mean is 1. What is left of a
    burst is as long as a whole one: it has no memory.
    """
    asked_s, weight = lost_s + TIMEOUT_S, 1.0
    for child, link in enumerate(links):
        is_bursting = child == first or chance.random() < _FORCED
        if child != first:
            likely = model.loss_ratio if is_bursting else 1 - model.loss_ratio
            weight *= likely / (_FORCED if is_bursting else 1 - _FORCED)
        if not is_bursting:
            link.begin_with(asked_s + chance.expovariate(1 / model.gap_s), _length_s(model, chance))
            continue
        left_s = chance.expovariate(1 / _FORCED_S)
        weight *= _FORCED_S / model.burst_s * math.exp(left_s * (1 / _FORCED_S - 1 / model.burst_s))
        begins_s = (lost_s if child == first else asked_s) - _JUST_S
        link.begin_with(begins_s, left_s + _JUST_S)
    return weight


def _length_s(model: LinkModel, chance: Random) -> float:
    return chance.expovariate(1 / model.burst_s)


def main() -> int:
    """Print the figures; return 1 if one of them is not what is asked."""
    told = figures(float(sys.argv[1]) if len(sys.argv) > 1 else 1.0)
    for one in told:
        note = f" ({one.note})" if one.note else ""
        sys.stdout.write(f"{one.verdict.value:8} {one.name}: {one.value:.3g} {one.unit}{note}\n")
    return int(any(one.verdict is not Verdict.PASS for one in told))


if __name__ == "__main__":
    sys.exit(main())
