"""Whose fresh answer would explain what a run has shown: asked at once, not in their turn."""

from collections.abc import Iterable, Iterator

from config.component import BEHIND_LINKS, ComponentKind, Probe
from monitor.diagnosis.power import awaits_generator
from monitor.holdings import Holdings
from monitor.sight.sight import Sight
from monitor.site_view import SiteView
from monitor.standing import Standing
from monitor.vocabulary import State

_ASKED_ON_DOUBT = frozenset({ComponentKind.LINK, ComponentKind.POWER})
_HELD_UP = BEHIND_LINKS | {ComponentKind.POWER}
"""What is heard through the links of its site alone."""


class SecondOpinion:
    """Returns keys of probes."""

    def __init__(self, holdings: Holdings, sight: Sight) -> None:
        self._holdings = holdings
        self._sight = sight

    def is_wanted_of(self, standing: Standing, probe: Probe, at_s: float) -> bool:
        """Tell whether the same probe is to be asked again soon.

        What lies behind links that do not answer waits for the verdict on them, and calls nobody
        then: in a mass outage that is most of what would be asked.
        """
        if self._sight.is_blind:
            return self._sight.blindness.wants(probe.key)
        if self._power_in_doubt(standing, at_s):
            return True
        belief = standing.beliefs[probe.key]
        if not belief.wants_more:
            return False
        view = self._behind_mute_links(standing)
        return view is None or (view.is_cut_off and belief.suspect)

    def of_others(
        self, standing: Standing, probe: Probe, at_s: float, *, moved: bool
    ) -> tuple[str, ...]:
        """Return whom to ask else: others at the site, and who tells whether we see.

        `moved` means that the component has gone down, or has come back.
        """
        view = self._holdings.views.get(standing.component.site)
        if view is None:
            return ()
        lost_s = standing.beliefs[probe.key].last_failure_asked_s
        others = _others_at_the_site(view, standing, moved=moved)
        return (*others, *self._sight.ask(view.site.id, lost_s, at_s, self._is_known_down))

    def held_up_behind(self, link: Standing) -> Iterator[str]:
        """Yield what waited for a link to speak: it has, and the doubt is their own."""
        view = self._holdings.views.get(link.component.site)
        for other in view.standings.values() if view is not None else ():
            if other.kind in _HELD_UP and other.suspect:
                yield from other.beliefs

    def first_of(self, components: Iterable[str]) -> list[str]:
        """Return the first probe of each link, node or power source that has one."""
        first = self._holdings.first_probes
        return [first[component] for component in components if component in first]

    def _behind_mute_links(self, standing: Standing) -> SiteView | None:
        """Return the site of a part that lies behind links of which none answers, else None."""
        if standing.kind not in _HELD_UP:
            return None
        view = self._holdings.views.get(standing.component.site)
        return view if view is not None and view.has_mute_links else None

    def _is_known_down(self, site_id: str) -> bool:
        return self._holdings.views[site_id].itself.state is State.DOWN

    def _power_in_doubt(self, standing: Standing, at_s: float) -> bool:
        view = self._holdings.views.get(standing.component.site)
        if standing.kind is not ComponentKind.POWER or view is None:
            return False
        unit = view.units.get(standing.component.id)
        is_pending = view.mains.pending or (unit is not None and unit.pending)
        return is_pending or awaits_generator(view, at_s)


def _others_at_the_site(view: SiteView, standing: Standing, *, moved: bool) -> Iterator[str]:
    """Yield the probes of a component in doubt, and of the links and the power of its site.

    When a link has come back (it `moved`, and answers), all that lies behind it is asked.
    """
    back = moved and standing.kind is ComponentKind.LINK and standing.is_reachable
    for other in view.standings.values():
        if back or other is standing or other.kind in _ASKED_ON_DOUBT:
            yield from other.beliefs
