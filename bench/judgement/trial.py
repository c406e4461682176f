"""One link's life under one contender: what a worker process plays, and what came of it."""

from dataclasses import dataclass
from functools import partial
from random import Random

from bench.judgement.contender import CONTENDERS
from bench.judgement.link_model import Link, LinkModel
from bench.judgement.play import live, outage_delay_s
from bench.judgement.rare import false_pages_a_year
from bench.judgement.rules import Guardia
from monitor.judge.null import YEAR_S

DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Trial:
    """`years` are counted after `learning_days`; then `outages` of either kind are played."""

    model: LinkModel
    contender: str
    seed: int
    learning_days: float
    years: float
    outages: int
    tries: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """`forced_pages` is the estimate of false pages a year once learned, None where not asked.

    `learning_pages` came before the years that are counted, while the link was not known yet.
    """

    trial: Trial
    years: float
    pages: int
    downs: int
    extra: int
    total_s: tuple[float, ...]
    partial_s: tuple[float, ...]
    forced_pages: float | None
    learning_pages: int = 0


def play(trial: Trial) -> Outcome:
    """Let the link live, then break it."""
    contender, model = CONTENDERS[trial.contender], trial.model
    chance = Random(f"{trial.contender} {model.name} {trial.seed}")
    rule, link = contender.fresh(), Link(model, chance)
    learned_s = trial.learning_days * DAY_S
    live(link, rule, learned_s)
    pages, downs = rule.paged, rule.down
    extra = live(link, rule, learned_s + trial.years * YEAR_S, learned_s)
    delays = {
        total: tuple(
            outage_delay_s(model, contender.again(rule), chance, total=total)
            for _ in range(trial.outages)
        )
        for total in (True, False)
    }
    forced = None
    if trial.tries and isinstance(rule, Guardia):
        long_s = rule.judge.habit.null.confirmation_s(rule.judge.budget.page_per_year) / 2
        again = partial(contender.again, rule)
        forced = false_pages_a_year(model, again, long_s, trial.tries, chance)
    return Outcome(
        trial, trial.years, rule.paged - pages, rule.down - downs, extra,
        delays[True], delays[False], forced, pages,
    )  # fmt: skip
