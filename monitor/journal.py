"""The daemon's memory on disk: states, incidents, and what each receiver was told.

SQLite in WAL mode, one writer thread, group commit. The newest value per row waits in memory
until it is on disk, so a disk that refuses costs nothing but durability, and the waiting room
is bounded by the fleet.
"""

import asyncio
import logging
import sqlite3
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import ValidationError

from monitor.events import IncidentEvent
from monitor.incident import Incident
from monitor.ledger import IncidentRecord, Ledger
from monitor.memory import SiteRecord, StandingRecord
from monitor.ports import Clock, Delivery, Telemetry
from monitor.trouble import Trouble

log = logging.getLogger(__name__)

GROUP_S = 0.02
RETRY_S = 1.0
RETENTION = timedelta(days=7)
_SCHEMA = """
CREATE TABLE IF NOT EXISTS standing (key TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS site (key TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS incident (key TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS delivery (key TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT;
"""
VERSION = 1


class JournalVersionError(Exception):
    """The file belongs to another version; nothing in it was touched."""


class Journal:
    """Write-behind store. `load_*` once at the start, `save_*` from the loop, `run` writes."""

    def __init__(self, path: Path, clock: Clock, telemetry: Telemetry) -> None:
        self._path = path
        self._clock = clock
        self._telemetry = telemetry
        self._trouble = Trouble(log, "journal")
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="journal")
        self._pending: dict[tuple[str, str], str | None] = {}
        self._waiters: list[asyncio.Future[bool]] = []
        self._writing = False
        self._dirty = asyncio.Event()
        self._database: sqlite3.Connection | None = None
        self.ledger = Ledger()

    def open(self) -> None:
        """Open or create the file. A damaged one is set aside, never overwritten."""
        try:
            self._database = self._connect()
        except sqlite3.OperationalError as error:  # locked, full, read-only: not damaged
            self._refused(error)
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:  # its words may be damaged too
            self._set_aside(error)
            self._database = self._connect()

    def load_standings(self) -> dict[str, StandingRecord]:
        """Return what is remembered of each component."""
        records = {}
        for key, body in self._rows("standing"):
            try:
                records[key] = StandingRecord.model_validate_json(body)
            except ValidationError as error:
                log.warning("forgotten, unreadable standing=%s errors=%d", key, error.error_count())
        return records

    def load_sites(self) -> dict[str, SiteRecord]:
        """Return what is remembered of each site."""
        records = {}
        for key, body in self._rows("site"):
            try:
                records[key] = SiteRecord.model_validate_json(body)
            except ValidationError as error:
                log.warning("forgotten, unreadable site=%s errors=%d", key, error.error_count())
        return records

    def load_incidents(self) -> list[Incident]:
        """Return the open incidents, and fill the ledger of what was told of all recent ones."""
        for _, body in self._rows("incident"):
            try:
                self.ledger.add(IncidentRecord.model_validate_json(body))
            except ValidationError as error:
                log.warning("forgotten, unreadable incident errors=%d", error.error_count())
        for _, body in self._rows("delivery"):
            self._load_delivery(body)
        self._prune()
        return self.ledger.open_incidents()

    def save_standing(self, key: str, record: StandingRecord) -> None:
        """Remember a component."""
        self._save("standing", key, record.model_dump_json())

    def save_site(self, key: str, record: SiteRecord) -> None:
        """Remember a site."""
        self._save("site", key, record.model_dump_json())

    def forget(self, standings: Sequence[str], sites: Sequence[str]) -> None:
        """Drop what is no longer watched."""
        for key in standings:
            self._save("standing", key, None)
        for key in sites:
            self._save("site", key, None)

    def save_incident(self, record: IncidentRecord) -> None:
        """Remember an incident, and that every receiver is owed it."""
        for delivery in self.ledger.add(record):
            self.record(delivery)
        self._save("incident", record.event.id, record.model_dump_json())
        if record.event.closed_at is not None:
            self._prune()

    def deliveries(self, receiver: str) -> Sequence[tuple[IncidentEvent, Delivery]]:
        """Return every incident that is open or not yet fully told, oldest first."""
        return self.ledger.deliveries(receiver)

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
        if not self._pending and not self._writing:
            return self._database is not None
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
        if self._database is not None:
            self._database.close()

    async def _flush(self) -> bool:
        batch, self._pending = self._pending, {}
        waiters, self._waiters = self._waiters, []
        loop = asyncio.get_running_loop()
        self._writing = True
        try:
            await loop.run_in_executor(self._writer, self._write, batch)
        except (sqlite3.Error, OSError) as error:
            self._pending = batch | self._pending
            self._refused(error)
            written = False
        else:
            self._trouble.over()
            self._telemetry.journal_writable(is_writable=True)
            written = True
        finally:
            self._writing = False
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(written)
        return written

    def _write(self, batch: dict[tuple[str, str], str | None]) -> None:
        if self._database is None:
            self._database = self._connect()
        with self._database as transaction:
            for (table, key), body in batch.items():
                if body is None:
                    transaction.execute(f"DELETE FROM {table} WHERE key = ?", (key,))  # noqa: S608 own words
                else:
                    transaction.execute(
                        f"INSERT OR REPLACE INTO {table} VALUES (?, ?)",  # noqa: S608 own words
                        (key, body),
                    )

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

    def _save(self, table: str, key: str, body: str | None) -> None:
        self._pending[table, key] = body
        self._dirty.set()

    def _rows(self, table: str) -> list[tuple[str, str]]:
        if self._database is None:
            return []
        return self._database.execute(f"SELECT key, body FROM {table}").fetchall()  # noqa: S608 own words

    def _connect(self) -> sqlite3.Connection:
        database = sqlite3.connect(self._path, timeout=5.0, check_same_thread=False)
        database.text_factory = _text
        try:
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = FULL")
            self._check(database)
            database.executescript(_SCHEMA)
            database.execute(f"PRAGMA user_version = {VERSION}")
        except (sqlite3.Error, JournalVersionError):
            database.close()
            raise
        return database

    def _check(self, database: sqlite3.Connection) -> None:
        (version,) = database.execute("PRAGMA user_version").fetchone()
        if version not in (0, VERSION):
            raise JournalVersionError(
                f"{self._path} was written by another version of Guardia (format {version}, "
                f"this one reads {VERSION}): use that version, or move the file away"
            )
        (verdict,) = database.execute("PRAGMA quick_check(1)").fetchone()
        if verdict != "ok":
            raise sqlite3.DatabaseError(verdict)

    def _set_aside(self, error: Exception) -> None:
        stamp = self._clock.now().strftime("%Y%m%dT%H%M%S")
        aside = self._path.with_name(f"{self._path.name}.damaged-{stamp}")
        why = " ".join(str(error).split())  # SQLite tells it in several lines
        log.error("journal damaged file=%s error=%s kept_as=%s", self._path, why, aside)
        for suffix in ("", "-wal", "-shm"):
            part = self._path.with_name(self._path.name + suffix)
            if part.exists():
                part.rename(aside.with_name(aside.name + suffix))

    def _refused(self, error: Exception) -> None:
        self._telemetry.journal_writable(is_writable=False)
        self._trouble.happened(
            f"{error}: nothing is lost while the daemon runs; free or repair {self._path.parent}",
            logging.ERROR,
        )


def _text(stored: bytes) -> str:
    """Read a damaged text all the same: what it spoils is one row, and not the start."""
    return stored.decode("utf-8", "replace")


def _delivery_key(delivery: Delivery) -> str:
    return f"{delivery.receiver}\n{delivery.incident}"
