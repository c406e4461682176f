"""Changes of state in the journal: those that tell a period as all that was noted would tell it."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain
from sys import intern

from monitor.report.spans import Span
from monitor.report.timeline import Step
from monitor.sight.anchors import MONITOR_KEY


@dataclass(frozen=True, slots=True)
class AllChanges:
    """Of whatever is in the journal: what lies between two numbers is read in their order."""

    clause = "1"
    number = "number"

    @property
    def names(self) -> Mapping[str, str]:
        return {}


@dataclass(frozen=True, slots=True)
class SiteChanges:
    """Of one site, its parts, and of the daemon itself: found by their names.

    The plus keeps SQLite from reading what lies between two numbers of all others too.
    """

    clause = (
        "(component = :site OR (component >= :parts AND component < :after) "
        "OR component = :monitor)"
    )
    number = "+number"
    site: str

    @property
    def names(self) -> Mapping[str, str]:
        after = f"{self.site}0"  # the sign after the slash
        return {
            "site": self.site, "parts": f"{self.site}/", "after": after, "monitor": MONITOR_KEY
        }  # fmt: skip


Wanted = AllChanges | SiteChanges


def changes(
    database: sqlite3.Connection, period: Span, wanted: Wanted | None = None
) -> dict[str, list[Step]]:
    """Return changes by component, in the order in which they were noted.

    From the first on that began in the period, whatever those noted after it say of earlier
    instants; and of each component the last that was noted before that.
    """
    of = wanted or AllChanges()
    edges = {"from": period[0], "until": period[1]}
    first, last = database.execute(_edges(of), {**of.names, **edges}).fetchone()
    limits = {**of.names, "first": first, "last": last}
    told: dict[str, list[Step]] = {}
    rows = chain(database.execute(_before(of), limits), database.execute(_since(of), limits))
    for number, component, since_ms, at_ms, state, because in rows:
        known = told.setdefault(component, [])
        if len(known) == 1 and since_ms < period[0] and known[0].since_ms < period[0]:
            known.clear()
        known.append(Step(number, since_ms, at_ms, intern(state), intern(because)))
    return {component: kept for component, steps in told.items() if (kept := _until(steps, period))}


def _until(steps: list[Step], period: Span) -> list[Step]:
    """Return changes without those at the end that are of after the period."""
    while steps and steps[-1].since_ms >= period[1]:
        steps.pop()
    return steps


def _edges(of: Wanted) -> str:
    """Return which numbers tell the period; beyond all of them where none begins in it."""
    chosen = f"FROM change WHERE {of.clause} AND"
    return (
        f"SELECT coalesce((SELECT min(number) {chosen} since_ms >= :from), {_BEYOND_ALL}), "
        f"(SELECT max(number) {chosen} since_ms < :until)"
    )


def _before(of: Wanted) -> str:
    return (
        f"SELECT {_ROW} FROM change WHERE number IN (SELECT max(number) FROM change "  # noqa: S608 own words
        f"WHERE {of.clause} AND {of.number} < :first GROUP BY component) ORDER BY number"
    )


def _since(of: Wanted) -> str:
    return (
        f"SELECT {_ROW} FROM change "  # noqa: S608 own words
        f"WHERE {of.clause} AND {of.number} BETWEEN :first AND :last ORDER BY number"
    )


_ROW = "number, component, since_ms, at_ms, state, because"
_BEYOND_ALL = (1 << 63) - 1
