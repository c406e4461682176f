"""What a journal holds of a period, read at once: also while a daemon writes it, or from a copy."""

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from pydantic import ValidationError

from monitor.ledger import IncidentRecord
from monitor.past_incident import PastIncident
from monitor.report.changes import changes
from monitor.report.spans import Span, Spans, joined
from monitor.report.timeline import Step
from monitor.response.windows import WindowRecord
from monitor.sight.anchors import MONITOR_KEY


class RecordError(Exception):
    """A journal that no report can be made of; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Record:
    """`steps` are by component, in the order in which they were noted.

    `lives` are when a daemon was awake, `incidents` by id, those that are open included; `orders`
    are windows that people opened or ended, the oldest first. `unreadable` rows are left out.
    """

    steps: dict[str, list[Step]] = field(default_factory=dict)
    lives: Spans = ()
    incidents: tuple[PastIncident, ...] = ()
    orders: tuple[tuple[str, WindowRecord], ...] = ()
    unreadable: int = 0

    @property
    def monitor(self) -> list[Step]:
        return self.steps.get(MONITOR_KEY, [])

    @property
    def seen_until(self) -> int | None:
        """Return the last instant of which anything is known."""
        return self.lives[-1][1] if self.lives else None


def read(path: Path, period: Span) -> Record:
    """Read what a report of a period needs, as of one instant.

    Raises:
        RecordError: there is no such journal, or it holds no history.

    """
    if not path.is_file():
        raise RecordError(f"{path}: there is no journal; name the one of the daemon with --journal")
    try:
        with closing(_opened(path)) as database:
            return _read(database, period)
    except sqlite3.Error as error:
        raise RecordError(f"{path}: {error}; is this the journal of a daemon?") from error


def _opened(path: Path) -> sqlite3.Connection:
    """Open for reading; where its lock file cannot be made, as it lies there."""
    for how in ("mode=ro", "immutable=1"):
        database = sqlite3.connect(f"file:{quote(str(path.absolute()))}?{how}", uri=True)
        try:
            database.execute("BEGIN")
            found = database.execute("SELECT 1 FROM sqlite_schema WHERE name = 'change'").fetchone()
        except sqlite3.OperationalError:
            database.close()
        except sqlite3.DatabaseError:
            database.close()
            raise
        else:
            if found is not None:
                return database
            database.close()
            raise RecordError(
                f"{path}: it holds no history; reports begin with the first start of a version "
                "that keeps one"
            )
    raise RecordError(f"{path}: it cannot be read; run this as the user of the daemon")


def _read(database: sqlite3.Connection, period: Span) -> Record:
    incidents, torn = _incidents(database, period)
    told, torn_orders = orders(database)
    return Record(
        steps=changes(database, period),
        lives=joined(lives(database)),
        incidents=incidents,
        orders=tuple(told),
        unreadable=torn + torn_orders,
    )


def lives(database: sqlite3.Connection) -> list[Span]:
    """Return when a daemon was awake; a life that has just begun is still empty."""
    told = (json.loads(body) for _, body in _rows(database, "life"))
    return [(began, seen) for began, seen in told]


def orders(database: sqlite3.Connection) -> tuple[list[tuple[str, WindowRecord]], int]:
    """Return the windows that people wrote down, the oldest first, and how many are unreadable."""
    told: list[tuple[str, WindowRecord]] = []
    torn = 0
    for key, body in _rows(database, "past_window"):
        try:
            told.append((key.partition("/")[2], WindowRecord.model_validate_json(body)))
        except ValidationError:
            torn += 1
    return told, torn


def _incidents(database: sqlite3.Connection, period: Span) -> tuple[tuple[PastIncident, ...], int]:
    """Return those that touch a period; what the daemon still holds is newer than what it kept."""
    found: dict[str, PastIncident] = {}
    torn = 0
    for table, read_one in (("past_incident", _kept), ("incident", _held)):
        for key, body in _rows(database, table):
            try:
                found[key] = read_one(body)
            except ValidationError:
                torn += 1
    return tuple(one for _, one in sorted(found.items()) if _touches(one, period)), torn


def _kept(body: str) -> PastIncident:
    return PastIncident.model_validate_json(body)


def _held(body: str) -> PastIncident:
    return PastIncident.of(IncidentRecord.model_validate_json(body).event)


def _touches(incident: PastIncident, period: Span) -> bool:
    began_ms = incident.opened_at.timestamp() * 1000
    closed = incident.closed_at
    return began_ms < period[1] and (closed is None or closed.timestamp() * 1000 > period[0])


def _rows(database: sqlite3.Connection, table: str) -> list[tuple[str, str]]:
    return database.execute(f"SELECT key, body FROM {table} ORDER BY key").fetchall()  # noqa: S608 own words
