"""Durations as people write them: `250ms`, `15s`, `5m`, `1h`, `2d`."""

import re
from functools import lru_cache

from config.fault import UnusableError

_ASK = "write it as 250ms, 15s, 5m or 1h"
_UNITS_S = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}
_DURATION = re.compile(r"([0-9]{1,12}(?:\.[0-9]{1,9})?)(ms|s|m|h|d)")
_WORDED = re.compile(r"([0-9]{1,9}(?:\.[0-9]+)?)\s*([a-zA-Z]+)")
_PARTS = re.compile(r"(?:[0-9]{1,9}(?:ms|s|m|h|d)\s*){2,5}")
_BARE = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})?")
_SIXTIES = re.compile(r"([0-9]{1,4}):([0-5]?[0-9])")


def parse_duration(written: object) -> float:
    """Return seconds. A bare number is refused: nobody can tell `15` minutes from seconds.

    >>> parse_duration("250ms")
    0.25

    Raises:
        UnusableError: (a ValueError) the text is no duration; its `fix` says what to write.

    """
    if isinstance(written, float):  # a default in code, already seconds
        return written
    seconds = _seconds(written.strip()) if isinstance(written, str) else None
    if seconds is None:
        raise UnusableError("a duration is a number and a unit", _what_to_write(written))
    return seconds


@lru_cache(maxsize=256)
def _seconds(text: str) -> float | None:
    """Return the very same number for the same text: `15s` stands there 19,080 times."""
    match = _DURATION.fullmatch(text)
    return None if match is None else float(match[1]) * _UNITS_S[match[2]]


def format_duration(seconds: float) -> str:
    """Return the shortest exact way to write it: 0.25 becomes `250ms`, 90 becomes `90s`."""
    for unit in ("d", "h", "m", "s"):
        count = seconds / _UNITS_S[unit]
        if count >= 1 and count == int(count):
            return f"{int(count)}{unit}"
    return f"{seconds * 1000:.12g}ms"


def _what_to_write(written: object) -> str:
    """Return the fix for something that was meant as a duration.

    >>> _what_to_write("90 sec")
    'write `90s`'
    """
    text = str(written).strip() if isinstance(written, str | int) else ""
    if _BARE.fullmatch(text):
        return f"write `{text}s` for seconds or `{text}m` for minutes"
    if sixties := _SIXTIES.fullmatch(text):
        first, second = int(sixties[1]), int(sixties[2])
        total = first * 60 + second
        return (
            f"write `{total}s` for {first} min {second} s or `{total}m` for {first} h {second} min"
        )
    if _PARTS.fullmatch(text):
        total_s = sum(float(n) * _UNITS_S[unit] for n, unit in _DURATION.findall(text))
        return f"write `{format_duration(total_s)}`"
    worded = _WORDED.fullmatch(text)
    unit = _unit_meant(worded[2].lower()) if worded else None
    return f"write `{worded[1]}{unit}`" if worded and unit else _ASK


def _unit_meant(word: str) -> str | None:
    if word in ("ms", "msec", "msecs") or word.startswith("mil"):
        return "ms"
    return word[0] if word[0] in "smhd" else None
