"""What is true out there, and what a probe brings back from it. Whoever is not named answers.

Places are named as the daemon names them: a probe (`hg/link/cfe#icmp`), a component
(`hg/link/cfe`), a site (`hg`), a node (`node/tij`), `monitor` for the anchors, and `*` for
everything: our own uplink. What lies behind the links of a site is silent when all of them are.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from random import Random

from bench.judgement.link_model import Link
from bench.judgement.scenarios.power_says import at_rest
from config.component import Component, ComponentKind, Probe
from config.fleet import Fleet
from probes.echo_figures import EchoFigures
from probes.power_doubt import default_max_age_s, doubt_time
from probes.reading import HttpFigures, PowerFigures, Reading, Reason

RTT_S = 0.02
EVERYTHING = "*"
_BEHIND = frozenset({ComponentKind.POWER, ComponentKind.AREA, ComponentKind.SERVICE})
_SILENCE = {"icmp": Reason.NO_REPLY}


@dataclass(slots=True)
class Way:
    """How a place loses and delays pings: at random, in bursts, and for how long."""

    loss_ratio: float = 0.0
    bursts: Link | None = None
    slower_s: float = 0.0
    jitter_s: float = 0.0


@dataclass(slots=True)
class World:
    """Everything that is not as it should be, by place."""

    fleet: Fleet
    chance: Random
    silent: set[str] = field(default_factory=set)
    deaf_to_ping: set[str] = field(default_factory=set)
    stale_ids: set[str] = field(default_factory=set)
    wrong: dict[str, Reason] = field(default_factory=dict)
    ways: dict[str, Way] = field(default_factory=dict)
    power: dict[str, PowerFigures] = field(default_factory=dict)

    def ask(
        self, probe: Probe, at_s: float, true_now: datetime, shown_now: datetime, *, in_doubt: bool
    ) -> Reading:
        """Return what a run that begins now brings back, after its `duration_s`."""
        component = self._component(probe)
        reason = self._wrong(probe, component)
        if reason is not None and reason.is_blindness:
            return Reading.failed(reason, "")
        if self._is_lost(probe, component, at_s, in_doubt=in_doubt):
            return self._unanswered(probe)
        if reason is not None:
            return Reading.failed(reason, "", RTT_S)
        if probe.settings.kind == "power":
            return self._power(probe, component, true_now, shown_now)
        return self._answer(probe, component)

    def _component(self, probe: Probe) -> Component | None:
        return self.fleet.components.get(probe.component)

    def _names(self, probe: Probe, component: Component | None) -> Iterator[str]:
        """Yield the names that a probe's own place goes by, the nearest first."""
        yield probe.key
        yield probe.component
        if component is None:
            yield "monitor"
        elif component.site:
            yield component.site
        yield EVERYTHING

    def _wrong(self, probe: Probe, component: Component | None) -> Reason | None:
        found = (self.wrong.get(name) for name in self._names(probe, component))
        return next((reason for reason in found if reason is not None), None)

    def _is_lost(
        self, probe: Probe, component: Component | None, at_s: float, *, in_doubt: bool
    ) -> bool:
        names = list(self._names(probe, component))
        if self.silent.intersection(names) or self._is_cut_off(component):
            return True
        if probe.settings.kind != "icmp":
            return False  # what TCP loses it sends again
        if self.deaf_to_ping.intersection(names):
            return True
        if self.stale_ids.intersection(names) and not in_doubt:
            return True
        ways = (self.ways[name] for name in names if name in self.ways)
        return any(self._loses(way, at_s) for way in ways)

    def _loses(self, way: Way, at_s: float) -> bool:
        if way.bursts is not None and way.bursts.is_lost(at_s):
            return True
        return way.loss_ratio > 0 and self.chance.random() < way.loss_ratio

    def _is_cut_off(self, component: Component | None) -> bool:
        if component is None:
            return False
        if component.kind is ComponentKind.NODE:
            return self._is_dark((component.id,))
        links = {} if not component.site else self._links(component.site)
        if component.kind is ComponentKind.LINK:
            return self._is_dark(links[component.key])
        if component.kind in _BEHIND and links:
            return all(key in self.silent or self._is_dark(nodes) for key, nodes in links.items())
        return False

    def _links(self, site_id: str) -> dict[str, tuple[str, ...]]:
        """Return the nodes that each link of a site hangs from, by the key of the link."""
        site = self.fleet.sites_by_id[site_id]
        return {f"{site_id}/link/{link.id}": link.node for link in site.links}

    def _is_dark(self, node_ids: Iterable[str]) -> bool:
        """Tell whether one of these nodes, or of what they hang from, is silent."""
        parents = {node.id: node.parent for node in self.fleet.nodes}
        return any(
            f"node/{node_id}" in self.silent or self._is_dark(parents.get(node_id, ()))
            for node_id in node_ids
        )

    def _unanswered(self, probe: Probe) -> Reading:
        kind = probe.settings.kind
        reason = _SILENCE.get(kind, Reason.CONNECT_TIMEOUT)
        failed = Reading.failed(reason, "", probe.settings.timeout)
        return replace(failed, echo=EchoFigures(1)) if kind == "icmp" else failed

    def _answer(self, probe: Probe, component: Component | None) -> Reading:
        rtt_s = RTT_S
        for name in self._names(probe, component):
            if name in self.ways:
                way = self.ways[name]
                rtt_s += way.slower_s + way.jitter_s * self.chance.random()
        if probe.settings.kind == "icmp":
            return Reading(True, rtt_s, echo=EchoFigures(1, (round(rtt_s * 1e9),)))
        http = HttpFigures(status=200) if probe.settings.kind == "http" else None
        return Reading(True, rtt_s, http=http)

    def _power(
        self, probe: Probe, component: Component | None, true_now: datetime, shown_now: datetime
    ) -> Reading:
        """Return what a unit says; its clock is right, and ours may not be."""
        max_age_s = default_max_age_s(probe.interval_s)
        doubt = doubt_time(true_now, shown_now, max_age_s, None)
        if doubt is not None:
            return Reading.failed(doubt[0], doubt[1], RTT_S)
        said = self.power.get(probe.component) or self._at_rest(component)
        return Reading(True, RTT_S, power=replace(said, measured_at=true_now))

    def _at_rest(self, component: Component | None) -> PowerFigures:
        if component is None:
            raise ValueError("only sites have power")
        site = self.fleet.sites_by_id[component.site]
        return at_rest(next(one.kind for one in site.power if one.id == component.id))
