import pytest

from config.clues.encoding import decode, encoding_of, is_utf16


@pytest.mark.parametrize(
    ("lines", "encoding"),
    [
        ([b"CLUES,NOMBRE\n", b"A,REFORMA\n"], "utf-8"),
        (["A,CAÑÓN\n".encode()], "utf-8"),
        (["A,CAÑÓN\n".encode("cp1252")], "cp1252"),
        (["A,CAÑÓN\n".encode("latin-1"), b"B,REFORMA\n"], "cp1252"),
        ([b"\xef\xbb\xbfCLUES\n", b"\xd1\n", b"\xd1\n"], "utf-8"),
        (["Ñ\n".encode(), "Ó\n".encode(), b"\xd1\n"], "utf-8"),
        (["Ñ\n".encode(), b"\xd1\n", b"\xd3\n"], "cp1252"),
    ],
)
def test_most_lines_decide(lines: list[bytes], encoding: str) -> None:
    assert encoding_of(lines) == encoding


def test_both_encodings_give_the_same_text() -> None:
    name = "UNIDAD MÓVIL CAÑÓN DEL NIÑO “SUR”"
    assert decode(2, name.encode(), "utf-8").text == name
    assert decode(2, name.encode("cp1252"), "cp1252").text == name


def test_the_byte_order_mark_is_no_part_of_the_first_column() -> None:
    assert decode(1, b"\xef\xbb\xbfCLUES", "utf-8").text == "CLUES"


@pytest.mark.parametrize(
    ("raw", "encoding", "told"),
    [
        (b"CA\xd1ON", "utf-8", "is not UTF-8 like the rest of the file (byte 0xD1 at position 3)"),
        ("CAÑON".encode(), "cp1252", "is UTF-8, but the rest of the file is Latin-1"),
        (b"CA\x81ON", "cp1252", "is not Latin-1 text (byte 0x81 at position 3)"),
        (b"CA\0ON", "utf-8", "has NUL bytes"),
    ],
)
def test_a_line_that_does_not_fit_is_damaged_and_not_guessed(
    raw: bytes, encoding: str, told: str
) -> None:
    line = decode(9, raw, "utf-8" if encoding == "utf-8" else "cp1252")
    assert (line.number, line.fault) == (9, told)


def test_utf16_is_known_by_its_mark() -> None:
    assert is_utf16("CLUES".encode("utf-16"))
    assert not is_utf16(b"CLUES")
