"""`guardia import clues`: the registry of health units in, one site list per state out."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path

from config.clues.columns import Columns
from config.clues.entry import Entry, entry_of, state_of
from config.clues.error import RegistryError
from config.clues.filters import Candidate, Filters, institution_of, status_of
from config.clues.record import Record
from config.clues.report import Finding, ImportReport, WrittenFile
from config.clues.row import clues_within
from config.clues.site_ids import GivenIds, assign_ids, given_ids
from config.clues.sites_file import Origin, file_name, sites_text, write_all
from config.clues.table import open_table
from config.site import SiteType

IN_OPERATION = ("EN OPERACION",)

_WANTED_COLUMNS = {
    "municipality": "the time zone is that of most of the state",
    "typology": "the type of a site follows from its name only",
    "level": "sites have no level of care",
    "latitude": "sites have no location",
    "longitude": "sites have no location",
}


def import_clues(
    path: Path,
    out: Path,
    *,
    imported_on: date,
    states: Collection[str] = (),
    institutions: Collection[str] = (),
    statuses: Collection[str] = IN_OPERATION,
    template_for: Mapping[SiteType, str] | None = None,
    force: bool = False,
) -> ImportReport:
    """Read a registry (CSV or XLSX) and write `<state>.yaml` files into the folder `out`.

    Args:
        path: the registry; its form is told by its first bytes.
        out: made if it is not there. Ids of the sites in its YAML files are kept.
        imported_on: the date for the comment at the top of each file.
        states: letters, INEGI numbers or names; none means all.
        institutions: letters of the CLUES (IMB), a name or a part of one; none means all.
        statuses: as the registry words them; `all` or none means all.
        template_for: the template that sites of a type name.
        force: replace site lists that are there already.

    Raises:
        RegistryError: nothing was written; the message says where and how to mend it.

    """
    findings: list[Finding] = []
    with open_table(path) as (columns, records):
        filters = Filters(path, columns, states, institutions, statuses)
        counted = _Counted(records)
        candidates = list(_candidates(counted, columns, filters, findings))
    chosen = list(filters.settle(candidates))
    findings += [finding for candidate in chosen for finding in candidate.findings]
    entries = list(_without_repeats(chosen, findings))
    if not entries and not findings:
        fix = "loosen one of them; each fits some row, but no row fits all of them"
        raise RegistryError(path, "the filters leave no row", fix)
    given = given_ids(out)
    origin = Origin(path.name, counted.rows, imported_on)
    written = _write(out, entries, given, origin, template_for or {}, force=force)
    return ImportReport(
        source=path,
        rows=counted.rows,
        files=written,
        filtered=filters.left_out,
        findings=tuple(sorted(findings, key=lambda finding: finding.line)),
        notes=(
            *_notes(columns),
            *(f"{odd}: no YAML; its ids are unknown" for odd in given.unreadable),
        ),
    )


class _Counted:
    """Records, and how many of them have been read."""

    def __init__(self, records: Iterable[Record]) -> None:
        self._records = records
        self.rows = 0

    def __iter__(self) -> Iterator[Record]:
        for record in self._records:
            self.rows += 1
            yield record


def _candidates(
    records: Iterable[Record], columns: Columns, filters: Filters, findings: list[Finding]
) -> Iterator[Candidate]:
    """Yield a candidate per row that may be wanted; broken lines go straight to the findings."""
    for record in records:
        if record.fault:
            clues = clues_within(" ".join(record.cells))
            findings.append(Finding(record.line, clues, record.fault, skipped=True))
            continue
        row = columns.row(record.line, record.cells)
        state = state_of(row)
        if filters.admit(row, state):
            entry, found = entry_of(row, state)
            yield Candidate(institution_of(row), status_of(row), entry, tuple(found))


def _without_repeats(candidates: Iterable[Candidate], findings: list[Finding]) -> Iterator[Entry]:
    """Yield each CLUES once: its first row; a repeated one is reported."""
    lines: dict[str, int] = {}
    for entry in (candidate.entry for candidate in candidates):
        if entry is None:
            continue
        first = lines.setdefault(entry.clues, entry.line)
        if first == entry.line:
            yield entry
        else:
            reason = f"the CLUES is already on line {first}, which was taken"
            findings.append(Finding(entry.line, entry.clues, reason, skipped=True))


def _write(
    out: Path,
    entries: list[Entry],
    given: GivenIds,
    origin: Origin,
    template_for: Mapping[SiteType, str],
    *,
    force: bool,
) -> tuple[WrittenFile, ...]:
    ids = assign_ids(entries, given)
    by_state: dict[str, list[Entry]] = {}
    for entry in entries:
        by_state.setdefault(entry.state, []).append(entry)
    texts = {
        out / file_name(state): sites_text(state, listed, ids, origin, template_for)
        for state, listed in sorted(by_state.items())
    }
    write_all(texts, force=force)
    counts = {out / file_name(state): len(listed) for state, listed in by_state.items()}
    return tuple(WrittenFile(path, counts[path]) for path in texts)


def _notes(columns: Columns) -> Iterator[str]:
    if not columns.has("status"):
        yield "no column ESTATUS DE OPERACION: units out of operation cannot be told apart"
    lacking: dict[str, list[str]] = {}
    for field, effect in _WANTED_COLUMNS.items():
        if not columns.has(field):
            lacking.setdefault(effect, []).append(field)
    for effect, fields in lacking.items():
        yield f"no column for {' and '.join(fields)}: {effect}"
