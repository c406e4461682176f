"""The journal's SQLite file: opened whatever happened to it, read once, written in groups."""

import logging
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from monitor import archive
from monitor.archive import Change

log = logging.getLogger(__name__)

VERSION = 1
TABLES = ("standing", "site", "incident", "delivery", "window", "audit", *archive.TABLES)
_SCHEMA = "".join(
    f"CREATE TABLE IF NOT EXISTS {table} (key TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT;"
    for table in TABLES
)
_SCHEMA += archive.SCHEMA
_DAMAGE = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT})

Batch = Mapping[tuple[str, str], str | None]
"""The newest body by table and key; None forgets the row."""


class JournalVersionError(Exception):
    """The file belongs to another version; nothing in it was touched."""


class JournalFile:
    """WAL, `synchronous = FULL`: what `write` returned from survives a power cut."""

    def __init__(self, path: Path, now: Callable[[], datetime]) -> None:
        self.path = path
        self._now = now
        self._database: sqlite3.Connection | None = None
        self._memory: sqlite3.Connection | None = None

    def open(self) -> str:
        """Open or create it; return why it cannot be written, empty if it can.

        A damaged file is set aside, never overwritten. One that cannot be written is still read:
        a full disk must not make us forget what we have told.

        Raises:
            JournalVersionError: another version of Guardia wrote it.

        """
        try:
            self._database = self._connect()
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            if not _is_damage(error):
                self._memory = self._read_only()
                return str(error)
            return self._begin_anew(error)
        return ""

    def rows(self, table: str) -> list[tuple[str, str]]:
        """Return all rows of a table, as far as they can be read."""
        source = self._database or self._memory
        if source is None:
            return []
        if table not in _tables(source):
            return []  # a file of before, which cannot be written either
        return source.execute(f"SELECT key, body FROM {table}").fetchall()  # noqa: S608 own words

    def latest_states(self) -> dict[str, str]:
        """Return the last state in the history of each component, as far as it can be read."""
        source = self._database or self._memory
        return archive.latest(source) if source is not None else {}

    def write(
        self, batch: Batch, changes: Iterable[Change] = (), forget: datetime | None = None
    ) -> None:
        """Commit a batch and what it adds to the history in one transaction.

        `forget` is an instant: of what happened before, no report will be wanted.

        Raises:
            sqlite3.Error, OSError: nothing of it was written.

        """
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
            archive.add(transaction, changes)
            if forget is not None:
                archive.forget(transaction, forget)

    def close(self) -> None:
        """Let go of it."""
        for connection in (self._database, self._memory):
            if connection is not None:
                connection.close()

    def _begin_anew(self, damage: Exception) -> str:
        try:
            self._set_aside(damage)
            self._database = self._connect()
        except (sqlite3.Error, OSError) as error:
            return str(error)
        return ""

    def _connect(self) -> sqlite3.Connection:
        database = sqlite3.connect(self.path, timeout=5.0, check_same_thread=False)
        database.text_factory = _text
        try:
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = FULL")
            self._check(database)
            database.executescript(_SCHEMA)
            database.execute(f"PRAGMA user_version = {VERSION}")
        except (sqlite3.Error, JournalVersionError, UnicodeDecodeError):
            database.close()
            raise
        return database

    def _check(self, database: sqlite3.Connection) -> None:
        (version,) = database.execute("PRAGMA user_version").fetchone()
        if version not in (0, VERSION):
            raise JournalVersionError(
                f"{self.path} was written by another version of Guardia (format {version}, "
                f"this one reads {VERSION}): use that version, or move the file away"
            )
        (verdict,) = database.execute("PRAGMA quick_check(1)").fetchone()
        if verdict != "ok":
            raise sqlite3.DatabaseError(verdict)

    def _read_only(self) -> sqlite3.Connection | None:
        """Return what can still be read; without room for its lock file, as it lies there."""
        for how in ("mode=ro", "immutable=1"):
            memory: sqlite3.Connection | None = None
            try:
                address = f"file:{quote(str(self.path))}?{how}"
                memory = sqlite3.connect(address, uri=True, check_same_thread=False)
                memory.text_factory = _text
                for table in _tables(memory):
                    memory.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 own words
            except sqlite3.Error:
                if memory is not None:
                    memory.close()
            else:
                return memory
        return None

    def _set_aside(self, error: Exception) -> None:
        stamp = self._now().strftime("%Y%m%dT%H%M%S")
        aside = self.path.with_name(f"{self.path.name}.damaged-{stamp}")
        why = " ".join(str(error).split())  # SQLite tells it in several lines
        log.error("journal damaged file=%s error=%s kept_as=%s", self.path, why, aside)
        for suffix in ("", "-wal", "-shm"):
            part = self.path.with_name(self.path.name + suffix)
            if part.exists():
                part.rename(aside.with_name(aside.name + suffix))


def _tables(database: sqlite3.Connection) -> list[str]:
    """Return which of our tables a file has."""
    found = database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
    return [table for table in TABLES if (table,) in found]


def _is_damage(error: Exception) -> bool:
    """Tell a spoilt file from a disk that refuses: full, read-only, locked, gone."""
    if not isinstance(error, sqlite3.OperationalError):
        return True
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in _DAMAGE or "unsupported file format" in str(error)


def _text(stored: bytes) -> str:
    """Read a damaged text all the same: what it spoils is one row, and not the start."""
    return stored.decode("utf-8", "replace")
