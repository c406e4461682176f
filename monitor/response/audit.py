"""Who ordered what, and from where: kept in the journal, the newest `MOST` of them."""

import logging
from collections import deque
from collections.abc import Sequence
from datetime import datetime
from itertools import islice

from pydantic import ValidationError

from monitor.journal import Journal
from monitor.orders import Action, AuditEntry, Origin

log = logging.getLogger(__name__)

MOST = 10_000
_DIGITS = 12


class Audit:
    """Only ever added to; the oldest leave when there are too many."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._entries: deque[AuditEntry] = deque()

    def load(self) -> None:
        """Take up what earlier lives of the daemon noted."""
        for key, body in self._journal.notes("audit"):
            try:
                self._entries.append(AuditEntry.model_validate_json(body))
            except ValidationError as error:
                log.warning("forgotten, unreadable audit=%s errors=%d", key, error.error_count())

    def note(
        self,
        action: Action,
        at: datetime,
        *,
        by: str,
        origin: Origin,
        subject: str = "",
        detail: str = "",
    ) -> AuditEntry:
        """Write down an order."""
        number = self._entries[-1].number + 1 if self._entries else 1
        entry = AuditEntry(
            number=number, at=at, action=action, by=by,
            origin=origin.place, subject=subject, detail=detail,
        )  # fmt: skip
        self._entries.append(entry)
        self._journal.note("audit", _key(number), entry.model_dump_json())
        if len(self._entries) > MOST:
            self._journal.note("audit", _key(self._entries.popleft().number), None)
        log.info(
            "order action=%s by=%s origin=%s subject=%s", action, by, origin.place, subject or "-"
        )
        return entry

    def latest(self, most: int) -> Sequence[AuditEntry]:
        """Return the newest entries, the newest first."""
        return tuple(islice(reversed(self._entries), most))


def _key(number: int) -> str:
    return f"{number:0{_DIGITS}d}"
