"""Reading a configuration file: whatever is wrong with it becomes a problem, never an exception."""

import re
import stat
from pathlib import Path

from config.place import Source
from config.problem import Problems

LARGEST_BYTES = 8 * 1024 * 1024
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_MARKS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}


def read_source(path: Path, problems: Problems, order: int = 0) -> Source | None:
    """Return the text of a file; None when it cannot be used, the problem having been told."""
    content = _read_bytes(path, problems, order)
    return None if content is None else source_of(str(path), content, problems, order)


def source_of(name: str, content: bytes, problems: Problems, order: int = 0) -> Source | None:
    """Return bytes as text: UTF-8 with or without its mark, free of control characters."""
    if content[:2] in _MARKS:
        problems.add_file(name, f"the file is {_MARKS[content[:2]]}", "save it as UTF-8", order)
        return None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        _tell_bad_byte(name, content, error.start, problems, order)
        return None
    source = Source(name, text, order)
    found = _FORBIDDEN.search(text)
    if found is not None:
        _tell_forbidden(source, found.start(), problems)
        return None
    return source


def _read_bytes(path: Path, problems: Problems, order: int) -> bytes | None:
    """Return at most `LARGEST_BYTES`; a pipe or device is not opened, as it could block us."""
    name = str(path)
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            problems.add_file(name, "this is a directory", "name a YAML file", order)
            return None
        if not stat.S_ISREG(mode):
            problems.add_file(name, "this is no regular file", "name a YAML file", order)
            return None
        with path.open("rb") as opened:
            content = opened.read(LARGEST_BYTES + 1)
    except FileNotFoundError:
        problems.add_file(name, "there is no such file", "check the path", order)
        return None
    except PermissionError:
        fix = "let the user that runs Guardia read it"
        problems.add_file(name, "the file may not be read", fix, order)
        return None
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        problems.add_file(name, f"the file cannot be read ({why})", "check the path", order)
        return None
    if len(content) > LARGEST_BYTES:
        size = f"the file is larger than {LARGEST_BYTES // 1024 // 1024} MiB"
        problems.add_file(name, size, "split it, for example into one file per state", order)
        return None
    return content


def _tell_bad_byte(name: str, content: bytes, at: int, problems: Problems, order: int) -> None:
    source = Source(name, content.decode("utf-8-sig", "replace"), order)
    index = len(content[:at].decode("utf-8-sig", "replace"))
    latin = bytes([content[at]]).decode("latin-1")
    meant = f" (in Latin-1 it is `{latin}`)" if latin.isprintable() else ""
    problems.add(
        source.place_at(index),
        f"byte 0x{content[at]:02X} at offset {at} is not UTF-8{meant}",
        "save the file as UTF-8",
    )


def _tell_forbidden(source: Source, at: int, problems: Problems) -> None:
    character = source.text[at]
    name = "a NUL character" if character == "\0" else f"the character U+{ord(character):04X}"
    problems.add(source.place_at(at), f"{name} is not allowed in YAML", "delete it")
