"""The line of a fault with a caret under it, safe to show."""

import re
import unicodedata

from config.place import Place

_SHOWN_WIDTH = 160
_LOOK_BACK = 1000  # characters in which a password's key is looked for, on endless lines
_HIDDEN_KEY = r"(?:passw|secret|token|bearer|authorization|cookie|api-?key)[\w-]*"
_SECRET_NAME = re.compile(rf"(?i)[\w-]*{_HIDDEN_KEY}")
_SECRET_KEY = re.compile(rf"""(?i){_HIDDEN_KEY}["']?\s*:\s*(?!\s|!env\b|!file\b)""")


def excerpt(place: Place) -> tuple[str, str]:
    """Return the line, cut around the fault if very long, and the caret line below it."""
    whole = place.source.line(place.line)
    start = place.column - 1
    first = 0 if len(whole) <= _SHOWN_WIDTH else max(0, start - _SHOWN_WIDTH // 3)
    back = max(0, first - _LOOK_BACK)
    near = _masked(printable(whole[back : first + _SHOWN_WIDTH]))
    cut = near[first - back :]
    before = cut[: start - first]
    width = max(1, min(place.width, len(cut) - len(before)))
    if first > 0:
        cut, before = f"…{cut}", f" {before}"
    if first + _SHOWN_WIDTH < len(whole):
        cut = f"{cut}…"
    return cut, "".join(_blank(one) for one in before) + "^" * width


def _blank(character: str) -> str:
    """Return white space as wide as the character on a terminal."""
    if character == "\t":
        return "\t"
    if unicodedata.combining(character):
        return ""
    return "  " if unicodedata.east_asian_width(character) in "WF" else " "


def _masked(line: str) -> str:
    """Hide what follows a password's key, keeping the columns.

    >>> _masked("  password: hunter2")
    '  password: *******'
    """
    line = without_password(line)
    found = _SECRET_KEY.search(line)
    if found is None:
        return line
    return line[: found.end()] + re.sub(r"\S", "*", line[found.end() :])


def without_password(text: str) -> str:
    """Hide the password of `scheme://user:password@host`, keeping the columns."""
    return re.sub(r"(//[^/\s@:]*:)([^/\s@]+)(?=@)", lambda url: url[1] + "*" * len(url[2]), text)


def is_secret_name(name: str) -> bool:
    """Tell whether the value of a key with this name must not be shown."""
    return _SECRET_NAME.fullmatch(name) is not None


def printable(text: str) -> str:
    """Return the text without what could steer a terminal or reorder a line."""
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() or one == "\t" else "\N{REPLACEMENT CHARACTER}"
                   for one in text)  # fmt: skip
