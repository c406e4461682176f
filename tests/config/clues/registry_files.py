"""Registry files made by tests: rows in, a CSV or an XLSX out."""

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

import openpyxl

BAJA_CALIFORNIA = Path(__file__).parents[3] / "simulator/data/clues_baja_california.csv"

HEADER = (
    "CLUES", "NOMBRE DE LA INSTITUCION", "CLAVE DE LA ENTIDAD", "ENTIDAD", "MUNICIPIO",
    "LOCALIDAD", "NOMBRE DE TIPOLOGIA", "NOMBRE DE LA UNIDAD", "NIVEL ATENCION", "LATITUD",
    "LONGITUD", "ESTATUS DE OPERACION",
)  # fmt: skip
REFORMA = (
    "BCIMB000862", "SERVICIOS DE SALUD IMSS BIENESTAR", "02", "BAJA CALIFORNIA", "TIJUANA",
    "TIJUANA", "CENTRO DE SALUD", "REFORMA", "PRIMER NIVEL", "32.466407", "-116.957052",
    "EN OPERACION",
)  # fmt: skip


def unit(**changed: str) -> tuple[str, ...]:
    """Return a sound row; the keys are the first word of the column that differs."""
    places = {
        "clues": 0, "institution": 1, "number": 2, "state": 3, "municipality": 4, "locality": 5,
        "typology": 6, "name": 7, "level": 8, "latitude": 9, "longitude": 10, "status": 11,
    }  # fmt: skip
    cells = list(REFORMA)
    for field, value in changed.items():
        cells[places[field]] = value
    return tuple(cells)


def csv_text(rows: Iterable[Sequence[str]], delimiter: str = ",") -> str:
    written = io.StringIO()
    csv.writer(written, delimiter=delimiter).writerows([HEADER, *rows])
    return written.getvalue()


def write_csv(path: Path, rows: Iterable[Sequence[str]], encoding: str = "utf-8") -> Path:
    path.write_bytes(csv_text(rows).encode(encoding))
    return path


def write_xlsx(path: Path, rows: Iterable[Sequence[object]], sheet: str = "CLUES_202610") -> Path:
    book = openpyxl.Workbook()
    first = book.active
    assert first is not None
    first.title = "LEEME"
    first["A1"] = "Catálogo de establecimientos de salud"
    table = book.create_sheet(sheet)
    for row in (HEADER, *rows):
        table.append(row)
    book.save(path)
    return path


_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def write_shared_xlsx(path: Path, rows: Iterable[Sequence[str]]) -> Path:
    """Write what Excel writes and openpyxl does not: every text as an index of shared strings."""
    places: dict[str, int] = {}
    lines = []
    for number, row in enumerate((HEADER, *rows), start=1):
        indices = [places.setdefault(text, len(places)) for text in row]
        cells = "".join(
            f'<c r="{chr(65 + column)}{number}" t="s"><v>{index}</v></c>'
            for column, index in enumerate(indices)
        )
        lines.append(f'<row r="{number}">{cells}</row>')
    strings = "".join(f"<si><t>{escape(text)}</t></si>" for text in places)
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/>'
        f'<Override PartName="/xl/sharedStrings.xml" ContentType="{_TYPE}.sharedStrings+xml"/>'
        "</Types>",
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" '
        f'Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>'
        '<sheet name="CLUES_202610" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/>'
        "</Relationships>",
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_MAIN}">'
        f'<dimension ref="A1:L{len(lines)}"/><sheetData>{"".join(lines)}</sheetData></worksheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{_MAIN}">{strings}</sst>',
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, body in parts.items():
            book.writestr(name, body)
    return path
