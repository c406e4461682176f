"""Whether we can see at all. While we cannot, silence proves nothing.

Two witnesses: anchors that should always answer, and our own probes that could not be made.
"""

from dataclasses import dataclass, field
from datetime import datetime

from config.area import Criticality
from config.component import Component, ComponentKind
from config.fleet import plan_probes
from config.probe import IcmpSettings
from config.settings import JudgementClass, Settings
from monitor.events import Evidence
from monitor.finding import Finding
from monitor.standing import Standing
from monitor.vocabulary import Cause, Confidence, Fact, Priority, State
from probes.reading import Reason

NOTICE_S = 3.0
"""How long blindness, and then sight, must last before it is told."""
ANCHOR_CLASS = JudgementClass(interval=5.0, reprobe=0.5, successes=1)
_ANCHOR_BURST_S = 0.5
MONITOR_KEY = "monitor"


def monitor_component(settings: Settings) -> Component:
    """Return the component that stands for this daemon."""
    return Component(
        key=MONITOR_KEY,
        kind=ComponentKind.MONITOR,
        site="",
        id=settings.vantage,
        name=settings.vantage,
        criticality=Criticality.CLINICAL,
        judgement=ANCHOR_CLASS,
        burst_s=_ANCHOR_BURST_S,
        probes=(),
    )


def anchor_components(hosts: tuple[str, ...]) -> list[Component]:
    """Return one component per anchor; `hosts` are addresses or names, no longer `gateway`."""
    return [
        Component(
            key=f"{MONITOR_KEY}/anchor-{place}",
            kind=ComponentKind.MONITOR,
            site="",
            id=f"anchor-{place}",
            name=host,
            criticality=Criticality.CLINICAL,
            judgement=ANCHOR_CLASS,
            burst_s=_ANCHOR_BURST_S,
            probes=plan_probes(
                f"{MONITOR_KEY}/anchor-{place}", (IcmpSettings(target=host),), ANCHOR_CLASS
            ),
        )
        for place, host in enumerate(hosts, start=1)
    ]


@dataclass(slots=True)
class Blindness:
    """`itself` is the daemon's own standing: up while it sees, unknown while it does not."""

    itself: Standing
    anchors: dict[str, Standing]
    unseen: dict[str, Reason] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    since_s: float | None = None
    since: datetime | None = None
    clear_s: float | None = None
    told: bool = False

    @property
    def is_blind(self) -> bool:
        return self.since_s is not None

    def note_run(self, probe: str, reason: Reason | None) -> None:
        """Remember whether the last run of a probe told anything."""
        if reason is not None and reason.is_blindness:
            self.unseen[probe] = reason
            self.seen.discard(probe)
        else:
            self.unseen.pop(probe, None)
            self.seen.add(probe)

    def forget(self, probe: str) -> None:
        """Drop a probe that is no longer made."""
        self.unseen.pop(probe, None)
        self.seen.discard(probe)

    def resume(self, since: datetime, now_s: float) -> None:
        """Take up a blindness that was told; it is over once every anchor was asked and we see."""
        self.told, self.since = True, since
        self.clear_s = now_s + ANCHOR_CLASS.interval

    def settle(self, now_s: float, now: datetime) -> bool:
        """Look again; return whether sight was just lost or regained."""
        blind = self._anchors_silent() or self._mostly_unseen()
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
        return Finding(
            key="blind",
            cause=Cause.MONITOR_BLIND,
            confidence=Confidence.HIGH,
            priority=Priority.P2,
            root=self.itself,
            touched=(self.itself, *self.anchors.values()),
            since=self.since,
            evidence=tuple(self._evidence(self.since)),
        )

    @property
    def restless(self) -> bool:
        """Tell whether time alone may still change what is told."""
        return self.is_blind or self.clear_s is not None

    def _anchors_silent(self) -> bool:
        standings = self.anchors.values()
        return bool(standings) and all(
            belief.failures > 0 or belief.state is State.DOWN
            for standing in standings
            for belief in standing.beliefs.values()
        )

    def _mostly_unseen(self) -> bool:
        return len(self.unseen) > len(self.seen)

    def _evidence(self, at: datetime) -> list[Evidence]:
        if self._mostly_unseen():
            reasons = sorted(set(self.unseen.values()))
            return [Evidence(at=at, fact=Fact.OWN_FAILURE, figures={"reason": ", ".join(reasons)})]
        names = ", ".join(standing.component.name for standing in self.anchors.values())
        return [Evidence(at=at, fact=Fact.ANCHORS_SILENT, subject=names)]
