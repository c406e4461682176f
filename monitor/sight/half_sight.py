"""What is told when we see, but cannot ask by one kind of probe: that is ours, and no clinic's."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from monitor.diagnosis.finding import Finding
from monitor.events import Evidence, IncidentEvent
from monitor.sight.unmade import Unmade
from monitor.standing import Standing
from monitor.vocabulary import Cause, Confidence, Fact, Priority

KEY = "half_sight"
_NOTICE_S = 3.0
"""How long it must last, and then be over, before that is told."""
_RESUMED_S = 120.0
"""After a restart, the same kind is found wanting again within this time, or it works."""


@dataclass(slots=True)
class HalfSight:
    """`itself` is the daemon's own standing, which goes on being up."""

    itself: Standing
    unmade: Unmade
    since: datetime | None = None
    _lost: dict[str, str] = field(default_factory=dict)
    _from_s: float | None = None
    _to_s: float | None = None
    _resumed_s: float | None = None
    _told: bool = False

    @property
    def restless(self) -> bool:
        """Tell whether time alone may change what is told."""
        return self.since is not None or bool(self.unmade.reasons)

    def resume(self, told: IncidentEvent, at_s: float) -> None:
        """Go on with what an earlier life of the daemon told."""
        self.since, self._told = told.opened_at, True
        self._from_s = self._resumed_s = at_s
        self._lost = {
            line.subject: str(line.figures.get("reason", ""))
            for line in told.evidence
            if line.fact is Fact.CANNOT_ASK
        }

    def finding(self, now_s: float, now: datetime, *, is_blind: bool) -> Finding | None:
        """Return the finding once it has lasted; kept until it has been over for as long.

        What is told of our blindness says it all.
        """
        self._settle(now_s, now)
        self._told = self._told and not is_blind
        if self.since is None or not self._told:
            return None
        return Finding(
            key=KEY,
            cause=Cause.MONITOR_BLIND,
            confidence=Confidence.HIGH,
            priority=Priority.P2,
            root=self.itself,
            touched=(self.itself,),
            since=self.since,
            evidence=tuple(self._evidence(self.since)),
            takes_over=("blind",),
        )

    def _settle(self, now_s: float, now: datetime) -> None:
        lost = self.unmade.lost_kinds() if self.unmade.reasons else {}
        if lost:
            self._lost, self._to_s, self._resumed_s = lost, None, None
            if self.since is None:
                self.since, self._from_s = now, now_s
        elif self.since is not None and not self._is_awaited(now_s):
            self._to_s = now_s if self._to_s is None else self._to_s
        if self._from_s is not None and self._to_s is None:
            self._told = self._told or now_s - self._from_s >= _NOTICE_S
        if self._to_s is not None and now_s - self._to_s >= _NOTICE_S * self._told:
            self.since = self._from_s = self._to_s = None
            self._told = False

    def _is_awaited(self, now_s: float) -> bool:
        """Tell whether we know too little since a restart to say that it is over."""
        if self._resumed_s is None or now_s - self._resumed_s >= _RESUMED_S:
            return False
        made = {k for probe, k in self.unmade.kinds.items() if probe not in self.unmade.reasons}
        return not made.issuperset(self._lost)

    def _evidence(self, at: datetime) -> Iterable[Evidence]:
        for kind, reason in self._lost.items():
            yield Evidence(at=at, fact=Fact.CANNOT_ASK, subject=kind, figures={"reason": reason})
