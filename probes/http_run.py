"""How far one HTTP run got, and how long each phase of it took."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

from probes.failure import Failure
from probes.reading import HttpFigures, Reason

LATE_S = 0.5
"""A deadline noticed this much late means that our loop stood still, not that they were slow."""
WAITED_RATIO, WAITED_S = 0.1, 0.1
"""A run that spent more than both on waiting for us may not blame the far side."""


class Stage(StrEnum):
    """The phases of a run, in order. A redirect starts again at RESOLVE."""

    QUEUED = "queued"
    RESOLVE = "resolve"
    CONNECT = "connect"
    TLS = "tls"
    SEND = "send"
    PROCESSING = "processing"
    TRANSFER = "transfer"
    JUDGE = "judge"


_TIMED_OUT = {
    Stage.QUEUED: (Reason.STALLED, "no free connection of ours"),
    Stage.RESOLVE: (Reason.RESOLVER_UNAVAILABLE, "the resolver did not answer"),
    Stage.CONNECT: (Reason.CONNECT_TIMEOUT, "no TCP connection"),
    Stage.TLS: (Reason.TLS_TIMEOUT, "the TLS handshake did not end"),
    Stage.SEND: (Reason.FIRST_BYTE_TIMEOUT, "the request was not taken"),
    Stage.PROCESSING: (Reason.FIRST_BYTE_TIMEOUT, "connected, but no byte of an answer"),
    Stage.TRANSFER: (Reason.BODY_TIMEOUT, "an answer began and did not end"),
    Stage.JUDGE: (Reason.STALLED, "our own check of the answer did not end"),
}


class HttpRun:
    """What is known of a run while it goes. Phases of redirects add up."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._entered_s = clock()
        self._spent_s: dict[Stage, float] = {}
        self._in_vain_s = 0.0
        self.started_s = self._entered_s
        self.stage = Stage.QUEUED
        self.address = ""
        self.note = ""
        self.status: int | None = None
        self.body_bytes = 0
        self.redirects = 0
        self.tls_version: str | None = None
        self.expires_at: datetime | None = None

    def enter(self, stage: Stage) -> None:
        """Close the phase before and open this one."""
        now_s = self._clock()
        self._spent_s[self.stage] = self._spent_s.get(self.stage, 0.0) + now_s - self._entered_s
        self._entered_s = now_s
        self.stage = stage

    def start_over(self) -> None:
        """Forget the phases so far: the connection that we had kept was of no use."""
        self.enter(Stage.RESOLVE)
        waited_s = self.spent_s(Stage.QUEUED)
        self._spent_s = {Stage.QUEUED: waited_s}
        self._in_vain_s = self._entered_s - self.started_s - waited_s

    def spent_s(self, stage: Stage) -> float:
        """Return how long this phase took."""
        return self._spent_s.get(stage, 0.0)

    def end(self) -> None:
        """Close the last phase."""
        self.enter(self.stage)

    def duration_s(self) -> float:
        """Return the time from the start to the end, without what was our own affair."""
        return self._entered_s - self.started_s - self.spent_s(Stage.QUEUED) - self._in_vain_s

    def timed_out(self, timeout_s: float, behind_s: float = 0.0) -> Failure:
        """Return what a deadline that passed just now means.

        `behind_s` is for how long meanwhile answers waited that we had no time to read.
        """
        late_s = self._clock() - self.started_s - timeout_s
        if late_s > LATE_S:
            return Failure(Reason.STALLED, f"our own loop was {late_s:.1f} s late")
        reason, detail = _TIMED_OUT[self.stage]
        waited_s = self.spent_s(Stage.QUEUED)
        bearable_s = (
            float("inf") if reason.is_blindness else max(WAITED_S, WAITED_RATIO * timeout_s)
        )
        if waited_s > bearable_s:
            detail = f"{waited_s:.1f} s of {timeout_s:g} s went by waiting for a connection of ours"
            return Failure(Reason.STALLED, detail)
        if behind_s > bearable_s:
            detail = f"answers waited for us through {behind_s:.1f} s of {timeout_s:g} s"
            return Failure(Reason.STALLED, detail)
        if self.stage is Stage.TRANSFER and self.status is not None:
            detail = f"status {self.status} and {self.body_bytes} bytes of a body that did not end"
        return Failure(reason, f"{detail} within {timeout_s:g} s")

    def figures(self) -> HttpFigures:
        """Return the numbers as far as they go."""
        return HttpFigures(
            status=self.status,
            resolve_s=self._spent_s.get(Stage.RESOLVE),
            connect_s=self._spent_s.get(Stage.CONNECT),
            tls_s=self._spent_s.get(Stage.TLS),
            processing_s=self._spent_s.get(Stage.PROCESSING),
            transfer_s=self._spent_s.get(Stage.TRANSFER),
            body_bytes=self.body_bytes,
            redirects=self.redirects,
            tls_version=self.tls_version,
            certificate_expires_at=self.expires_at,
        )
