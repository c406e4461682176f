from pathlib import Path

from config.clues.report import Finding, ImportReport, WrittenFile


def test_the_report_reads_from_the_whole_to_the_rows() -> None:
    report = ImportReport(
        source=Path("clues.csv"),
        rows=9,
        files=(WrittenFile(Path("sites/baja-california.yaml"), 4),),
        filtered={"state": 3, "institution": 0, "status": 1},
        findings=(
            Finding(4, "", "no CLUES", skipped=True),
            Finding(7, "BCIMB000862", "it has no coordinates; without a location", skipped=False),
        ),
        notes=("no column for level: sites have no level of care",),
    )
    assert str(report).splitlines() == [
        "clues.csv: 9 rows, 4 sites, 1 skipped, left out 3 by state, 1 by status",
        "sites/baja-california.yaml: 4 sites",
        "no column for level: sites have no level of care",
        "line 4 (no CLUES): skipped: no CLUES",
        "line 7 (BCIMB000862): kept: it has no coordinates; without a location",
    ]
