"""What we hold of a fleet: a standing per component, by site and by node, and what is asked."""

from collections.abc import Iterator

from config.component import Component, ComponentKind, Probe
from config.fleet import Fleet
from monitor.carry_over import attend, carry_over
from monitor.mains_watch import MainsWatch
from monitor.sight.anchors import MONITOR_KEY
from monitor.sight.sight import Sight
from monitor.site_view import SiteView
from monitor.standing import Standing

_SHARED = frozenset({ComponentKind.LINK, ComponentKind.NODE, ComponentKind.POWER})
"""What may fall together, and is asked when one of it falls silent."""


class Holdings:
    """`views` are all sites by id, `nodes` the standings of nodes by key, `probes` all that are
    made, by key, anchors included. `first_probes` names one of each link, node and power source.
    Another fleet brings other mappings.
    """

    def __init__(self, fleet: Fleet, sight: Sight) -> None:
        self.fleet = fleet
        self.views: dict[str, SiteView] = {}
        self.nodes: dict[str, Standing] = {}
        self.probes: dict[str, Probe] = {}
        self.first_probes: dict[str, str] = {}
        self._by_key: dict[str, Standing] = {}
        self._sight = sight
        self._adopt(fleet, {})

    def standings(self) -> Iterator[Standing]:
        """Yield every component, the monitor first."""
        yield from self._sight.standings()
        yield from self.nodes.values()
        for view in self.views.values():
            yield from view.standings.values()

    def standing(self, component: str) -> Standing | None:
        """Return what we hold of one component; None if it is not watched (any more)."""
        return self._by_key.get(component)

    def reload(self, fleet: Fleet) -> dict[str, Standing]:
        """Take over another fleet; return what was held before, by key.

        What did not change keeps its state. A loss of mains is let go of where no source is left
        that ever reported on them.
        """
        held = {standing.key: standing for standing in self.standings()}
        self.fleet = fleet
        self._adopt(fleet, held)
        self.hear_who_is_left()
        return held

    def hear_who_is_left(self) -> None:
        """Let go of a loss of mains where no source is left that ever reported on them."""
        for view in self.views.values():
            if view.last_power_at() is None:
                view.mains.forget()

    def _adopt(self, fleet: Fleet, held: dict[str, Standing]) -> None:
        views, self.views = self.views, {}
        self.nodes = {}
        for component in fleet.components.values():
            standing = carry_over(component, held.get(component.key))
            if component.kind is ComponentKind.NODE:
                self.nodes[component.key] = standing
                continue
            if component.kind is ComponentKind.SITE:
                self.views[component.site] = _view(fleet, component, views.get(component.site))
            attend(fleet, standing)
            self.views[component.site].standings[component.key] = standing
        self._sight.adopt(fleet)
        self._by_key = {one.key: one for one in self.standings() if one.key != MONITOR_KEY}
        self.probes = {
            probe.key: probe for standing in self.standings() for probe in standing.component.probes
        }
        self.first_probes = {
            component.key: component.probes[0].key
            for component in fleet.components.values()
            if component.kind in _SHARED and component.probes
        }


def _view(fleet: Fleet, component: Component, old: SiteView | None) -> SiteView:
    site, rules = fleet.sites_by_id[component.site], fleet.settings.power
    view = SiteView(site, {}, rules, MainsWatch(rules.confirm))
    if old is not None:
        view.mains, view.chronicle = old.mains, old.chronicle
        view.mains.confirm_s = rules.confirm
        kinds = {source.id: source.kind for source in old.site.power}
        view.units = {
            source.id: old.units[source.id]
            for source in site.power
            if source.id in old.units and kinds[source.id] is source.kind
        }
    return view
