"""The incidents of nodes, and what of the sites' own troubles they tell already."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from config.component import ComponentKind
from config.lifecycle import may_page
from monitor.diagnosis.finding import Finding
from monitor.duty.duty import Duty
from monitor.duty.quiet import Why
from monitor.events import IncidentEvent
from monitor.incident import Incident
from monitor.incidents import Incidents
from monitor.site_view import SiteView
from monitor.standing import Standing
from monitor.topology.node_management import NodeManagement, management_key
from monitor.topology.outage import Outage
from monitor.topology.report import asked_for_duty, facts_of, report, signature
from monitor.topology.topology import Topology
from monitor.vocabulary import OF_POWER, Cause, Priority

_RETELL_S = 5.0
"""How often what has not changed is looked at again, for whether people are to be called now."""


@dataclass(slots=True)
class NodeIncidents:
    """What the watch asks when a reading has come in, when time passes, and about each site."""

    topology: Topology
    incidents: Incidents
    duty: Duty
    management: NodeManagement = field(init=False)

    def __post_init__(self) -> None:
        self.management = NodeManagement(self.topology, self.incidents, self.duty)

    def settle(self, at_s: float, at: datetime) -> list[IncidentEvent]:
        """Return what follows from readings that have just come in."""
        return self._told(self.topology.settle(at_s, at), at_s, at)

    def tick(self, at_s: float, at: datetime) -> list[IncidentEvent]:
        """Return what follows from time, and how outages have grown and shrunk since the last."""
        fell, over = self.topology.tick(at_s, at)
        events = [event for key in over for event in self.management.look(key, at_s, at)]
        events += self._told(fell, at_s, at)
        events += self._told(
            [key for key in self.topology.outages.by_key if key not in fell], at_s, at
        )
        return events + self.management.tick(at_s, at)

    def power_lost(self, view: SiteView, at_s: float, at: datetime) -> list[IncidentEvent]:
        """Return what follows for the feeder of a site, before that tells of its mains itself."""
        if view.site.feeder is None or not view.mains.absent:
            return []
        return self._told(self.topology.settle_power(view.site.feeder, at_s, at), at_s, at)

    def folded(
        self, view: SiteView, findings: Iterable[Finding], at_s: float
    ) -> tuple[list[Finding], set[str]]:
        """Return what a site still tells itself, and the keys of what a node tells for it.

        While a node may be falling, what its child suffers is held. So is what was down before a
        restart until it has been asked again: what held it then was doubt, and is forgotten.
        """
        own: list[Finding] = []
        told: set[str] = set()
        for finding in findings:
            if self._is_told(view, finding):
                told |= {finding.key, *finding.takes_over, *finding.keeps}
            elif finding.root.is_remembered or self._is_pending(finding, at_s):
                own.append(replace(finding, held=True))
            else:
                own.append(finding)
        return own, told

    def take_unsettled(self) -> set[str]:
        """Return, once, the sites whose findings may be another now."""
        taken, self.topology.outages.unsettled = self.topology.outages.unsettled, set()
        return taken

    def resume(self, incident: Incident, at_s: float) -> None:
        """Take up the outage of an incident that an earlier life of the daemon opened."""
        event = incident.event
        if event.cause is Cause.NODE_MANAGEMENT:
            self.management.resume(incident.place)
            return
        sites = [part.key for part in event.touched if part.kind is ComponentKind.SITE]
        self.topology.resume(incident.place, event.cause, sites, event.opened_at, at_s)

    def _told(self, keys: Sequence[str], at_s: float, at: datetime) -> list[IncidentEvent]:
        events: list[IncidentEvent] = []
        for key in keys:
            outage = self.topology.outages.by_key.get(key)
            if outage is not None:
                events += self._tell(outage, at_s, at)
        return events

    def _tell(self, outage: Outage, at_s: float, at: datetime) -> list[IncidentEvent]:
        views = self.topology.sites_of(outage)
        if not views:
            return []
        group = self.topology.group_of(outage.key)
        root = self.topology.nodes.get(group.key) or Standing.of(group.component)
        finding = report(group, root, outage, views, at)
        said = signature(finding)
        if said == outage.told and at_s - outage.told_s < _RETELL_S:
            return []
        outage.told, outage.told_s = said, at_s
        took = self.topology.took.pop(outage.key, ())
        for below in took:
            self.incidents.move(below, outage.key)
        finding = replace(
            finding, takes_over=took, keeps=(management_key(outage.key),),
            quiet=self._quiet(finding, views, outage, at),
        )  # fmt: skip
        return self.incidents.fold(outage.key, facts_of(group, views), [finding], at)

    def _quiet(
        self, finding: Finding, views: Sequence[SiteView], outage: Outage, at: datetime
    ) -> str | None:
        """Return why nobody is called: no site of it is active yet, or all is being worked on."""
        if not any(may_page(view.site, at) for view in views):
            return Why.NOT_ACTIVE.value
        why = self.duty.quiet(asked_for_duty(finding, views, outage), None, at)
        return why.told if why is not None else None

    def _is_told(self, view: SiteView, finding: Finding) -> bool:
        """Tell whether the incident of a node says it: a silent link, or mains that a feeder lost.

        A battery that is about to leave a life-critical area has its own voice, and so has a
        generator that does not start.
        """
        if finding.root.kind is ComponentKind.LINK and finding.cause not in OF_POWER:
            links = (part.key for part in finding.touched if part.kind is ComponentKind.LINK)
            return any(self.topology.outages.of(link) is not None for link in links)
        is_mains = finding.cause is Cause.POWER and finding.key == "power"
        is_mains = is_mains and finding.priority is not Priority.P1
        return is_mains and self.topology.outages.of(view.site.id) is not None

    def _is_pending(self, finding: Finding, at_s: float) -> bool:
        return finding.root.kind is ComponentKind.LINK and self.topology.is_pending(
            finding.root.key, at_s
        )
