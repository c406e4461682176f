"""`guardia import clues` from a file to site lists that load."""

import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.clues.error import RegistryError
from config.clues.registry import import_clues
from config.clues.report import ImportReport
from config.site import Site, SiteType
from tests.config.clues.registry_files import (
    BAJA_CALIFORNIA,
    HEADER,
    REFORMA,
    csv_text,
    unit,
    write_csv,
    write_shared_xlsx,
    write_xlsx,
)

DAY = date(2026, 11, 21)
FUERA = "FUERA DE OPERACION"
Write = Callable[[Path, Sequence[Sequence[str]]], Path]


def sites_of(path: Path) -> dict[str, Site]:
    """Return the sites of a list by CLUES, each valid with the defaults under it."""
    read = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert set(read) == {"defaults", "sites"}
    sites = [Site.model_validate(read["defaults"] | site) for site in read["sites"]]
    return {site.clues or "": site for site in sites}


def told(report: ImportReport) -> list[str]:
    return [str(finding) for finding in report.findings]


def test_all_173_units_of_baja_california(tmp_path: Path) -> None:
    report = import_clues(BAJA_CALIFORNIA, tmp_path, imported_on=DAY)
    (file,) = report.files
    assert (report.rows, report.sites, report.findings, report.notes) == (173, 173, (), ())
    assert file.path == tmp_path / "baja-california.yaml"
    sites = sites_of(file.path)
    assert len(sites) == 173
    assert len({site.id for site in sites.values()}) == 173
    assert {site.timezone for site in sites.values()} == {"America/Tijuana"}
    assert {site.state for site in sites.values()} == {"BC"}
    assert all(site.location and site.level and site.municipality for site in sites.values())
    types = [site.type for site in sites.values()]
    assert [types.count(kind) for kind in SiteType] == [11, 111, 51, 0]
    ensenada = sites["BCIMB000010"]
    assert ensenada.id == "hospital-general-de-ensenada"
    assert ensenada.name == "Hospital General de Ensenada"
    assert ensenada.institution == "Servicios de Salud IMSS Bienestar"
    assert (ensenada.level, ensenada.location) == (2, (31.825117, -116.600282))


def test_the_same_registry_gives_the_same_bytes(tmp_path: Path) -> None:
    import_clues(BAJA_CALIFORNIA, tmp_path, imported_on=DAY)
    path = tmp_path / "baja-california.yaml"
    first = path.read_bytes()
    import_clues(BAJA_CALIFORNIA, tmp_path, imported_on=DAY, force=True)
    assert path.read_bytes() == first
    header, *rows = BAJA_CALIFORNIA.read_text(encoding="utf-8").splitlines()
    turned = tmp_path / BAJA_CALIFORNIA.name
    turned.write_text("\n".join([header, *reversed(rows)]), encoding="utf-8")
    import_clues(turned, tmp_path / "turned", imported_on=DAY)
    assert (tmp_path / "turned" / "baja-california.yaml").read_bytes() == first


