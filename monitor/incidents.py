"""All open incidents. Findings come in, incidents open, change, merge, settle, close, come back."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from config.site import Site
from monitor.diagnosis.finding import Finding
from monitor.events import IncidentEvent, SiteFacts
from monitor.incident import Incident
from monitor.response.recent import Recent


@dataclass(slots=True)
class Incidents:
    """`number` gives each new incident an id that no earlier one had.

    A trouble that comes back reopens its incident (`recent` says for how long). From then on that
    one flaps: it stays open while the trouble is away, until `settled`, and nobody is called for
    a further swing.

    `by_site` holds them by place: the id of a site, the key of a node, empty for ourselves.
    """

    vantage: str
    number: Callable[[datetime], str]
    by_site: dict[str, list[Incident]] = field(default_factory=dict)
    recent: Recent = field(default_factory=lambda: Recent(timedelta(0)))

    def open(self) -> Iterator[Incident]:
        for incidents in self.by_site.values():
            yield from incidents

    def held(self, site_id: str, number: str) -> Incident | None:
        """Return an incident that is open, or closed so recently that it may come back."""
        for incident in self.by_site.get(site_id, ()):
            if incident.event.id == number:
                return incident
        return self.recent.find(number)

    def adopt(self, incident: Incident) -> None:
        """Take an incident that an earlier life of the daemon opened."""
        if incident.is_over:
            self.recent.put(incident, incident.event.at)
        else:
            self.by_site.setdefault(incident.place, []).append(incident)

    def fold(
        self,
        site_id: str,
        site: Site | SiteFacts | None,
        findings: Sequence[Finding],
        at: datetime,
        folded: Collection[str] = (),
    ) -> list[IncidentEvent]:
        """Bring the incidents of one place in line with what is now found there.

        `folded` are keys of findings that the incident of a node tells. People who have been
        called for one of them hear of its own end; what nobody was called for is told there.
        """
        if not findings and site_id not in self.by_site:
            return []
        waiting = list(self.by_site.get(site_id, ()))
        kept: list[Incident] = []
        events: list[IncidentEvent] = []
        for finding in sorted(findings, key=lambda finding: bool(finding.takes_over), reverse=True):
            incident = _claim(waiting, finding, findings)
            if incident is None and not finding.held:
                incident = self.recent.take(site_id, finding.key, at)
            if incident is not None:
                kept.append(incident)
                if not finding.held:
                    events += _present(incident.update(finding, at))
            elif not finding.held:
                incident = Incident.opened(self.number(at), finding, site, self.vantage, at)
                kept.append(incident)
                events.append(incident.event)
        untold = {key for finding in findings for key in finding.keeps}
        untold |= {one.key for one in waiting if one.key in folded and one.event.pages}
        kept += [incident for incident in waiting if incident.key in untold]
        for incident in waiting:
            if incident.key not in untold:
                events += self._gone(incident, kept, at)
        self._keep(site_id, kept)
        return events

    def settled(self, incident: Incident, at: datetime) -> IncidentEvent:
        """Close one that came back again and again, and has stayed away since."""
        others = [one for one in self.by_site[incident.place] if one is not incident]
        self._keep(incident.place, others)
        return self._close(incident, at)

    def move(self, place: str, to: str) -> None:
        """Have the fall of a node go on at another, which turns out to be the cause."""
        here = self.by_site.get(place, [])
        moved = [incident for incident in here if incident.key == place]
        self._keep(place, [incident for incident in here if incident not in moved])
        if moved:
            self.by_site.setdefault(to, []).extend(moved)

    def close_site(self, site_id: str, at: datetime) -> list[IncidentEvent]:
        """Close everything of a site that is no longer watched."""
        self.recent.retire(site_id)
        return [incident.close(at) for incident in self.by_site.pop(site_id, [])]

    def _gone(self, incident: Incident, kept: list[Incident], at: datetime) -> list[IncidentEvent]:
        """Close an incident whose trouble is gone; one that flaps only settles for now."""
        if incident.event.reopened and self.recent.within:
            kept.append(incident)
            return _present(incident.settle(at))
        return [self._close(incident, at)]

    def _close(self, incident: Incident, at: datetime) -> IncidentEvent:
        event = incident.close(at)
        self.recent.put(incident, at)
        return event

    def _keep(self, site_id: str, kept: list[Incident]) -> None:
        if kept:
            self.by_site[site_id] = kept
        else:
            self.by_site.pop(site_id, None)


def _claim(
    waiting: list[Incident], finding: Finding, findings: Iterable[Finding]
) -> Incident | None:
    """Take out the incident that a finding continues: its own, else one it turns out to be."""
    own = next((incident for incident in waiting if incident.key == finding.key), None)
    if own is None:
        spoken_for = {other.key for other in findings if other is not finding}
        own = next(
            (
                incident
                for incident in waiting
                if incident.key in finding.takes_over and incident.key not in spoken_for
            ),
            None,
        )
    if own is not None:
        waiting.remove(own)
    return own


def _present(event: IncidentEvent | None) -> list[IncidentEvent]:
    return [] if event is None else [event]
