"""Incidents as rows of a table for spreadsheets: those in memory, and those of the journal."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime

from config.area import Criticality
from config.component import ComponentKind
from config.fleet import Fleet
from exporters.board.rendering import stamp
from exporters.plain import clean
from monitor.events import IncidentEvent
from monitor.past_incident import PastIncident
from monitor.vocabulary import Phase

COLUMNS = (
    "id", "priority", "cause", "confidence", "phase", "opened_at", "closed_at", "duration_s",
    "site", "clues", "name", "municipality", "federal_state", "root", "critical_areas",
    "acknowledged_by", "pages", "reopened", "quiet",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def table(rows: Iterable[Sequence[str]]) -> str:
    """Return rows as CSV (RFC 4180)."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue()


def cells_of(incident: IncidentEvent) -> list[str]:
    """Return one row, under COLUMNS."""
    site = incident.site
    areas = "; ".join(area.name for area in incident.critical_areas)
    taken = incident.acknowledged.by if incident.acknowledged is not None else ""
    return _inert_cells(
        incident.id, incident.priority, incident.cause, incident.confidence, incident.phase,
        *_times(incident.opened_at, incident.closed_at),
        site.id, site.clues, site.name, site.municipality, site.state, incident.root.key, areas,
        taken, str(incident.pages), str(incident.reopened), incident.quiet or "",
    )  # fmt: skip


def past_cells_of(incident: PastIncident, fleet: Fleet) -> list[str]:
    """Return the row of one of the journal; names and critical areas are those of today."""
    site = fleet.sites_by_id.get(incident.site)
    parts = [part for key in incident.touched if (part := fleet.components.get(key))]
    areas = "; ".join(
        part.name for part in parts
        if part.kind is ComponentKind.AREA and part.criticality is Criticality.LIFE
    )  # fmt: skip
    facts = ("", "", "", "")
    if site is not None:
        facts = (site.clues or "", site.name, site.municipality or "", site.state or "")
    return _inert_cells(
        incident.id, incident.priority, incident.cause, incident.confidence, Phase.CLOSED,
        *_times(incident.opened_at, incident.closed_at),
        incident.site, *facts, incident.touched[0] if incident.touched else "", areas,
        incident.acknowledged_by, str(incident.pages), str(incident.reopened), incident.quiet,
    )  # fmt: skip


def _times(opened: datetime, closed: datetime | None) -> tuple[str, str, str]:
    if closed is None:
        return stamp(opened), "", ""
    return stamp(opened), stamp(closed), f"{(closed - opened).total_seconds():.0f}"


def _inert_cells(*cells: str) -> list[str]:
    return [_inert(clean(cell, 500)) for cell in cells]


def _inert(cell: str) -> str:
    """Return it so that no spreadsheet takes a name from a site list for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