@pytest.mark.parametrize("encoding", ["utf-8-sig", "latin-1"])
def test_every_encoding_gives_the_same_sites(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / BAJA_CALIFORNIA.name
    path.write_bytes(BAJA_CALIFORNIA.read_text(encoding="utf-8").encode(encoding))
    import_clues(path, tmp_path / "other", imported_on=DAY)
    import_clues(BAJA_CALIFORNIA, tmp_path / "plain", imported_on=DAY)
    other, plain = (tmp_path / name / "baja-california.yaml" for name in ("other", "plain"))
    assert other.read_bytes() == plain.read_bytes()


@pytest.mark.parametrize("write", [write_csv, write_xlsx, write_shared_xlsx])
def test_one_file_per_state(tmp_path: Path, write: Write) -> None:
    rows = [
        REFORMA,
        unit(clues="CHIMB000001", state="CHIHUAHUA", municipality="JUÁREZ", latitude="31.7"),
        unit(clues="CHIMB000002", state="CHIHUAHUA", municipality="DELICIAS", latitude="28.2"),
    ]
    report = import_clues(write(tmp_path / "clues", rows), tmp_path / "sites", imported_on=DAY)
    counts = {file.path.name: file.sites for file in report.files}
    assert counts == {"baja-california.yaml": 1, "chihuahua.yaml": 2}
    chihuahua = sites_of(tmp_path / "sites" / "chihuahua.yaml")
    assert chihuahua["CHIMB000001"].timezone == "America/Ciudad_Juarez"
    assert chihuahua["CHIMB000002"].timezone == "America/Chihuahua"


@pytest.mark.parametrize("state", ["BC", "bc", "02", "2", "Baja California", "BAJA CALIFORNIA"])
def test_a_state_by_letters_number_or_name(tmp_path: Path, state: str) -> None:
    path = write_csv(tmp_path / "c.csv", [REFORMA, unit(clues="SRIMB000001", state="SONORA")])
    report = import_clues(path, tmp_path, imported_on=DAY, states=[state])
    assert [file.path.name for file in report.files] == ["baja-california.yaml"]
    assert report.filtered == {"state": 1, "institution": 0, "status": 0}


def test_only_units_in_operation_unless_told_otherwise(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "c.csv", [REFORMA, unit(clues="BCIMB000863", status=FUERA)])
    report = import_clues(path, tmp_path / "a", imported_on=DAY)
    assert (report.sites, report.filtered["status"]) == (1, 1)
    assert import_clues(path, tmp_path / "b", imported_on=DAY, statuses=["all"]).sites == 2
    assert import_clues(path, tmp_path / "c", imported_on=DAY, statuses=["fuera"]).sites == 1
    assert import_clues(path, tmp_path / "d", imported_on=DAY, statuses=[]).sites == 2


def test_an_institution_whose_name_begins_anothers(tmp_path: Path) -> None:
    social = "INSTITUTO MEXICANO DEL SEGURO SOCIAL"
    rows = [
        unit(clues="BCIMO000001", institution=f"{social} REGIMEN BIENESTAR"),
        unit(clues="BCIMS000001", institution=social),
    ]
    path = write_csv(tmp_path / "c.csv", rows)
    report = import_clues(path, tmp_path, imported_on=DAY, institutions=[social.title()])
    assert set(sites_of(report.files[0].path)) == {"BCIMS000001"}
    assert report.filtered["institution"] == 1


@pytest.mark.parametrize(
    ("filters", "message"),
    [
        ({"states": ["Baja Californa"]}, "no Mexican state; did you mean Baja California?"),
        ({"states": ["SR"]}, "no row has the state `SR`; there are: BC (2)"),
        (
            {"institutions": ["IMX"]},
            "no row has the institution `IMX`; there are: SERVICIOS DE SALUD IMSS BIENESTAR (2)",
        ),
        (
            {"statuses": ["ABIERTO"]},
            "no row has the status `ABIERTO`; there are: EN OPERACION (1), FUERA DE OPERACION (1)",
        ),
    ],
)
def test_a_filter_that_fits_nothing_lists_what_there_is(
    tmp_path: Path, filters: dict[str, list[str]], message: str
) -> None:
    path = write_csv(tmp_path / "c.csv", [REFORMA, unit(clues="BCIMB000863", status=FUERA)])
    with pytest.raises(RegistryError, match=re.escape(message)):
        import_clues(
            path,
            tmp_path / "sites",
            imported_on=DAY,
            states=filters.get("states", ()),
            institutions=filters.get("institutions", ()),
            statuses=filters.get("statuses", ()),
        )
    assert not (tmp_path / "sites").exists()


def test_filters_that_fit_no_row_together(tmp_path: Path) -> None:
    rows = [unit(clues="BCIMO000001", institution="IMSS X", status=FUERA), REFORMA]
    rows.append(unit(clues="BCIMS000001", institution="IMSS"))
    path = write_csv(tmp_path / "c.csv", rows)
    with pytest.raises(RegistryError, match="the filters leave no row; loosen one of them"):
        import_clues(path, tmp_path, imported_on=DAY, institutions=["imss"], statuses=[FUERA])


def test_rows_that_cannot_be_used_are_told_and_the_rest_is_kept(tmp_path: Path) -> None:
    text = csv_text(
        [
            REFORMA,
            unit(clues="BCIMB00863"),
            unit(name="LA JOYA"),
            unit(clues="BCIMB000864", latitude="-116.9", longitude="32.4"),
            unit(clues=""),
            unit(clues="BCIMB000865", name=""),
        ]
    )
    path = tmp_path / "c.csv"
    path.write_text(text + '"open,BCIMB000866\nshort,row\nNUL\0\n', encoding="utf-8")
    report = import_clues(path, tmp_path, imported_on=DAY)
    assert told(report) == [
        (
            "line 3 (BCIMB00863): skipped: the CLUES 'BCIMB00863' is not five letters and six"
            " digits, as BCIMB000010"
        ),
        "line 4 (BCIMB000862): skipped: the CLUES is already on line 2, which was taken",
        (
            "line 5 (BCIMB000864): kept: its latitude and longitude are swapped (-116.9, 32.4);"
            " without a location"
        ),
        "line 6 (no CLUES): skipped: no CLUES",
        "line 7 (BCIMB000865): skipped: no name of the unit",
        "line 8 (BCIMB000866): skipped: the line has a quotation mark that is never closed",
        "line 9 (no CLUES): skipped: the line has 2 fields where the header has 12",
        "line 10 (no CLUES): skipped: the line has NUL bytes",
    ]
    sites = sites_of(report.files[0].path)
    assert set(sites) == {"BCIMB000862", "BCIMB000864"}
    assert sites["BCIMB000864"].location is None


def test_a_row_without_a_usable_clues_is_told_whatever_the_filter(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "c.csv", [REFORMA, unit(clues="BCIMB"), unit(clues="", state="")])
    report = import_clues(path, tmp_path, imported_on=DAY, states=["BC"], institutions=["IMB"])
    assert [finding.line for finding in report.skipped] == [3, 4]


def test_a_file_of_nothing_but_bad_rows_writes_nothing(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "c.csv", [unit(clues="")])
    report = import_clues(path, tmp_path / "sites", imported_on=DAY)
    assert (report.files, len(report.skipped)) == ((), 1)
    assert not (tmp_path / "sites").exists()


def test_clues_and_name_are_enough(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_text("clues;Nombre de la unidad\nCHIMS000001;UMF 7 CASAS GRANDES\n")
    report = import_clues(path, tmp_path, imported_on=DAY)
    site = sites_of(tmp_path / "chihuahua.yaml")["CHIMS000001"]
    assert (site.name, site.location, site.level) == ("UMF 7 Casas Grandes", None, None)
    assert told(report) == [
        (
            "line 2 (CHIMS000001): kept: no municipality is known, so the time zone of most of"
            " Chihuahua"
        )
    ]
    assert report.notes == (
        "no column ESTATUS DE OPERACION: units out of operation cannot be told apart",
        "no column for municipality: the time zone is that of most of the state",
        "no column for typology: the type of a site follows from its name only",
        "no column for level: sites have no level of care",
        "no column for latitude and longitude: sites have no location",
    )


def test_without_them_the_columns_found_are_listed(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_text("ENTIDAD,MUNICIPIO\nBC,TIJUANA\n")
    with pytest.raises(RegistryError, match="the columns found are `ENTIDAD`, `MUNICIPIO`"):
        import_clues(path, tmp_path, imported_on=DAY)


def test_an_existing_list_needs_force_and_keeps_its_ids(tmp_path: Path) -> None:
    path = tmp_path / "baja-california.yaml"
    path.write_text("sites:\n  - {id: cs-reforma, clues: BCIMB000862}\n")
    source = write_csv(tmp_path / "c.csv", [unit(name="REFORMA NORTE")])
    with pytest.raises(RegistryError, match="--force replaces it"):
        import_clues(source, tmp_path, imported_on=DAY)
    import_clues(source, tmp_path, imported_on=DAY, force=True)
    site = sites_of(path)["BCIMB000862"]
    assert (site.id, site.name) == ("cs-reforma", "Centro de Salud Reforma Norte")


def test_a_list_whose_ids_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text("a: [")
    report = import_clues(BAJA_CALIFORNIA, tmp_path, imported_on=DAY)
    assert report.notes == (f"{tmp_path / 'own.yaml'}: no YAML; its ids are unknown",)


def test_sites_of_a_type_name_their_template(tmp_path: Path) -> None:
    templates = {SiteType.HOSPITAL: "hospital"}
    import_clues(BAJA_CALIFORNIA, tmp_path, imported_on=DAY, template_for=templates)
    text = (tmp_path / "baja-california.yaml").read_text(encoding="utf-8")
    assert text.count("    template: hospital\n") == 11


IMPORT_AND_MEASURE = """
import resource, sys
from datetime import date
from pathlib import Path
from config.clues.registry import import_clues

def peak_kb():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

before = peak_kb()
report = import_clues(
    Path(sys.argv[1]), Path(sys.argv[2]), imported_on=date(2026, 11, 21), states=["BC"]
)
print(report.rows, report.sites, peak_kb() - before)
"""


@pytest.mark.heavy
def test_64_000_rows_in_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "clues.csv"
    unused = "una columna que nadie lee " * 20
    with path.open("w", encoding="latin-1") as file:
        file.write(",".join([*HEADER, "NOTA\n"]))
        for number in range(64_000):
            state, name = ("BC", "BAJA CALIFORNIA") if number % 320 == 0 else ("SR", "SONORA")
            row = unit(clues=f"{state}IMB{number:06}", state=name, name=f"CAÑÓN {number}")
            file.write(",".join([*row, f"{unused}\n"]))
    assert path.stat().st_size > 40_000_000
    measured = subprocess.run(
        [sys.executable, "-c", IMPORT_AND_MEASURE, path, tmp_path / "sites"],
        check=True,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[3],
    )
    rows, sites, grown_kb = map(int, measured.stdout.split())
    assert (rows, sites) == (64_000, 200)
    assert grown_kb < 20_000


CELLS = st.one_of(
    st.sampled_from(REFORMA),
    st.sampled_from(["", "NO", "1:30", "- x", "a: b", "0", "CHIHUAHUA", "-116.9", FUERA]),
    st.text(max_size=20),
)
ROWS = st.lists(st.lists(CELLS, min_size=12, max_size=12), max_size=8)


@pytest.mark.heavy
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None
)
@given(ROWS)
def test_any_rows_give_valid_sites_or_findings(tmp_path: Path, rows: list[list[str]]) -> None:
    path = tmp_path / "c.csv"
    path.write_bytes(csv_text([REFORMA, *rows]).encode("utf-8", "surrogatepass"))
    report = import_clues(path, tmp_path, imported_on=DAY, statuses=["all"], force=True)
    assert report.rows == report.sites + len(report.skipped) + sum(report.filtered.values())
    assert sum(len(sites_of(file.path)) for file in report.files) == report.sites


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None
)
@given(st.binary(max_size=300))
def test_any_bytes_raise_our_error_only(tmp_path: Path, garbage: bytes) -> None:
    path = tmp_path / "c.csv"
    path.write_bytes(csv_text([REFORMA]).encode() + garbage)
    with suppress(RegistryError):
        import_clues(path, tmp_path, imported_on=DAY, force=True)
