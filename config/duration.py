"""Durations as people write them: `250ms`, `15s`, `5m`, `1h`, `2d`."""

import re

_UNITS_S = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")


def parse_duration(written: object) -> float:
    """Return seconds. A bare number is refused: nobody can tell `15` minutes from seconds.

    >>> parse_duration("250ms")
    0.25

    Raises:
        ValueError: the text is no duration; the message says how to write one.

    """
    if isinstance(written, float):  # a default in code, already seconds
        return written
    match = _DURATION.fullmatch(written.strip()) if isinstance(written, str) else None
    if match is None:
        raise ValueError("a duration needs a number and a unit, such as 250ms, 15s, 5m or 1h")
    return float(match[1]) * _UNITS_S[match[2]]


def format_duration(seconds: float) -> str:
    """Return the shortest exact way to write it: 0.25 becomes `250ms`, 90 becomes `90s`."""
    for unit in ("d", "h", "m", "s"):
        count = seconds / _UNITS_S[unit]
        if count >= 1 and count == int(count):
            return f"{int(count)}{unit}"
    return f"{seconds * 1000:g}ms"
