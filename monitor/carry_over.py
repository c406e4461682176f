"""What a component keeps of itself when the site list changes around it."""

from config.component import Component
from config.fleet import Fleet
from monitor.link_watch import link_watch, terms_of
from monitor.standing import Standing


def carry_over(component: Component, held: Standing | None) -> Standing:
    """Return a standing for the component, with the beliefs of probes that did not change."""
    if held is not None and held.component == component:
        held.component = component  # equal, and of the new fleet: the old one can go
        return held
    fresh = Standing.of(component)
    if held is None or not fresh.is_judged:
        return fresh
    same = {probe.key for probe in component.probes} & {
        probe.key for probe in held.component.probes if probe in component.probes
    }
    for key in same:
        fresh.beliefs[key] = held.beliefs[key]
        fresh.beliefs[key].adopt(component.judgement, component.untried_s)
    fresh.state, fresh.since = held.state, held.since
    fresh.changed_s, fresh.reachable_s = held.changed_s, held.reachable_s
    fresh.certain_s = held.certain_s
    fresh.suspect, fresh.because, fresh.proven = held.suspect, held.because, held.proven
    fresh.figures, fresh.figures_at = held.figures, held.figures_at
    fresh.by_answers, fresh.link = held.by_answers, held.link
    return fresh


def attend(fleet: Fleet, standing: Standing) -> None:
    """Have the quality of a link watched as the site list says now."""
    component = standing.component
    terms = terms_of(fleet.settings, fleet.sites_by_id[component.site], component)
    if terms is None:
        standing.link = None
        return
    habit = standing.beliefs[terms.probe.key].judge.habit
    standing.link = link_watch(terms, habit, standing.link)
