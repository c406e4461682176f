"""Whether we can see at all. While we cannot, silence proves nothing.

Four kinds of witness: anchors that should always answer, our own way out, our own probes that could
not be made, and a sample of the fleet. Any answer from beyond this machine outweighs the second.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from config.component import Probe
from monitor.diagnosis.finding import Finding
from monitor.events import Evidence, IncidentEvent
from monitor.sight.anchors import Anchors
from monitor.sight.half_sight import KEY as HALF_SIGHT
from monitor.sight.unmade import Unmade
from monitor.sight.uplink import Uplink
from monitor.sight.witnesses import Witnesses
from monitor.standing import Standing
from monitor.vocabulary import Cause, Confidence, Fact, Priority, State, WouldChange
from probes.reading import Reading

NOTICE_S = 3.0
"""How long blindness, and then sight, must last before it is told."""
_OWN = ("127.", "::1")


@dataclass(slots=True)
class Blindness:
    """`itself` is the daemon's own standing: up while it sees, unknown while it does not.

    `uplink` is None where nobody watches it: where all that is asked is on this machine.
    """

    itself: Standing
    anchors: Anchors
    witnesses: Witnesses = field(default_factory=Witnesses)
    uplink: Uplink | None = None
    unmade: Unmade = field(default_factory=Unmade)
    since_s: float | None = None
    since: datetime | None = None
    clear_s: float | None = None
    told: bool = False
    answered_s: float = 0.0
    because: tuple[Evidence, ...] = ()

    @property
    def is_blind(self) -> bool:
        return self.since_s is not None

    def hear(self, probe: Probe, reading: Reading, at_s: float) -> bool:
        """Take what any run tells of us, whatever it tells of the place asked.

        Return whether it may cost us our sight: not every lost packet does, of thousands at once.
        """
        is_unmade = self.unmade.note(probe.key, probe.settings.kind, reading.reason)
        asked_s = at_s - reading.duration_s
        is_witness = self.witnesses.note(probe.key, asked_s, at_s, answered=reading.success)
        if not reading.success:
            return is_unmade or is_witness
        if self.told and not self.is_blind and self.clear_s is None:
            self.clear_s = at_s
        if self._has_no_way_out() and not reading.address.startswith(_OWN):
            self.answered_s = asked_s
        return False

    def resume(self, told: IncidentEvent) -> None:
        """Take up a blindness that was told; it is over some time after the first answer."""
        self.told, self.since, self.because = True, told.opened_at, told.evidence

    def settle(self, now_s: float, now: datetime) -> bool:
        """Look again; return whether sight was just lost or regained."""
        blind = (
            self.anchors.are_silent
            or self.unmade.are_most
            or self._is_cut_off()
            or self._fleet_is_silent(now_s)
        )
        if blind is self.is_blind:
            return False
        if blind:
            self.since_s, self.clear_s = now_s, None
            self.since = self.since if self.told and self.since else now
        else:
            self.since_s, self.clear_s = None, now_s
        return True

    def finding(self, now_s: float) -> Finding | None:
        """Return the finding about ourselves, once blindness has lasted; kept until sight has."""
        if self.since is None:
            return None
        if self.since_s is not None:
            self.told = self.told or now_s - self.since_s >= NOTICE_S
        elif self.clear_s is not None and now_s - self.clear_s >= NOTICE_S:
            self.told, self.since, self.clear_s = False, None, None
        if not self.told or self.since is None:
            return None
        self.because = tuple(self._evidence(now_s, self.since)) or self.because
        return Finding(
            key="blind",
            cause=Cause.MONITOR_BLIND,
            confidence=Confidence.HIGH,
            priority=Priority.P2,
            root=self.itself,
            touched=(self.itself, *self.anchors.standings.values()),
            since=self.since,
            evidence=self.because,
            takes_over=(HALF_SIGHT,),
            would_change=(WouldChange.ANCHOR_ANSWERS,),
        )

    @property
    def restless(self) -> bool:
        """Tell whether time alone may still change what is told."""
        return self.is_blind or self.clear_s is not None

    @property
    def is_at_peace(self) -> bool:
        """Tell whether we see, have long seen, and have said so: a run that answers tells nothing.

        At the start nothing has been said yet.
        """
        is_told = self.itself.state is not State.UNKNOWN
        return is_told and self.since_s is None and self.clear_s is None

    def wants(self, probe: str) -> bool:
        """Tell whether a probe is to be asked fast for as long as we are blind."""
        return self.is_blind and probe in self.witnesses.chosen

    def _has_no_way_out(self) -> bool:
        return self.uplink is not None and self.uplink.lost is not None

    def _is_cut_off(self) -> bool:
        """Tell whether our way out is lost, and nothing beyond this machine has answered since."""
        return (
            self.uplink is not None
            and self.uplink.lost is not None
            and self.answered_s <= self.uplink.lost_s
        )

    def _fleet_is_silent(self, now_s: float) -> bool:
        return not self.anchors.vouch and self.witnesses.are_silent(now_s)

    def _evidence(self, now_s: float, at: datetime) -> Iterator[Evidence]:
        """Yield every reason there is to call ourselves blind, and what narrows it down."""
        if self.unmade.are_most:
            yield Evidence(at=at, fact=Fact.OWN_FAILURE, figures={"reason": self.unmade.words()})
        if self.uplink is not None and self.uplink.lost is not None and self._is_cut_off():
            name, fault = self.uplink.lost
            yield Evidence(
                at=at, fact=Fact.INTERFACE_DOWN, subject=name, figures={"reason": fault.value}
            )
        if self.anchors.are_silent:
            yield Evidence(at=at, fact=Fact.ANCHORS_SILENT, subject=self.anchors.silent_names())
        if self._fleet_is_silent(now_s):
            lost, heard = self.witnesses.count(now_s)
            yield Evidence(at=at, fact=Fact.FLEET_SILENT, figures={"silent": lost, "asked": heard})
        if self.anchors.gateway_answers:
            yield Evidence(at=at, fact=Fact.GATEWAY_ANSWERS, subject=self.anchors.gateway or "")
