"""Nodes whose own address is silent while what hangs on them answers: told once, nobody is called.

It is the node's management that fails (its address is filtered, its agent is dead), and no outage:
it explains nothing that a site suffers, and a fall of the node is told by itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from monitor.diagnosis.finding import Finding
from monitor.duty.duty import Duty
from monitor.events import Evidence, IncidentEvent
from monitor.incidents import Incidents
from monitor.standing import Standing
from monitor.topology.report import facts_of
from monitor.topology.topology import Topology
from monitor.vocabulary import Cause, Confidence, Fact, Priority, State, WouldChange

WAIT_S = 60.0
"""From its being down until it is told: by then a node that falls has fallen."""
_LOOK_S = 5.0
_ANSWERING = 0.5
"""More than this share of its links answers, or something else is going on."""


def management_key(node: str) -> str:
    """Return the key of the finding at a node, beside which the node itself may fall."""
    return f"{node}/management"


@dataclass(slots=True)
class NodeManagement:
    """Asked every second. `_open` are the keys of nodes of which it has told."""

    topology: Topology
    incidents: Incidents
    duty: Duty
    _open: set[str] = field(default_factory=set)
    _looked_s: float | None = None

    def tick(self, at_s: float, at: datetime) -> list[IncidentEvent]:
        """Return what is to be told of nodes that have not fallen."""
        if self._looked_s is not None and at_s - self._looked_s < _LOOK_S:
            return []
        self._looked_s = at_s
        silent = {key for key, node in self.topology.nodes.items() if node.state is State.DOWN}
        events: list[IncidentEvent] = []
        for key in sorted(silent | self._open):
            if key not in self.topology.outages.by_key:
                events += self.look(key, at_s, at)
        return events

    def look(self, key: str, at_s: float, at: datetime) -> list[IncidentEvent]:
        """Bring the incidents of a node that has not fallen, or not any more, up to date."""
        findings = list(self._found(key, at_s, at))
        views = {link.partition("/")[0]: None for link in self._children(key)}
        known = [self.topology.views[site] for site in views if site in self.topology.views]
        facts = facts_of(self.topology.groups.by_key[key], known) if findings else None
        events = self.incidents.fold(key, facts, findings, at)
        waiting = self.incidents.by_site.get(key, ())
        if any(incident.key == management_key(key) for incident in waiting):
            self._open.add(key)
        else:
            self._open.discard(key)
        return events

    def resume(self, node: str) -> None:
        """Go on with what an earlier life of the daemon told of a node."""
        self._open.add(node)

    def _found(self, key: str, at_s: float, at: datetime) -> Iterator[Finding]:
        node = self.topology.nodes.get(key)
        if node is None or node.state is not State.DOWN or key not in self.topology.groups.by_key:
            return
        links = [link for link in self._links(key) if link.beliefs]
        answering = sum(_answers_since(link, node.first_failure_s) for link in links)
        finding = Finding(
            key=management_key(key),
            cause=Cause.NODE_MANAGEMENT,
            confidence=Confidence.HIGH,
            priority=Priority.P4,
            root=node,
            touched=(node,),
            since=node.since or at,
            evidence=tuple(_evidence(node, answering, len(links), at)),
            held=self._may_be_more(node, at_s) or answering <= _ANSWERING * len(links),
            calls=False,
            would_change=(WouldChange.IT_ANSWERS, WouldChange.OTHER_SITES_SILENT),
        )
        why = None if finding.held else self.duty.quiet(finding, None, at)
        yield finding if why is None else replace(finding, quiet=why.told)

    def _may_be_more(self, node: Standing, at_s: float) -> bool:
        """Tell whether to wait: it is new, unasked since a restart, or what is above has fallen."""
        above = self.topology.groups.above(node.key)
        is_fallen = not above.isdisjoint(self.topology.outages.by_key)
        return is_fallen or node.is_remembered or at_s - node.changed_s < WAIT_S

    def _links(self, key: str) -> Iterator[Standing]:
        for link in self._children(key):
            view = self.topology.views.get(link.partition("/")[0])
            if view is not None:
                yield view.standings[link]

    def _children(self, key: str) -> tuple[str, ...]:
        group = self.topology.groups.by_key.get(key)
        return group.children if group is not None else ()


def _answers_since(link: Standing, silent_s: float) -> bool:
    """Tell whether a link has answered since its node fell silent, and is in no doubt."""
    answered_s = link.last_success_s
    is_certain = link.is_reachable and not link.suspect
    return is_certain and answered_s is not None and answered_s > silent_s


def _evidence(node: Standing, answering: int, of: int, at: datetime) -> Iterator[Evidence]:
    name = node.component.name
    since = min(node.since or at, at)
    yield Evidence(
        at=since, fact=Fact.NODE_SILENT, subject=name, figures={"reason": node.because}
    )  # fmt: skip
    yield Evidence(
        at=at, fact=Fact.SITES_ANSWER, subject=name,
        figures={"count": float(answering), "of": float(of)},
    )  # fmt: skip
