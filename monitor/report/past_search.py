"""Searching what the journal keeps of incidents that are over: in SQL, for there may be many."""

import json
import sqlite3

from pydantic import ValidationError

from monitor.past import Found, Wanted
from monitor.past_incident import PastIncident

_FITS = """
FROM past_incident WHERE CASE WHEN json_valid(body) THEN
  (:cause = '' OR json_extract(body, '$.cause') = :cause)
  AND (:priority = '' OR json_extract(body, '$.priority') = :priority)
  AND (:since = '' OR json_extract(body, '$.opened_at') >= :since)
  AND (:until = '' OR json_extract(body, '$.opened_at') < :until)
  AND (:before = '' OR key < :before)
  AND (:words = '' OR instr(lower(key), :words)
    OR instr(lower(json_extract(body, '$.touched[0]')), :words)
    OR json_extract(body, '$.site') IN (SELECT value FROM json_each(:sites)))
  AND key NOT IN (SELECT value FROM json_each(:without))
END
"""
"""A body that is no JSON fits nothing, and stops nothing."""


def count(database: sqlite3.Connection, wanted: Wanted) -> int:
    """Return how many there are."""
    (told,) = database.execute(f"SELECT count(*) {_FITS}", _limits(wanted)).fetchone()
    return int(told)


def find(database: sqlite3.Connection, wanted: Wanted, first: int, most: int) -> Found:
    """Return some of them, the newest first; what cannot be understood is left out."""
    rows = database.execute(
        f"SELECT key, body {_FITS} ORDER BY key DESC LIMIT :most OFFSET :first",
        {**_limits(wanted), "most": most, "first": first},
    ).fetchall()
    told = tuple(understood for _, body in rows if (understood := _understood(body)) is not None)
    return Found(told, rows[-1][0] if rows else "")


def one(database: sqlite3.Connection, number: str) -> PastIncident | None:
    """Return the one of an id."""
    row = database.execute("SELECT body FROM past_incident WHERE key = ?", (number,)).fetchone()
    return None if row is None else _understood(row[0])


def _limits(wanted: Wanted) -> dict[str, str]:
    return {
        "cause": wanted.cause,
        "priority": wanted.priority,
        "since": wanted.since,
        "until": wanted.until,
        "before": wanted.before,
        "words": wanted.words,
        "sites": json.dumps(wanted.sites),
        "without": json.dumps(sorted(wanted.without)),
    }


def _understood(body: str) -> PastIncident | None:
    try:
        return PastIncident.model_validate_json(body)
    except ValidationError:
        return None
