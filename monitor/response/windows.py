"""Maintenance windows that people opened, or ended, since the files were written.

They are laid over the windows of the files, so that monitor.duty.maintenance serves both.
"""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from config.fault import UnusableError
from config.fleet import Fleet
from config.maintenance import MaintenanceWindow
from monitor.archive import stamp
from monitor.duty.maintenance import window_on
from monitor.journal import Journal
from monitor.orders import AddWindow, Refusal, WindowView, problems_of
from monitor.response.window_scope import problems_on

log = logging.getLogger(__name__)

KEPT = timedelta(days=33)
"""Longer than any window lasts: one that was ended must not come to life again."""


class WindowRecord(BaseModel):
    """`written` is null for a window of the files, of which only the end is ours."""

    model_config = ConfigDict(frozen=True)
    written: MaintenanceWindow | None
    noted_at: AwareDatetime
    ended_at: AwareDatetime | None = None


class Windows:
    """By id. What is over is forgotten after a week, when another one is written down."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._records: dict[str, WindowRecord] = {}
        self._ordered: set[str] = set()

    def load(self) -> None:
        """Take up what earlier lives of the daemon were told."""
        for key, body in self._journal.notes("window"):
            try:
                self._records[key] = WindowRecord.model_validate_json(body)
            except ValidationError as error:
                log.warning("forgotten, unreadable window=%s errors=%d", key, error.error_count())

    def onto(self, fleet: Fleet) -> Fleet:
        """Return a fleet under its own windows and ours; the same one where there are none."""
        ours = tuple(record.written for record in self._records.values() if record.written)
        self._ordered |= {window.id for window in ours}
        ended = {key: one.ended_at for key, one in self._records.items() if one.ended_at}
        theirs = tuple(window for window in fleet.maintenance if window.id not in self._ordered)
        if (*theirs, *ours) == fleet.maintenance and ended == fleet.ended:
            return fleet
        return fleet.maintained((*theirs, *ours), ended)

    def add(self, order: AddWindow, fleet: Fleet, at: datetime) -> MaintenanceWindow | Refusal:
        """Write a window down under an id of its own, if it can be one and covers something."""
        self._forget(at)
        try:
            written = order.placed(self._number(at), at)
        except (ValidationError, UnusableError) as error:
            return Refusal("unusable", problems_of(error))
        problems = problems_on(fleet, written, at)
        if problems:
            return Refusal("unusable", problems)
        self._keep(written.id, WindowRecord(written=written, noted_at=at))
        return written

    def end(self, window: str, at: datetime) -> bool:
        """Write down that somebody ended it, or called it off; return whether it was ordered."""
        known = self._records.get(window)
        written = known.written if known is not None else None
        self._keep(window, WindowRecord(written=written, noted_at=at, ended_at=at))
        return written is not None

    def views(self, fleet: Fleet, at: datetime) -> Iterator[WindowView]:
        """Yield all windows of a fleet as they stand."""
        for written in fleet.maintenance:
            yield view_of(fleet, written, at, is_ours=written.id in self._ordered)

    def _number(self, at: datetime) -> str:
        base = number = f"order-{at:%Y%m%d-%H%M%S}"
        count = 1
        while number in self._records:
            count += 1
            number = f"{base}-{count}"
        return number

    def _keep(self, window: str, record: WindowRecord) -> None:
        self._records[window] = record
        body = record.model_dump_json(by_alias=True)
        self._journal.note("window", window, body)
        self._journal.note("past_window", f"{stamp(record.noted_at)}/{window}", body)

    def _forget(self, at: datetime) -> None:
        for key, record in list(self._records.items()):
            if _last_at(record) < at - KEPT:
                del self._records[key]
                self._journal.note("window", key, None)


def _last_at(record: WindowRecord) -> datetime:
    """Return an instant at which a window had begun, or was ended."""
    starts = record.written.starts if record.written is not None else None
    if record.ended_at is not None or starts is None or starts.tzinfo is None:
        return record.ended_at or record.noted_at
    return max(record.noted_at, starts)


def view_of(fleet: Fleet, written: MaintenanceWindow, at: datetime, *, is_ours: bool) -> WindowView:
    """Return a window as it stands at an instant."""
    window = window_on(fleet, written)
    one = window.next_occurrence(at)
    named = (*written.sites, *written.states, *written.types, *written.nodes)
    return WindowView(
        id=written.id,
        reason=written.reason,
        by=written.by,
        source="order" if is_ours else "file",
        recurring=written.every is not None,
        active=window.active(at),
        starts=one.starts if one is not None else None,
        ends=one.ends if one is not None else None,
        ended_at=window.ended_at,
        where=tuple(str(name) for name in named),
        parts=written.parts,
        critical_areas=written.critical_areas,
        expects=written.expects.kind if written.expects is not None else None,
        sites=len(window.zones),
    )
