"""Which encoding a CSV file has, decided by all of its bytes and never line by line.

The registry circulates as UTF-8 (with or without a byte order mark) and as Latin-1, which in
practice is Windows-1252. Spanish text in Latin-1 is practically never valid UTF-8 by chance, so
the lines that are valid UTF-8 beyond ASCII vote against those that are not. A line that does not
fit the decision is reported as damaged: reading it in the other encoding would be a guess.
"""

import codecs
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Encoding = Literal["utf-8", "cp1252"]

_ELSEWHERE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True)
class Line:
    """One physical line with its end. `fault` says why `text` is not to be trusted."""

    number: int
    text: str
    fault: str = ""


def is_utf16(start: bytes) -> bool:
    """Tell whether a file starts like Excel's "Unicode text"."""
    return start.startswith(_ELSEWHERE)


def encoding_of(lines: Iterable[bytes]) -> Encoding:
    """Return the encoding in which most lines beyond ASCII make sense."""
    fitting = misfits = 0
    for raw in lines:
        if raw.startswith(codecs.BOM_UTF8):
            return "utf-8"
        if not raw.isascii():
            fits = _is_utf8(raw)
            fitting += fits
            misfits += not fits
    return "utf-8" if fitting >= misfits else "cp1252"


def decode(number: int, raw: bytes, encoding: Encoding) -> Line:
    """Return the line as text, with its fault where the bytes do not fit the encoding."""
    if number == 1:
        raw = raw.removeprefix(codecs.BOM_UTF8)
    if b"\0" in raw:
        return _damaged(number, raw, "has NUL bytes")
    if encoding == "cp1252" and not raw.isascii() and _is_utf8(raw):
        return _damaged(number, raw, "is UTF-8, but the rest of the file is Latin-1")
    try:
        return Line(number, raw.decode(encoding))
    except UnicodeDecodeError as error:
        byte, column = raw[error.start], error.start + 1
        known = "UTF-8 like the rest of the file" if encoding == "utf-8" else "Latin-1 text"
        return _damaged(number, raw, f"is not {known} (byte 0x{byte:02X} at position {column})")


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _damaged(number: int, raw: bytes, fault: str) -> Line:
    return Line(number, raw.decode("utf-8", "replace"), fault)
