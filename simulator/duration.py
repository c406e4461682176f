"""Durations in a world file: `250ms`, `12s`, `20m`, `4h`."""

import re

_UNITS_S = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")


def parse_duration(written: object) -> float:
    """Return seconds. A float is taken as seconds; text and bare integers need a unit.

    >>> parse_duration("20m")
    1200.0

    Raises:
        ValueError: no duration; the message says how to write one.

    """
    if isinstance(written, float):
        return written
    match = _DURATION.fullmatch(written.strip()) if isinstance(written, str) else None
    if match is None:
        raise ValueError("a duration needs a number and a unit, such as 250ms, 12s, 20m or 4h")
    return float(match[1]) * _UNITS_S[match[2]]
