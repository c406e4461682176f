"""A registry file of either form, told apart by its first bytes and never by its name."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from config.clues.columns import Columns
from config.clues.csv_table import read_csv
from config.clues.encoding import is_utf16
from config.clues.error import RegistryError
from config.clues.record import Record
from config.clues.xlsx_table import read_xlsx

MAX_FILE_BYTES = 500_000_000  # the national CSV is about 30 MB
_START_BYTES = 512
_SAVE_AS = "open it in a spreadsheet and save it as XLSX or as CSV (UTF-8)"


@contextmanager
def open_table(path: Path) -> Iterator[tuple[Columns, Iterator[Record]]]:
    """Open a CSV or XLSX; its records are read as they are asked for.

    Raises:
        RegistryError: missing, unreadable, empty, of another form, damaged or without a header.

    """
    try:
        with path.open("rb") as file:
            yield _read(path, file)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        fix = "name a registry file that you may read"
        raise RegistryError(path, f"cannot be read ({reason})", fix) from error


def _read(path: Path, file: BinaryIO) -> tuple[Columns, Iterator[Record]]:
    start = file.read(_START_BYTES)
    size_bytes = file.seek(0, 2)
    file.seek(0)
    _refuse_other_forms(path, start)
    if size_bytes > MAX_FILE_BYTES:
        fix = "the national catalogue has 25 MB; is this the right file?"
        raise RegistryError(path, f"has {size_bytes / 1e6:.0f} MB", fix)
    return read_xlsx(path, file) if start.startswith(b"PK") else read_csv(path, file)


def _refuse_other_forms(path: Path, start: bytes) -> None:
    shown = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not shown:
        raise RegistryError(path, "is empty", "download the registry again")
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        problem = "is an old Excel file (XLS) or a workbook with a password"
        raise RegistryError(path, problem, _SAVE_AS)
    if is_utf16(start):
        raise RegistryError(path, "is UTF-16 text", _SAVE_AS)
    if shown.startswith((b"<!doctype", b"<html", b"%pdf", b"<?xml")):
        problem = "is a web page or a document, not a table"
        raise RegistryError(path, problem, "download the CSV or XLSX itself")
