"""Keeps the fleet's series true: one set per site while it is watched, none afterwards."""

import asyncio
from collections.abc import Iterator

from config.component import Component, ComponentKind
from config.fleet import Fleet
from config.site import PowerKind, Site
from exporters.component_series import ComponentFamilies, ComponentSeries, site_labels
from exporters.exposition import Exposition
from exporters.incident_series import IncidentFamilies, IncidentSeries
from exporters.power_series import PowerFamilies
from exporters.probe_families import ProbeFamilies
from exporters.probe_series import ProbeSeries, bind_probe
from exporters.probe_shape import shape_of
from exporters.series import Series
from exporters.telemedicine_series import TelemedicineFamilies, TelemedicineSeries
from monitor.events import AnyEvent, StateEvent
from monitor.ports import ProbeRun, Registry


class PrometheusExporter:
    """Updates samples as events come. There is no queue: a scrape reads what is true then.

    States and counters exist from the first scrape. A measurement that nobody has is absent:
    a NaN or a zero would spoil `avg_over_time` for as long as the window reaches back.
    """

    name = "prometheus"

    def __init__(self, exposition: Exposition, registry: Registry) -> None:
        self._registry = registry
        self._components = ComponentFamilies()
        self._probes = ProbeFamilies()
        self._power = PowerFamilies()
        self._telemedicine = TelemedicineFamilies()
        families = IncidentFamilies()
        self._incidents = IncidentSeries(families)
        exposition.register(
            *self._probes.all(), *self._components.all(), *families.all(), *self._power.all(),
            *self._telemedicine.all(),
        )  # fmt: skip
        self._of_component: dict[str, ComponentSeries] = {}
        self._of_probe: dict[str, ProbeSeries] = {}
        self._of_site: dict[str, tuple[Site, Series]] = {}
        self._of_link: dict[str, TelemedicineSeries] = {}
        self.reload(registry.fleet())

    def offer(self, event: AnyEvent) -> None:
        """Take over one event; events about what is not in the fleet are ignored."""
        if isinstance(event, StateEvent):
            self._show_state(event)
        else:
            self._incidents.show(event)

    def observe(self, run: ProbeRun) -> None:
        """Take over what one run measured."""
        series = self._of_probe.get(run.probe.key)
        if series is not None:
            series.show(run.reading)
        if run.assessment is not None and run.component.key in self._of_link:
            self._of_link[run.component.key].show(run)

    def reload(self, fleet: Fleet) -> None:
        """Bind series for what is new, drop those of what is gone, and touch nothing else."""
        self._reload_sites(fleet)
        self._reload_components(fleet)
        self._reload_probes(fleet)
        self._reload_telemedicine(fleet)
        for state in self._registry.states():
            if state.kind is ComponentKind.MONITOR:
                self._show_state(state)

    async def run(self) -> None:
        """Take over what was known before the start, and stay until cancelled."""
        for state in self._registry.states():
            self.offer(state)
        for incident in self._registry.incidents():
            self._incidents.restore(incident)
        await asyncio.Event().wait()

    def _show_state(self, event: StateEvent) -> None:
        component = self._of_component.get(event.key)
        if component is None and event.kind is ComponentKind.MONITOR:
            # The daemon and its anchors are no part of the fleet; the settings bound their number.
            component = ComponentSeries(self._components, event.site, event.component, event.kind)
            self._of_component[event.key] = component
        if component is not None:
            component.show(event.state)
            component.show_backup(event.backup)

    def _reload_sites(self, fleet: Fleet) -> None:
        gone = self._of_site.keys() - fleet.sites_by_id.keys()
        self._incidents.retire(gone)
        for site_id in gone:
            self._of_site.pop(site_id)[1].drop()
        for site in fleet.sites:
            held = self._of_site.get(site.id)
            if held is None or held[0] is not site:
                self._show_facts(site)

    def _show_facts(self, site: Site) -> None:
        row = self._components.site_info.one(*site_labels(site))
        row.set(1)
        held = self._of_site.get(site.id)
        if held is not None and held[1] is not row:
            held[1].drop()
        self._of_site[site.id] = site, row

    def _reload_components(self, fleet: Fleet) -> None:
        for key in self._of_component.keys() - fleet.components.keys():
            self._of_component.pop(key).release()
        for key, component in fleet.components.items():
            held = self._of_component.get(key)
            if held is None:
                held = self._of_component[key] = ComponentSeries(
                    self._components, component.site, component.path, component.kind
                )
            held.adopt(component)
            if component.kind is ComponentKind.SITE:
                links = fleet.sites_by_id[component.site].links
                has_one = any(link.role == "backup" for link in links)
                held.have_backup(component.site, has_one=has_one)

    def _reload_probes(self, fleet: Fleet) -> None:
        power_kinds = power_kinds_of(fleet)
        for key in self._of_probe.keys() - fleet.probes.keys():
            self._of_probe.pop(key).release()
        for key, probe in fleet.probes.items():
            power_kind = power_kinds.get(probe.component)
            held = self._of_probe.get(key)
            if held is not None:
                if held.shape == shape_of(probe.settings, power_kind):
                    continue
                held.release()
            component = fleet.components[probe.component]
            self._of_probe[key] = bind_probe(
                self._probes, self._power, component, probe, power_kind
            )

    def _reload_telemedicine(self, fleet: Fleet) -> None:
        links = dict(_consulted_over(fleet))
        for key in self._of_link.keys() - links.keys():
            self._of_link.pop(key).release()
        for key in links.keys() - self._of_link.keys():
            self._of_link[key] = TelemedicineSeries(self._telemedicine, links[key])


def _consulted_over(fleet: Fleet) -> Iterator[tuple[str, Component]]:
    """Yield the links of sites with telemedicine, if they are pinged."""
    for site in fleet.sites:
        for link in site.links if site.has_telemedicine else ():
            key = f"{site.id}/{ComponentKind.LINK}/{link.id}"
            component = fleet.components.get(key)  # a retired site has none
            if component is not None and any(p.kind == "icmp" for p in link.probes):
                yield key, component


def power_kinds_of(fleet: Fleet) -> dict[str, PowerKind]:
    """Return the kind of every power source by the key of its component."""
    return {
        f"{site.id}/power/{source.id}": source.kind for site in fleet.sites for source in site.power
    }
