"""Where people's orders arrive: each is carried out, written down, and only then answered."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from config.response import LONGEST_ACKNOWLEDGEMENT_S
from monitor.duty.maintenance import window_on
from monitor.events import Acknowledgement, IncidentEvent
from monitor.journal import Journal
from monitor.orders import (
    Acknowledge,
    Action,
    AddWindow,
    AuditEntry,
    EndWindow,
    LetGo,
    Origin,
    Refusal,
    WindowView,
)
from monitor.pipeline import Pipeline
from monitor.ports import Clock
from monitor.response.audit import Audit
from monitor.response.windows import Windows, view_of

SETTLE_S = 2.0
"""A disk slower than this does not hold an answer back; the journal has said what is the matter."""


class Desk:
    """Implements `monitor.ports.Desk`."""

    def __init__(
        self, pipeline: Pipeline, journal: Journal, windows: Windows, audit: Audit, clock: Clock
    ) -> None:
        self._pipeline = pipeline
        self._journal = journal
        self._windows = windows
        self._audit = audit
        self._clock = clock

    async def acknowledge(
        self, incident: str, order: Acknowledge, origin: Origin
    ) -> IncidentEvent | Refusal:
        """Let somebody take an open incident on; who had it before is replaced."""
        at = self._clock.now()
        until = self._until(order, at)
        if isinstance(until, Refusal):
            return until
        event = self._open(incident)
        if isinstance(event, Refusal):
            return event
        taken = Acknowledgement(by=order.by, at=at, until=until, note=order.note or "")
        return await self._changed(event.id, taken, Action.ACKNOWLEDGED, order.by, origin)

    async def let_go(self, incident: str, order: LetGo, origin: Origin) -> IncidentEvent | Refusal:
        """End an acknowledgement before its time."""
        event = self._open(incident)
        if isinstance(event, Refusal):
            return event
        if event.acknowledged is None:
            return Refusal("conflict", (f"nobody has acknowledged `{event.id}`; nothing to end",))
        return await self._changed(event.id, None, Action.LET_GO, order.by, origin)

    async def add_window(self, order: AddWindow, origin: Origin) -> WindowView | Refusal:
        """Open a maintenance window beside those of the files."""
        at, fleet = self._clock.now(), self._pipeline.fleet()
        written = self._windows.add(order, fleet, at)
        if isinstance(written, Refusal):
            return written
        self._pipeline.take_windows(self._windows.onto(fleet))
        self._audit.note(
            Action.WINDOW_ADDED, at,
            by=written.by, origin=origin, subject=written.id, detail=written.reason,
        )  # fmt: skip
        await self._settle()
        return view_of(self._pipeline.fleet(), written, at, is_ours=True)

    async def end_window(
        self, window: str, order: EndWindow, origin: Origin
    ) -> WindowView | Refusal:
        """End what is under way of a window, or call off one that is still to come."""
        at, fleet = self._clock.now(), self._pipeline.fleet()
        written = next((one for one in fleet.maintenance if one.id == window), None)
        if written is None:
            fix = "`guardia maintenance list` names them"
            return Refusal("unknown", (f"there is no window `{window[:80]}`; {fix}",))
        one = window_on(fleet, written).next_occurrence(at)
        if one is None:
            return Refusal("conflict", (f"`{window}` is over already; nothing to end",))
        if one.starts > at and written.every is not None:
            fix = "end it when it has begun, or change the site file"
            return Refusal("conflict", (f"`{window}` recurs and is not under way; {fix}",))
        is_ours = self._windows.end(window, at)
        self._pipeline.take_windows(self._windows.onto(fleet))
        self._audit.note(Action.WINDOW_ENDED, at, by=order.by, origin=origin, subject=window)
        await self._settle()
        return view_of(self._pipeline.fleet(), written, at, is_ours=is_ours)

    def windows(self) -> Sequence[WindowView]:
        """Return every window as it stands now, those of the files first."""
        return tuple(self._windows.views(self._pipeline.fleet(), self._clock.now()))

    def audit(self, most: int) -> Sequence[AuditEntry]:
        """Return the newest entries of the audit log, the newest first."""
        return self._audit.latest(most)

    def reloaded(self, problems: Sequence[str], origin: Origin) -> None:
        """Note that the configuration was loaded again, or refused."""
        action = Action.RELOAD_REFUSED if problems else Action.RELOADED
        detail = f"{len(problems)} problem(s)" if problems else ""
        self._audit.note(action, self._clock.now(), by="", origin=origin, detail=detail)

    def _open(self, incident: str) -> IncidentEvent | Refusal:
        known = next((one for one in self._pipeline.incidents() if one.id == incident), None)
        if known is None:
            fix = "`guardia status` names the open ones"
            return Refusal("unknown", (f"there is no incident `{incident[:80]}`; {fix}",))
        if known.closed_at is not None:
            return Refusal("conflict", (f"`{incident}` is over; nothing to acknowledge",))
        return known

    def _until(self, order: Acknowledge, at: datetime) -> datetime | Refusal:
        usual_s = self._pipeline.fleet().settings.response.acknowledge_for
        until = order.until or at + timedelta(seconds=order.lasts or usual_s)
        if until <= at:
            return Refusal("unusable", ("`until` has passed; name an instant to come",))
        if until > at + timedelta(seconds=LONGEST_ACKNOWLEDGEMENT_S):
            fix = "acknowledge again tomorrow, or add a maintenance window"
            return Refusal("unusable", (f"`until` is more than a day ahead; {fix}",))
        return until

    async def _changed(
        self, incident: str, taken: Acknowledgement | None, action: Action, by: str, origin: Origin
    ) -> IncidentEvent | Refusal:
        event = self._pipeline.acknowledge(incident, taken)
        if event is None:
            return Refusal("conflict", (f"`{incident}` is over; nothing to acknowledge",))
        detail = ""
        if taken is not None:
            detail = f"until {taken.until.isoformat(timespec='seconds')} {taken.note}".strip()
        self._audit.note(
            action, self._clock.now(), by=by, origin=origin, subject=incident, detail=detail
        )
        await self._settle()
        return event

    async def _settle(self) -> None:
        """Have on disk what was ordered, or go on: it holds while the daemon runs."""
        try:
            async with asyncio.timeout(SETTLE_S):
                await self._journal.settled()
        except TimeoutError:
            return
