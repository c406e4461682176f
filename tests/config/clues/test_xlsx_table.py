import io
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from config.clues import xlsx_table
from config.clues.error import RegistryError
from config.clues.table import open_table
from tests.config.clues.registry_files import HEADER, REFORMA, unit, write_shared_xlsx, write_xlsx


def cells_of(path: Path) -> list[tuple[int, tuple[str, ...]]]:
    with open_table(path) as (_, records):
        return [(record.line, record.cells) for record in records]


def rewritten(path: Path, part: str, content: bytes) -> Path:
    """Replace one part of the workbook."""
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    parts[part] = content
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, body in parts.items():
            new.writestr(name, body)
    return path


def test_the_sheet_of_the_catalogue_is_found_beside_others(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "clues.xlsx", [REFORMA])
    assert cells_of(path) == [(2, REFORMA)]


def test_any_sheet_with_the_header_will_do(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "clues.xlsx", [REFORMA], sheet="Hoja2")
    assert cells_of(path) == [(2, REFORMA)]


def test_numbers_dates_and_blanks_become_text(tmp_path: Path) -> None:
    row: list[object] = list(REFORMA)
    row[2], row[7], row[8], row[9], row[10] = 2.0, 14, None, 32.466407, -116.957052
    path = write_xlsx(tmp_path / "clues.xlsx", [(), row])
    ((line, cells),) = cells_of(path)
    assert line == 3
    assert cells[2] == "2"
    assert cells[7] == "14"
    assert cells[8:11] == ("", "32.466407", "-116.957052")


def test_a_sheet_that_lies_about_its_size_is_read_whole(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "clues.xlsx", [REFORMA, unit(clues="BCIMB000874")])
    with zipfile.ZipFile(path) as book:
        sheet = book.read("xl/worksheets/sheet2.xml")
    assert b'<dimension ref="A1:L3"' in sheet
    rewritten(path, "xl/worksheets/sheet2.xml", sheet.replace(b'"A1:L3"', b'"A1:A1"'))
    assert len(cells_of(path)) == 2


def test_a_cell_beyond_the_header_is_told(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "clues.xlsx", [(*REFORMA, "", "x")])
    with open_table(path) as (_, records):
        (record,) = records
    assert record.fault == f"the row has {len(HEADER) + 2} cells where the header has {len(HEADER)}"


def test_no_header_in_any_sheet(tmp_path: Path) -> None:
    path = tmp_path / "other.xlsx"
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["ENTIDAD", "MUNICIPIO"])
    book.save(path)
    with pytest.raises(RegistryError, match="columns found are `ENTIDAD`, `MUNICIPIO`"):
        cells_of(path)


def test_a_header_far_below_is_none(tmp_path: Path) -> None:
    path = tmp_path / "other.xlsx"
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in [["Catálogo"]] * 20 + [list(HEADER)]:
        book.active.append(row)
    book.save(path)
    with pytest.raises(RegistryError, match="columns found are `Catálogo`"):
        cells_of(path)


@pytest.mark.parametrize(
    ("part", "content"),
    [
        ("xl/worksheets/sheet2.xml", b"<worksheet><sheetData><row>"),
        ("xl/worksheets/sheet2.xml", b""),
        ("xl/workbook.xml", b"not xml"),
        ("xl/styles.xml", b"<styleSheet><cellXfs>"),
    ],
)
def test_a_damaged_part_is_told(tmp_path: Path, part: str, content: bytes) -> None:
    path = rewritten(write_xlsx(tmp_path / "clues.xlsx", [REFORMA]), part, content)
    with pytest.raises(RegistryError, match="the workbook is damaged"):
        cells_of(path)


def test_texts_shared_between_cells_as_excel_writes_them(tmp_path: Path) -> None:
    path = write_shared_xlsx(tmp_path / "clues.xlsx", [REFORMA, unit(name="CAÑÓN & NIÑO")])
    assert [cells[7] for _, cells in cells_of(path)] == ["REFORMA", "CAÑÓN & NIÑO"]


@pytest.mark.parametrize("content", [b"<sst", b"", b"<sst/>"])
def test_shared_texts_that_are_damaged_or_missing_are_told(tmp_path: Path, content: bytes) -> None:
    path = write_shared_xlsx(tmp_path / "clues.xlsx", [REFORMA])
    with pytest.raises(RegistryError, match="the workbook is damaged"):
        cells_of(rewritten(path, "xl/sharedStrings.xml", content))


def test_a_cut_download_is_told(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "clues.xlsx", [REFORMA])
    path.write_bytes(path.read_bytes()[:-500])
    with pytest.raises(RegistryError, match="damaged"):
        cells_of(path)


@pytest.mark.parametrize("write", [write_xlsx, write_shared_xlsx])
def test_flipped_bytes_never_raise_another_error(
    tmp_path: Path, write: Callable[[Path, list[tuple[str, ...]]], Path]
) -> None:
    sound = write(tmp_path / "clues.xlsx", [REFORMA]).read_bytes()
    chance = random.Random(7)
    path = tmp_path / "flipped.xlsx"
    for _ in range(100):
        damaged = bytearray(sound)
        for _ in range(chance.randint(1, 6)):
            damaged[chance.randrange(2, len(damaged))] = chance.randrange(256)
        path.write_bytes(damaged)
        try:
            cells_of(path)
        except RegistryError:
            continue


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("xl/sharedStrings.xml", b" " * 60_000_000)
    assert path.stat().st_size < 100_000
    with pytest.raises(RegistryError, match="unpacks to 60 MB, which no registry does"):
        cells_of(path)


def test_a_forged_row_number_does_not_become_endless_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xlsx_table, "_MAX_ROWS", 5_000)
    path = write_xlsx(tmp_path / "clues.xlsx", [REFORMA])
    with zipfile.ZipFile(path) as book:
        sheet = book.read("xl/worksheets/sheet2.xml")
    rewritten(path, "xl/worksheets/sheet2.xml", sheet.replace(b'r="2"', b'r="99999999999"', 1))
    with pytest.raises(RegistryError, match="more rows than a spreadsheet can have"):
        cells_of(path)


def test_openpyxls_warnings_do_not_reach_the_reader(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(write_xlsx(tmp_path / "clues.xlsx", [REFORMA]))
    kept = io.BytesIO()
    book.save(kept)
    path = tmp_path / "plain.xlsx"
    path.write_bytes(kept.getvalue())
    empty = b'<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
    rewritten(path, "xl/styles.xml", empty)  # openpyxl warns: no default style
    assert cells_of(path) == [(2, REFORMA)]
