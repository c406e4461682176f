"""A broken record costs only itself."""

import io
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.clues.csv_table import read_csv
from config.clues.error import RegistryError
from config.clues.record import Record

PATH = Path("clues.csv")


def read(content: bytes) -> list[Record]:
    return list(read_csv(PATH, io.BytesIO(content))[1])


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_any_delimiter_and_line_end(delimiter: str, line_end: str) -> None:
    rows = [["CLUES", "NOMBRE DE LA UNIDAD"], ["BCIMB000862", "REFORMA"]]
    content = "".join(delimiter.join(row) + line_end for row in rows)
    assert read(content.encode()) == [Record(2, ("BCIMB000862", "REFORMA"))]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1252"])
def test_every_encoding_gives_the_same_names(encoding: str) -> None:
    content = "CLUES,NOMBRE DE LA UNIDAD\nA,CAÑÓN DEL NIÑO\nB,REFORMA\n".encode(encoding)
    assert [record.cells[1] for record in read(content)] == ["CAÑÓN DEL NIÑO", "REFORMA"]


def test_titles_above_the_header_are_passed_over() -> None:
    content = b"Catalogo CLUES, octubre\n\n,,\nCLUES,UNIDAD\nA,X\n"
    assert read(content) == [Record(5, ("A", "X"))]


def test_blank_lines_are_no_rows_but_count_as_lines() -> None:
    assert [record.line for record in read(b"CLUES,UNIDAD\n\nA,X\n,,\n \nB,Y\n")] == [3, 6]


def test_quoted_delimiters_quotes_and_line_ends() -> None:
    content = b'CLUES,UNIDAD\nA,"LA ""JOYA"", SUR\nANEXO"\nB,12" X\nC,Y\n'
    assert read(content) == [
        Record(2, ("A", 'LA "JOYA", SUR\nANEXO')),
        Record(4, ("B", '12" X')),
        Record(5, ("C", "Y")),
    ]


def test_an_open_quote_costs_its_own_line_only() -> None:
    content = b'CLUES,UNIDAD\nA,"X\nB,Y\nC,"Z"\nD,W\n'
    records = read(content)
    assert [record.line for record in records] == [2, 3, 4, 5]
    assert [bool(record.fault) for record in records] == [True, False, False, False]
    assert records[0].fault == "the line has a quotation mark that is never closed"
    assert "A" in records[0].cells[0]


@pytest.mark.parametrize("second", [b"B,Y", b"x BCIMB000863;Y"])
def test_an_open_quote_that_a_later_one_closes_swallows_no_unit(second: bytes) -> None:
    records = read(b'CLUES,UNIDAD\nA,"X\n' + second + b'\nC,Z"\n')
    assert [record.line for record in records] == [2, 3, 4]
    assert records[0].fault == "the line has a quotation mark that is never closed"
    assert records[2].cells == ("C", 'Z"')


def test_an_open_quote_before_a_damaged_line() -> None:
    records = read(b'CLUES,UNIDAD\nA,"X\n\0"\nC,Z\n')
    assert [bool(record.fault) for record in records] == [True, True, False]


@pytest.mark.parametrize("lines_after", [0, 1, 8, 9, 30])
def test_an_open_quote_near_the_end_loses_nothing_else(lines_after: int) -> None:
    content = b'CLUES,UNIDAD\nA,"X\n' + b"B,Y\n" * lines_after
    records = read(content)
    assert len([record for record in records if not record.fault]) == lines_after
    assert len(records) == lines_after + 1


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (b"A", "the line has 1 fields where the header has 2"),
        (b"A,X,Y", "the line has 3 fields where the header has 2"),
        (b"A,X\0", "the line has NUL bytes"),
        (b'A,"X"Y', "the line is no valid CSV (',' expected after '\"')"),
        (b"A,\xd1", "the line is not UTF-8 like the rest of the file (byte 0xD1 at position 3)"),
    ],
)
def test_broken_lines_say_why(line: bytes, told: str) -> None:
    records = read("CLUES,UNIDAD\nÑ,Ñ\nÓ,Ó\n".encode() + line + b"\nB,Y\n")
    assert (records[2].line, records[2].fault) == (4, told)
    assert records[3] == Record(5, ("B", "Y"))


def test_empty_cells_beyond_the_header_are_nothing() -> None:
    assert read(b"CLUES,UNIDAD\nA,X,, ,\n") == [Record(2, ("A", "X"))]


def test_no_header_lists_the_columns_found() -> None:
    with pytest.raises(RegistryError, match=r"`ENTIDAD`, `UNIDAD`; name these two") as caught:
        read(b"ENTIDAD;UNIDAD\nBC;X\n")
    assert str(caught.value).startswith("clues.csv: no header with CLUES and NOMBRE DE LA UNIDAD")


def test_a_header_far_below_is_none() -> None:
    with pytest.raises(RegistryError, match="in the first 20 lines"):
        read(b"CATALOGO\n" * 20 + b"CLUES,UNIDAD\nA,X\n")


def test_a_line_without_end_is_refused_before_it_fills_the_memory() -> None:
    with pytest.raises(RegistryError, match=r"^clues.csv:2: this line is longer than a megabyte"):
        read(b"CLUES,UNIDAD\n" + b"x" * 1_000_001)


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_whatever_follows_the_header_is_a_record_or_told(garbage: bytes) -> None:
    for record in read(b"CLUES,UNIDAD\n" + garbage):
        assert record.fault or len(record.cells) == 2


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_whatever_the_file_is_the_error_is_ours(garbage: bytes) -> None:
    with suppress(RegistryError):
        read(garbage)
