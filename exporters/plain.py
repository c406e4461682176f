"""Strings from outside made fit for one line of text that people and terminals read."""

import unicodedata

_SPACE = frozenset("\t\n\r\v\f\x1c\x1d\x1e\x85")


def clean(text: str, limit: int = 120) -> str:
    """Return it on one line, without control or direction-changing characters, cut to `limit`.

    A name from a site list or an answer of a receiver must not be able to add lines to an
    alert, colour a terminal or turn the reading direction (Unicode categories C* and Z*).

    >>> clean("UCI\\x1b[31m\\n norte")
    'UCI[31m norte'
    """
    kept = text if text.isprintable() else "".join(map(_fit, text))
    line = " ".join(kept.split())
    return line if len(line) <= limit else f"{line[: limit - 1].rstrip()}…"


def folded(text: str) -> str:
    """Return it for searching: case and accents do not matter.

    >>> folded("León")
    'leon'
    """
    split = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in split if not unicodedata.combining(character))


def _fit(character: str) -> str:
    category = unicodedata.category(character)
    if character in _SPACE or category.startswith("Z"):
        return " "
    return "" if category.startswith("C") else character
