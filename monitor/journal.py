"""The daemon's memory: states, incidents, and what each receiver was told.

One writer thread, group commit. The newest value per row waits in memory until it is on disk,
so a disk that refuses costs nothing but durability, and the waiting room is bounded by the fleet.
"""

import asyncio
import logging
import sqlite3
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from monitor.archive import Change
from monitor.events import IncidentEvent
from monitor.incident import Incident
from monitor.journal_file import Batch, JournalFile
from monitor.ledger import IncidentRecord, Ledger
from monitor.memory import SiteRecord, StandingRecord
from monitor.ports import Clock, Delivery, Telemetry
from monitor.trouble import Trouble

log = logging.getLogger(__name__)

GROUP_S = 0.02
RETRY_S = 1.0
RETENTION = timedelta(days=7)
REOPENABLE = timedelta(days=1)
"""The most that `response.reopen_within` can be."""
MOST_CHANGES = 100_000
"""So many changes of state wait for a disk that refuses; then the oldest are lost to reports."""

Table = Literal["window", "audit", "life", "past_incident", "past_window"]
"""Kept for those who know what they mean."""


class Journal:
    """Write-behind store. `load_*` once at the start, `save_*` from the loop, `run` writes."""

    def __init__(self, path: Path, clock: Clock, telemetry: Telemetry) -> None:
        self._file = JournalFile(path, clock.now)
        self._clock = clock
        self._telemetry = telemetry
        self._trouble = Trouble(log, "journal")
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="journal")
        self._pending: dict[tuple[str, str], str | None] = {}
        self._changes: deque[Change] = deque(maxlen=MOST_CHANGES)
        self._forget: datetime | None = None
        self._waiters: list[asyncio.Future[bool]] = []
        self._writing = False
        self._writable = False
        self._dirty = asyncio.Event()
        self.ledger = Ledger()

    def open(self) -> None:
        """Open or create the file; one that cannot be used is told of, and we go on without.

        Raises:
            JournalVersionError: another version of Guardia wrote it.

        """
        refused = self._file.open()
        self._writable = not refused
        if refused:
            self._refused(refused)

    def load_standings(self) -> dict[str, StandingRecord]:
        """Return what is remembered of each component."""
        records = {}
        for key, body in self._file.rows("standing"):
            try:
                records[key] = StandingRecord.of_json(body)
            except ValidationError as error:
                log.warning("forgotten, unreadable standing=%s errors=%d", key, error.error_count())
        return records

    def load_sites(self) -> dict[str, SiteRecord]:
        """Return what is remembered of each site."""
        records = {}
        for key, body in self._file.rows("site"):
            try:
                records[key] = SiteRecord.model_validate_json(body)
            except ValidationError as error:
                log.warning("forgotten, unreadable site=%s errors=%d", key, error.error_count())
        return records

    def load_incidents(self) -> list[Incident]:
        """Return the open incidents, and fill the ledger of what was told of all recent ones."""
        for _, body in self._file.rows("incident"):
            try:
                self.ledger.add(IncidentRecord.model_validate_json(body))
            except ValidationError as error:
                log.warning("forgotten, unreadable incident errors=%d", error.error_count())
        for _, body in self._file.rows("delivery"):
            self._load_delivery(body)
        self._prune()
        return self.ledger.open_incidents()

    def reopenable(self) -> list[Incident]:
        """Return the incidents that closed so recently that a trouble may bring them back."""
        return self.ledger.closed_since(self._clock.now() - REOPENABLE)

    def save_standing(self, key: str, record: StandingRecord, *, may_wait: bool = False) -> None:
        """Remember a component: at once, or with what comes next, at the latest at `hurry`."""
        self._save("standing", key, record.to_json(), may_wait=may_wait)

    def hurry(self) -> None:
        """Write what has waited for company."""
        if self._pending:
            self._dirty.set()

    def save_site(self, key: str, record: SiteRecord) -> None:
        """Remember a site."""
        self._save("site", key, record.model_dump_json())

    def forget(self, standings: Sequence[str], sites: Sequence[str]) -> None:
        """Drop what is no longer watched."""
        for key in standings:
            self._save("standing", key, None)
        for key in sites:
            self._save("site", key, None)

    def notes(self, table: Table) -> list[tuple[str, str]]:
        """Return what others wrote down, by key, in the order of the keys."""
        return sorted(self._file.rows(table))

    def note(self, table: Table, key: str, body: str | None) -> None:
        """Write something down for others; None forgets it."""
        self._save(table, key, body)

    def latest_states(self) -> dict[str, str]:
        """Return the last state in the history of each component."""
        return self._file.latest_states()

    def append(self, change: Change) -> None:
        """Add a change of state to the history."""
        if len(self._changes) == MOST_CHANGES - 1:
            log.error("history full waiting=%d: reports will lack the oldest", MOST_CHANGES)
        self._changes.append(change)
        self._dirty.set()

    def forget_history(self, before: datetime) -> None:
        """Drop what no report will be wanted of."""
        self._forget = before
        self._dirty.set()

    def save_incident(self, record: IncidentRecord) -> None:
        """Remember an incident, and that every receiver is owed it."""
        for delivery in self.ledger.add(record):
            self.record(delivery)
        self._save("incident", record.event.id, record.model_dump_json())
        if self.ledger.is_crowded:
            self._prune()

    def deliveries(self, receiver: str) -> Sequence[tuple[IncidentEvent, Delivery]]:
        """Return every incident that is open or not yet fully told, oldest first."""
        return self.ledger.deliveries(receiver)

    def delivery(self, receiver: str, incident: str) -> Delivery:
        """Return what a receiver knows of one incident."""
        return self.ledger.delivery(receiver, incident)

    def record(self, delivery: Delivery) -> None:
        """Remember what a receiver was told."""
        self.ledger.deliver(delivery)
        self._save("delivery", _delivery_key(delivery), self.ledger.delivery_json(delivery))

    def recent(self) -> list[IncidentEvent]:
        """Return open and recently closed incidents, newest first."""
        return self.ledger.recent()

    def number(self, at: datetime) -> str:
        """Return an incident id that was never used before, by day and count."""
        return self.ledger.number(at)

    async def settled(self) -> bool:
        """Wait until all that was saved before is on disk; False if the disk refuses."""
        if not (self._pending or self._changes or self._writing):
            return self._writable
        waiter: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiters.append(waiter)
        self._dirty.set()
        return await waiter

    async def run(self) -> None:
        """Write what is saved, for ever. Ends by cancellation; `close` writes the rest."""
        while True:
            await self._dirty.wait()
            await asyncio.sleep(GROUP_S)
            self._dirty.clear()
            if not await self._flush():
                await asyncio.sleep(RETRY_S)
                self._dirty.set()

    async def close(self) -> None:
        """Write the rest and let go of the file."""
        await self._flush()
        self._writer.shutdown(wait=True)
        self._file.close()

    async def _flush(self) -> bool:
        batch, self._pending = self._pending, {}
        changes, self._changes = self._changes, deque(maxlen=MOST_CHANGES)
        forget, self._forget = self._forget, None
        waiters, self._waiters = self._waiters, []
        loop = asyncio.get_running_loop()
        self._writing = True
        try:
            await loop.run_in_executor(self._writer, self._file.write, batch, changes, forget)
        except (sqlite3.Error, OSError) as error:
            self._take_back(batch, changes, forget)
            self._refused(error)
            written = False
        except asyncio.CancelledError:  # nobody will know whether it was written: once more
            self._take_back(batch, changes, forget)
            raise
        else:
            self._trouble.over()
            self._writable = True
            self._telemetry.journal_writable(is_writable=True)
            written = True
        finally:
            self._writing = False
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(written)
        return written

    def _take_back(
        self, batch: Batch, changes: deque[Change], forget: datetime | None
    ) -> None:  # fmt: skip
        """Have what was not written wait again, before what came since."""
        self._pending = {**batch, **self._pending}
        changes.extend(self._changes)
        self._changes = changes
        self._forget = self._forget or forget

    def _load_delivery(self, body: str) -> None:
        try:
            self.ledger.load_delivery(body)
        except ValidationError as error:
            log.warning("forgotten, unreadable delivery errors=%d", error.error_count())

    def _prune(self) -> None:
        incidents, deliveries = self.ledger.prune(self._clock.now() - RETENTION)
        for incident in incidents:
            self._save("incident", incident, None)
        for delivery in deliveries:
            self._save("delivery", _delivery_key(delivery), None)

    def _save(self, table: str, key: str, body: str | None, *, may_wait: bool = False) -> None:
        self._pending[table, key] = body
        if not may_wait:
            self._dirty.set()

    def _refused(self, why: object) -> None:
        self._writable = False
        self._telemetry.journal_writable(is_writable=False)
        self._trouble.happened(
            f"{why}: nothing is lost while the daemon runs; free or repair "
            f"{self._file.path.parent}",
            logging.ERROR,
        )


def _delivery_key(delivery: Delivery) -> str:
    return f"{delivery.receiver}\n{delivery.incident}"
