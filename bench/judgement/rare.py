"""How often a rule that has learned pages for nothing, where waiting for it would take ages.

Importance sampling: what could end in a false page (a burst, or a row of independent losses) is
made long, and each page counts by how likely it is to be so long by itself. Each burst is taken
by itself, from calm on.
"""

import math
from collections.abc import Callable
from random import Random

from bench.judgement.link_model import Link, LinkModel
from bench.judgement.play import live
from bench.judgement.rules import Rule
from monitor.judge.null import YEAR_S

_FORCED_LOSS = 0.9
_CALM_RUNS = 20


def false_pages_a_year(
    model: LinkModel, again: Callable[[], Rule], long_s: float, tries: int, chance: Random
) -> float:
    """Return the estimate. `long_s` is how long bursts are made on average: near what pages."""
    if model.burst_s:
        weights = [_burst(model, again(), max(long_s, 60.0), chance) for _ in range(tries)]
        return model.bursts_hz * YEAR_S * sum(weights) / tries
    rule = again()
    weights = [_row(model.loss_ratio, again(), chance) for _ in range(tries)]
    return YEAR_S / rule.base_s * model.loss_ratio * sum(weights) / tries


def _burst(model: LinkModel, rule: Rule, long_s: float, chance: Random) -> float:
    """Play one burst; return its weight if the rule paged."""
    length_s = chance.expovariate(1 / long_s)
    from_s = rule.base_s * (_CALM_RUNS + chance.random())
    link = Link(model, chance)
    link.begin_with(from_s, length_s)
    live(link, rule, from_s + length_s)
    if not rule.paged:
        return 0.0
    likely = sum(share / mean_s * math.exp(-length_s / mean_s) for share, mean_s in model.lengths)
    return likely * long_s * math.exp(length_s / long_s)


def _row(loss_ratio: float, rule: Rule, chance: Random) -> float:
    """Play one row of losses from its first on; return its weight if the rule paged."""
    forced = max(_FORCED_LOSS, loss_ratio)
    at_s = _CALM_RUNS * rule.base_s
    rule.skip(_CALM_RUNS, at_s - rule.base_s)
    at_s, weight = rule.fold(at_s, lost=True), 1.0
    while rule.in_doubt and not rule.paged and weight > 0.0:
        lost = chance.random() < forced
        weight *= loss_ratio / forced if lost else (1 - loss_ratio) / (1 - forced)
        at_s = rule.fold(at_s, lost=lost)
    return weight if rule.paged else 0.0
