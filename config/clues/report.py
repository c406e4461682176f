"""What an import did: the files it wrote, what it left out, and why."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong with one row. `skipped` says whether the site was lost or only a field."""

    line: int
    clues: str
    reason: str
    skipped: bool

    def __str__(self) -> str:
        outcome = "skipped" if self.skipped else "kept"
        return f"line {self.line} ({self.clues or 'no CLUES'}): {outcome}: {self.reason}"


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A site list and how many sites it holds."""

    path: Path
    sites: int


@dataclass(frozen=True)
class ImportReport:
    """`rows` = sites + skipped rows + rows left out by `filtered` (by state, institution, status).

    `notes` concern the whole file: a missing column, an older site list that cannot be read.
    """

    source: Path
    rows: int
    files: tuple[WrittenFile, ...]
    filtered: Mapping[str, int]
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = field(default=())

    @property
    def sites(self) -> int:
        return sum(file.sites for file in self.files)

    @property
    def skipped(self) -> tuple[Finding, ...]:
        """The rows that gave no site."""
        return tuple(finding for finding in self.findings if finding.skipped)

    def __str__(self) -> str:
        left_out = [f"{count} by {kind}" for kind, count in self.filtered.items() if count]
        told = f"{self.source}: {self.rows} rows, {self.sites} sites, {len(self.skipped)} skipped"
        first = told + (f", left out {', '.join(left_out)}" if left_out else "")
        written = [f"{file.path}: {file.sites} sites" for file in self.files]
        return "\n".join([first, *written, *self.notes, *map(str, self.findings)])
