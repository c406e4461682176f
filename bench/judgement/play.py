"""Years of a link under a rule, and the delay with which the rule tells of a real outage."""

from random import Random

from bench.judgement.link_model import Link, LinkModel
from bench.judgement.rules import Rule
from monitor.judge.null import YEAR_S

_LOST_IN_PART = 0.95


def live(link: Link, rule: Rule, until_s: float, since_s: float = 0.0) -> int:
    """Let the rule watch a link that is up; return how many probes it sent off the grid."""
    extra, grid_s = 0, since_s
    while True:
        lost_s = link.next_lost(grid_s, rule.base_s)
        if lost_s >= until_s:
            return extra
        rule.skip(round((lost_s - grid_s) / rule.base_s), lost_s - rule.base_s)
        next_s = rule.fold(lost_s, lost=True)
        while rule.in_doubt:
            extra += 1
            at_s = next_s
            next_s = rule.fold(at_s, lost=link.is_lost(at_s))
        grid_s = since_s + (int((next_s - since_s) / rule.base_s) + 1) * rule.base_s


def outage_delay_s(
    model: LinkModel, rule: Rule, chance: Random, *, total: bool, limit_s: float = 7200.0
) -> float:
    """Return the time from the start of an outage to the page; `limit_s` if none comes.

    A total one answers nothing; a partial one still answers one probe in twenty.
    """
    paged = rule.paged
    link = Link(model, chance)
    at_s = rule.base_s * 20
    rule.skip(20, at_s - rule.base_s)
    began_s = at_s - rule.base_s * chance.random()
    while at_s < began_s + limit_s:
        lost = total or chance.random() < _LOST_IN_PART or link.is_lost(at_s)
        next_s = rule.fold(at_s, lost=lost)
        if rule.paged > paged:
            return rule.paged_s - began_s
        if rule.in_doubt:
            at_s = next_s
        else:
            at_s += rule.base_s
    return limit_s


__all__ = ["YEAR_S", "live", "outage_delay_s"]
