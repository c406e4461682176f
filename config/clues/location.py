"""Where a site stands, if the registry's coordinates can be true."""

import re

Location = tuple[float, float]
"""Latitude and longitude in degrees, WGS 84."""

# Mexico with its islands and Exclusive Economic Zone left out: 14.5 to 32.7 N, 118.4 to 86.7 W.
_SOUTH, _NORTH, _WEST, _EAST = 14.0, 33.0, -119.0, -86.0
_DEGREES = re.compile(r"[+-]?[0-9]{1,3}(?:[.,][0-9]+)?")


def location_of(latitude: str | None, longitude: str | None) -> Location | str | None:
    """Return the location, or why there is none; None if the file has no such columns.

    A location that cannot be true is not repaired: a wrong point on a map sends a crew astray.
    """
    if latitude is None and longitude is None:
        return None
    if not latitude and not longitude:
        return "it has no coordinates"
    if not latitude or not longitude:
        return f"it has no {'longitude' if latitude else 'latitude'}"
    lat, lon = _degrees(latitude), _degrees(longitude)
    written = f"{latitude[:30]}, {longitude[:30]}"
    if lat is None or lon is None:
        return f"its coordinates {written} are no decimal degrees"
    if lat == 0 and lon == 0:
        return "its coordinates are 0, 0"
    if _in_mexico(lat, lon):
        return lat, lon
    if _in_mexico(lon, lat):
        return f"its latitude and longitude are swapped ({written})"
    if _in_mexico(lat, -lon):
        return f"its longitude lacks the minus sign ({written})"
    return f"its coordinates {written} are outside Mexico"


def _degrees(text: str) -> float | None:
    return float(text.replace(",", ".")) if _DEGREES.fullmatch(text) else None


def _in_mexico(lat: float, lon: float) -> bool:
    return _SOUTH <= lat <= _NORTH and _WEST <= lon <= _EAST
