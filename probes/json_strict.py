"""JSON as RFC 8259 has it and no more, from bytes that nobody vouches for.

Python's parser takes NaN, lets the last of two equal keys win, and reads numbers without
limit; any of these in a document about power is a fault to be told, not to be guessed at.
"""

import codecs
import json
import math
from typing import TypeAlias

JsonValue: TypeAlias = "dict[str, JsonValue] | list[JsonValue] | str | int | float | bool | None"

MAX_DEPTH = 32
MAX_DIGITS = 30
_MARKUP = (b"<!doctype", b"<html", b"<head", b"<body", b"<script")


class NotJsonError(ValueError):
    """The text is not acceptable JSON; the message says why, in words for people."""


def parse_json(body: bytes) -> JsonValue:
    """Return the value. A byte order mark is ignored, as RFC 8259 section 8.1 allows.

    Raises:
        NotJsonError: not UTF-8, not JSON, NaN or Infinity, a key twice, a number of more than
            30 digits or beyond a double, an unpaired surrogate, or deeper than 32 levels.

    """
    try:
        text = body.removeprefix(codecs.BOM_UTF8).decode()
    except UnicodeDecodeError as error:
        raise NotJsonError(f"not UTF-8 at byte {error.start}{_resemblance(body)}") from error
    try:
        value: JsonValue = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno} column {error.colno}"
        raise NotJsonError(f"{error.msg} at {place}{_resemblance(body)}") from error
    except RecursionError as error:
        raise NotJsonError(f"nested deeper than {MAX_DEPTH} levels") from error
    if body.count(b"[") + body.count(b"{") > MAX_DEPTH or rb"\ud" in body.lower():
        _check(value)
    return value


def _object(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    unique = dict(pairs)
    if len(unique) < len(pairs):
        seen: set[str] = set()
        repeated = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise NotJsonError(f"the key {repeated[:64]!r} appears twice in one object")
    return unique


def _integer(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise NotJsonError(f"a number of {len(digits)} digits")
    return int(digits)


def _number(written: str) -> float:
    number = float(written)
    if not math.isfinite(number):
        raise NotJsonError(f"the number {written[:32]} is too large")
    return number


def _constant(word: str) -> float:
    raise NotJsonError(f"{word} is not JSON")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_integer, parse_float=_number, parse_constant=_constant
)


def _check(value: JsonValue) -> None:
    """Refuse deep nesting and unpaired surrogates, level by level, without recursion."""
    level: list[JsonValue] = [value]
    depth = 0
    while level:
        depth += any(isinstance(member, dict | list) for member in level)
        if depth > MAX_DEPTH:
            raise NotJsonError(f"nested deeper than {MAX_DEPTH} levels")
        following: list[JsonValue] = []
        for member in level:
            if isinstance(member, dict):
                following.extend(member.values())
                following.extend(member.keys())
            elif isinstance(member, list):
                following.extend(member)
            elif isinstance(member, str):
                _check_text(member)
        level = following


def _check_text(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise NotJsonError("a text with half of a surrogate pair") from error


def _resemblance(body: bytes) -> str:
    """Say what a body that is not JSON looks like, so that nobody has to fetch it to know."""
    start = body[:4096].lstrip().lower()
    if not start:
        return ": an empty body"
    if any(mark in start for mark in _MARKUP):
        is_login = b"<form" in body.lower() or b"password" in body.lower()
        return ": an HTML page" + (" (login form?)" if is_login else "")
    if start.startswith(b"<"):
        return ": looks like XML"
    if body[:2] == b"\x1f\x8b" or b"\0" in start:
        return ": binary data"
    return ""
