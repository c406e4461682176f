"""A registry as the national XLSX: streamed, with a limit on what it may unpack to."""

import itertools
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, TypeVar
from xml.etree.ElementTree import ParseError

import openpyxl

from config.clues.columns import Columns
from config.clues.error import RegistryError
from config.clues.folding import fold
from config.clues.header import HEADER_LINES, no_header
from config.clues.record import Record

# The national file of 25 MB unpacks to about 300 MB, of which openpyxl holds the shared strings.
MAX_UNPACKED_BYTES = 2_000_000_000
MAX_STRINGS_BYTES = 300_000_000
MAX_RATIO = 200  # of all parts together; DEFLATE of real sheets reaches 30
_MAX_ROWS = 1_048_576  # Excel's own limit; a forged row number must not become endless blank rows
_ROWS_AT_ONCE = 500
_RATIO_MATTERS_BYTES = 50_000_000

# openpyxl has no error of its own for a damaged part: these are what its readers let through.
_DAMAGED = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, struct.error, ParseError, EOFError,
    ArithmeticError, AttributeError, LookupError, NotImplementedError, RuntimeError, TypeError,
    ValueError,
)  # fmt: skip

_Values = tuple[object, ...]
_T = TypeVar("_T")


def read_xlsx(path: Path, file: BinaryIO) -> tuple[Columns, Iterator[Record]]:
    """Return the columns and the records after the header of the sheet that has them.

    Raises:
        RegistryError: damaged, far too large when unpacked, or no sheet has a header.

    """
    _refuse_bombs(path, file)
    book = _guarded(path, lambda: openpyxl.load_workbook(file, read_only=True, data_only=True))
    widest: tuple[str, ...] = ()
    sheets = _guarded(path, lambda: list(book.worksheets))
    for sheet in sorted(sheets, key=lambda sheet: not fold(sheet.title).startswith("CLUES")):
        sheet.reset_dimensions()  # some writers claim A1:A1, and openpyxl would believe it
        values = _values(path, sheet.iter_rows(values_only=True))
        for number, cells in values:
            columns = Columns.of(cells)
            if columns is not None:
                return columns, _records(values, len(columns.header))
            widest = max(widest, cells, key=len)
            if number >= HEADER_LINES:
                break
    raise no_header(path, widest, " of any sheet")


def _refuse_bombs(path: Path, file: BinaryIO) -> None:
    parts = _guarded(path, lambda: zipfile.ZipFile(file).infolist())
    unpacked = sum(part.file_size for part in parts)
    packed = max(sum(part.compress_size for part in parts), 1)
    strings = sum(part.file_size for part in parts if "sharedstrings" in part.filename.lower())
    too_large = unpacked > MAX_UNPACKED_BYTES or strings > MAX_STRINGS_BYTES
    if too_large or (unpacked > _RATIO_MATTERS_BYTES and unpacked / packed > MAX_RATIO):
        problem = f"it unpacks to {unpacked / 1e6:.0f} MB, which no registry does"
        raise RegistryError(path, problem, "download the file again, or save it as CSV")


def _values(path: Path, rows: Iterator[_Values]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield the row number and the cells as text of every row that holds anything."""
    number = 0
    while batch := _guarded(path, lambda: list(itertools.islice(rows, _ROWS_AT_ONCE))):
        for values in batch:
            number += 1
            if number > _MAX_ROWS:
                fix = "keep one unit per row"
                raise RegistryError(path, "more rows than a spreadsheet can have", fix, number)
            cells = tuple(map(_text, values))
            if any(cells):
                yield number, cells


def _records(values: Iterator[tuple[int, tuple[str, ...]]], width: int) -> Iterator[Record]:
    for number, cells in values:
        if any(cells[width:]):
            shown = (" ".join(cells),)
            fault = f"the row has {len(cells)} cells where the header has {width}"
            yield Record(number, shown, fault)
        else:
            yield Record(number, (cells + ("",) * width)[:width])


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _guarded(path: Path, step: Callable[[], _T]) -> _T:
    """Take one step of openpyxl: its warnings about styles are nobody's concern here."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return step()
    except _DAMAGED as error:
        told = f"{type(error).__name__}: {error}"[:200]
        fix = "download it again, or open it in a spreadsheet and save it as CSV"
        raise RegistryError(path, f"the workbook is damaged ({told})", fix) from error
