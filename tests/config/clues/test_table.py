import zipfile
from pathlib import Path

import pytest

from config.clues import table
from config.clues.error import RegistryError
from config.clues.table import open_table
from tests.config.clues.registry_files import REFORMA, write_csv, write_xlsx


@pytest.mark.parametrize("name", ["clues.csv", "clues.xlsx", "clues"])
def test_the_bytes_tell_the_form_and_not_the_name(tmp_path: Path, name: str) -> None:
    for write in (write_csv, write_xlsx):
        with open_table(write(tmp_path / name, [REFORMA])) as (_, records):
            assert [record.cells for record in records] == [REFORMA]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty; download the registry again"),
        (b"\xef\xbb\xbf \r\n", "is empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "is an old Excel file (XLS) or a workbook with"),
        ("CLUES,UNIDAD\n".encode("utf-16"), "is UTF-16 text; open it in a spreadsheet"),
        (b"\n<!DOCTYPE html><p>Error 404", "is a web page or a document, not a table"),
        (b"%PDF-1.7", "is a web page or a document"),
        (b"PK\x05\x06" + b"\0" * 18, "the workbook is damaged"),
        (b"PK\x03\x04nothing", "the workbook is damaged"),
        (b"\0" * 600, "no columns were found"),
    ],
)
def test_other_files_are_refused_with_the_fix(tmp_path: Path, content: bytes, told: str) -> None:
    path = tmp_path / "clues.csv"
    path.write_bytes(content)
    with pytest.raises(RegistryError) as caught, open_table(path):
        pytest.fail("it was opened")
    assert str(caught.value).startswith(f"{path}: ")
    assert told in str(caught.value)


def test_a_zip_of_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "fotos.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("foto.jpg", b"x")
    with pytest.raises(RegistryError, match="damaged"), open_table(path):
        pytest.fail("it was opened")


@pytest.mark.parametrize("name", ["missing.csv", "."])
def test_what_cannot_be_opened_is_told(tmp_path: Path, name: str) -> None:
    with pytest.raises(RegistryError, match="cannot be read"), open_table(tmp_path / name):
        pytest.fail("it was opened")


def test_a_far_too_large_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "MAX_FILE_BYTES", 100)
    path = write_csv(tmp_path / "clues.csv", [REFORMA])
    with pytest.raises(RegistryError, match="is this the right file"), open_table(path):
        pytest.fail("it was opened")
