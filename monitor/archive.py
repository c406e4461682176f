"""What the journal keeps for reports: each change of state, and what ended, by when it was noted.

Changes are narrow rows that are only ever added to. The others have keys that begin with their
instant, so that both are forgotten by age.
"""

import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple

GONE = "gone"
"""The state of what left the list."""
ASSESSED = "#telemedicine"
"""After the key of a link: what it is good for in telemedicine, as a state of its own."""
HEARD = "#power"
"""After the key of a power source: what it says of its unit and of the mains."""
TABLES = ("life", "past_incident", "past_window")
"""Keyed by `stamp`, and what else it takes to tell them apart."""
SCHEMA = (
    "CREATE TABLE IF NOT EXISTS change (number INTEGER PRIMARY KEY, component TEXT NOT NULL, "
    "since_ms INTEGER NOT NULL, at_ms INTEGER NOT NULL, state TEXT NOT NULL, "
    "because TEXT NOT NULL) STRICT;"
    "CREATE INDEX IF NOT EXISTS change_of ON change (component, since_ms);"
)

_FORGET = (
    "DELETE FROM change WHERE at_ms < ? AND number NOT IN (SELECT number FROM ("
    "SELECT max(number) AS number, state FROM change NOT INDEXED WHERE at_ms < ? GROUP BY component"
    ") WHERE state <> ?)"
)
"""With max(), SQLite takes the state from that very row. By when it was noted: what was noted late
of an instant before goes on, and so does what it was noted after. Not by the index, which lacks
when it was noted: half a second for a million changes instead of four."""


class Change(NamedTuple):
    """A component took a state: known at `at_ms`, so since `since_ms`. Milliseconds since 1970."""

    component: str
    since_ms: int
    at_ms: int
    state: str
    because: str = ""


def milliseconds(at: datetime) -> int:
    """Return an aware instant as whole milliseconds since 1970."""
    return round(at.timestamp() * 1000)


def stamp(at: datetime) -> str:
    """Return how keys begin: those of earlier instants sort before those of later ones."""
    return f"{at.astimezone(UTC):%Y%m%d-%H%M%S}"


def add(database: sqlite3.Connection, changes: Iterable[Change]) -> None:
    """Add changes, in the order in which they became known."""
    database.executemany(
        "INSERT INTO change (component, since_ms, at_ms, state, because) VALUES (?, ?, ?, ?, ?)",
        changes,
    )


def forget(database: sqlite3.Connection, before: datetime) -> None:
    """Drop what is older, but for the state in which each component then was."""
    before_ms = milliseconds(before)
    database.execute(_FORGET, (before_ms, before_ms, GONE))
    for table in TABLES:
        database.execute(f"DELETE FROM {table} WHERE key < ?", (stamp(before),))  # noqa: S608 own words


def latest(database: sqlite3.Connection) -> dict[str, str]:
    """Return the last state written down of each component."""
    if not database.execute("SELECT 1 FROM sqlite_schema WHERE name = 'change'").fetchone():
        return {}  # a file of before, which cannot be written either
    rows = database.execute(
        "SELECT component, state, max(number) FROM change NOT INDEXED GROUP BY component"
    ).fetchall()
    return {component: state for component, state, _ in rows}
