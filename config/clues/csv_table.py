"""A registry as CSV: comma, semicolon, tab or bar; a broken record costs only itself."""

import csv
import itertools
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from config.clues.columns import Columns
from config.clues.encoding import Encoding, Line, decode, encoding_of
from config.clues.error import RegistryError
from config.clues.header import HEADER_LINES, no_header
from config.clues.record import Record
from config.clues.row import clues_within

_DELIMITERS = (",", ";", "\t", "|")
_MAX_LINE_BYTES = 1_000_000
_MAX_LINES_OF_A_RECORD = 10  # an address may hold line ends; more is a quote that was never closed
_RAW_SHOWN = 200
_OPEN_QUOTE = "unexpected end of data"  # csv's words in strict mode


def read_csv(path: Path, file: BinaryIO) -> tuple[Columns, Iterator[Record]]:
    """Return the columns and the records after the header, read as they are asked for.

    Raises:
        RegistryError: no header in the first lines, or a line of over a megabyte.

    """
    encoding = encoding_of(raw for _, raw in _raw_lines(path, file))
    file.seek(0)
    lines = (decode(number, raw, encoding) for number, raw in _raw_lines(path, file))
    columns, delimiter = _header(path, lines, encoding)
    return columns, _records(lines, delimiter, len(columns.header))


def _raw_lines(path: Path, file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    number = 0
    while raw := file.readline(_MAX_LINE_BYTES + 1):
        number += 1
        if len(raw) > _MAX_LINE_BYTES:
            fix = "export it again as CSV with one unit per line"
            raise RegistryError(path, "this line is longer than a megabyte", fix, number)
        yield number, raw


def _header(path: Path, lines: Iterator[Line], encoding: Encoding) -> tuple[Columns, str]:
    """Return the first line that names the required columns, and what separates them."""
    widest: tuple[str, ...] = ()
    for line in lines:
        for delimiter in _DELIMITERS:
            cells = () if line.fault else _fields([line.text], delimiter)
            if isinstance(cells, str):
                continue
            columns = Columns.of(cells)
            if columns is not None:
                return columns, delimiter
            widest = max(widest, cells, key=len)
        if line.number >= HEADER_LINES:
            break
    raise no_header(path, widest, f" ({encoding} text)")


def _records(lines: Iterator[Line], delimiter: str, width: int) -> Iterator[Record]:
    waiting: deque[Line] = deque()
    while True:
        line = waiting.popleft() if waiting else next(lines, None)
        if line is None:
            return
        if line.fault:
            yield _broken(line, line.fault)
        elif line.text.strip(f' \r\n"{delimiter}'):
            yield _record(line, waiting, lines, delimiter, width)


def _record(
    first: Line, waiting: deque[Line], lines: Iterator[Line], delimiter: str, width: int
) -> Record:
    """Return the record that starts at `first`, taking further lines only if they complete it."""
    cells = _fields([first.text], delimiter)
    if not isinstance(cells, str):
        return _of_width(first, cells, width)
    if cells != _OPEN_QUOTE:
        return _broken(first, f"is no valid CSV ({cells})")
    texts = [first.text]
    for line in _ahead(waiting, lines):
        if line.fault or _is_a_row(line.text, delimiter, width):
            break
        texts.append(line.text)
        cells = _fields(texts, delimiter)
        if not isinstance(cells, str) and len(cells) == width:
            for _ in texts[1:]:
                waiting.popleft()
            return Record(first.number, cells)
        if cells != _OPEN_QUOTE:
            break
    return _broken(first, "has a quotation mark that is never closed")


def _ahead(waiting: deque[Line], lines: Iterator[Line]) -> Iterator[Line]:
    """Look at the lines that follow; they stay in `waiting`."""
    for place in range(_MAX_LINES_OF_A_RECORD - 1):
        if place == len(waiting):
            waiting.extend(itertools.islice(lines, 1))
        if place == len(waiting):
            return
        yield waiting[place]


def _is_a_row(text: str, delimiter: str, width: int) -> bool:
    """Tell whether a line is a unit of its own, which an open quote above must not swallow."""
    cells = _fields([text], delimiter)
    return bool(clues_within(text)) or (not isinstance(cells, str) and len(cells) == width)


def _of_width(line: Line, cells: tuple[str, ...], width: int) -> Record:
    if len(cells) > width and not any(cell.strip() for cell in cells[width:]):
        cells = cells[:width]
    if len(cells) != width:
        return _broken(line, f"has {len(cells)} fields where the header has {width}")
    return Record(line.number, cells)


def _fields(texts: Iterable[str], delimiter: str) -> tuple[str, ...] | str:
    """Return the fields of one record, or the words of csv for what is wrong with it."""
    try:
        rows = list(csv.reader(texts, delimiter=delimiter, strict=True))
    except csv.Error as error:
        return str(error)
    return tuple(cell for row in rows for cell in row)


def _broken(line: Line, fault: str) -> Record:
    return Record(line.number, (line.text[:_RAW_SHOWN],), f"the line {fault}")
