"""Our own sight, as the watch lives with it: judged, told of, and confirmed anew afterwards."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from config.component import ComponentKind, Probe
from config.fleet import Fleet
from config.probe import HttpSettings, IcmpSettings, PowerSettings, TcpSettings
from monitor.events import IncidentEvent, StateEvent
from monitor.incident import Incident
from monitor.incidents import Incidents
from monitor.sight.anchors import Anchors, monitor_component
from monitor.sight.blindness import Blindness
from monitor.sight.half_sight import KEY as HALF_SIGHT
from monitor.sight.half_sight import HalfSight
from monitor.sight.uplink import Uplink
from monitor.sight.witnesses import Witnesses
from monitor.standing import Standing
from monitor.vocabulary import State
from probes.reading import Reading, Reason

Tell = Callable[[Standing, State, datetime], StateEvent]
_LOOPBACK = ("127.", "[::1]", "::1", "localhost")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What this machine has to see by. `anchors` are addresses or names, no longer `gateway`."""

    anchors: tuple[str, ...] = ()
    gateway: str | None = None
    uplink: Uplink | None = None


class Sight:
    """Settles whether we see. `tell` makes the event of a state, `incidents` hold our notice."""

    def __init__(
        self, fleet: Fleet, around: Surroundings, incidents: Incidents, tell: Tell
    ) -> None:
        itself = Standing.of(monitor_component(fleet.settings))
        anchors = Anchors.at(around.anchors, around.gateway)
        self.blindness = Blindness(itself, anchors, Witnesses())
        self._half = HalfSight(itself, self.blindness.unmade)
        self._uplink = around.uplink
        self._incidents = incidents
        self._tell = tell
        self._counted_s: float | None = None

    @property
    def is_blind(self) -> bool:
        return self.blindness.since_s is not None

    def standings(self) -> Iterator[Standing]:
        """Yield the daemon's own standing, then those of its anchors."""
        yield self.blindness.itself
        yield from self.blindness.anchors.standings.values()

    def anchor(self, key: str) -> Standing | None:
        return self.blindness.anchors.standings.get(key)

    def adopt(self, fleet: Fleet) -> None:
        """Take over a fleet: whom to ask as a witness, and by which rules."""
        rules, blindness = fleet.settings.sight, self.blindness
        blindness.anchors.needed = rules.anchors_needed
        blindness.witnesses.adopt(list(_candidates(fleet)), rules.share)
        watched = rules.interface and not _stays_here(fleet.probes.values())
        blindness.uplink = self._uplink if watched else None

    def as_it_counts(self, reading: Reading) -> Reading:
        """Return what a run is worth: one that failed while we are blind is missing, not lost."""
        if reading.reason is None or not self.is_blind or reading.reason.is_blindness:
            return reading
        detail = f"Guardia was blind: {reading.reason}"
        return Reading(False, reading.duration_s, Reason.BLIND, detail, reading.address)

    def ask(
        self, site: str, since_s: float, at_s: float, is_known_down: Callable[[str], bool]
    ) -> tuple[str, ...]:
        """Return whom to ask whether it is us, now that a site is silent since an instant."""
        anchors = tuple(self.blindness.anchors.probe_keys())
        if anchors and self.blindness.anchors.vouch:
            return anchors
        called = self.blindness.witnesses.called_for(site, since_s, at_s, is_known_down)
        return (*anchors, *called)

    def look(self, at_s: float, at: datetime) -> tuple[list[StateEvent | IncidentEvent], bool]:
        """Settle whether we see; return what is told of it, and whether we see again just now.

        What follows from time alone is told by `notice`.
        """
        blindness = self.blindness
        itself, was = blindness.itself, blindness.itself.state
        begins = was is State.UNKNOWN and not blindness.is_blind
        if not (blindness.settle(at_s, at) or (begins and not blindness.is_blind)):
            return [], False
        itself.state = State.UNKNOWN if blindness.is_blind else State.UP
        itself.since, itself.changed_s = at, at_s
        told: list[StateEvent | IncidentEvent] = []
        if itself.state is not was:
            told.append(self._tell(itself, was, at))
        return [*told, *self.notice(at_s, at)], not blindness.is_blind

    def blind_for_s(self, at_s: float) -> float:
        """Return for how long we were blind since this was asked last."""
        since_s = self._counted_s if self._counted_s is not None else at_s
        self._counted_s = at_s if self.is_blind else None
        return at_s - since_s

    def resume(self, incident: Incident, at_s: float) -> None:
        """Take up our own incident that an earlier life of the daemon opened."""
        if incident.key == HALF_SIGHT:
            self._half.resume(incident.event, at_s)
        else:
            self.blindness.resume(incident.event)

    def tick(self, at_s: float) -> None:
        """Look at what no run tells of: our own way out."""
        if self.blindness.uplink is not None:
            self.blindness.uplink.look(at_s)

    def notice(self, at_s: float, at: datetime) -> list[IncidentEvent]:
        """Bring the incident about ourselves in line with what is known."""
        is_calm = not self.blindness.restless and not self._half.restless
        if is_calm and not self._incidents.by_site.get(""):
            return []
        blind = self.blindness.finding(at_s)
        half = self._half.finding(at_s, at, is_blind=blind is not None)
        finding = blind or half
        return self._incidents.fold("", None, [finding] if finding else [], at)


def _candidates(fleet: Fleet) -> Iterator[tuple[str, str]]:
    """Yield one ping of each site that has one on a link, in the order of the list."""
    last = ""
    for component in fleet.components.values():
        if component.kind is ComponentKind.LINK and component.site != last:
            for probe in component.probes:
                if probe.settings.kind == "icmp":
                    last = component.site
                    yield component.site, probe.key
                    break


def _stays_here(probes: Iterable[Probe]) -> bool:
    """Tell whether nothing that is asked lies beyond this machine."""
    return all(_place(probe).startswith(_LOOPBACK) for probe in probes)


def _place(probe: Probe) -> str:
    match probe.settings:
        case IcmpSettings() | TcpSettings() as asked:
            return asked.target
        case HttpSettings() | PowerSettings() as fetched:
            return fetched.url.partition("//")[2]
