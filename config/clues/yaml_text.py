"""Scalars as YAML that every reader of 1.1 and 1.2 takes for the same text.

Written here and not by a library because site lists live in version control: the same registry
must give the same bytes, whether or not the C emitter is installed.
"""

import re

# Plain only what begins with a letter and has nothing that YAML gives a meaning to.
_PLAIN = re.compile(
    r"[A-Za-zÀ-ÖØ-öø-ÿ](?:[A-Za-zÀ-ÖØ-öø-ÿ0-9 .,()/°'&+_-]*[A-Za-zÀ-ÖØ-öø-ÿ0-9.)°])?"
)
_WORDS_WITH_MEANING = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
_ESCAPED = {'"': '\\"', "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
_PRINTABLE_TO, _FIRST_HIGH, _LAST_HIGH = 0x7F, 0xA0, 0xD7FF


def scalar(text: str) -> str:
    """Return the text plain where nobody can misread it, otherwise in double quotes.

    >>> scalar("Ruíz y 14"), scalar("NO"), scalar("a: b")
    ('Ruíz y 14', '"NO"', '"a: b"')
    """
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS_WITH_MEANING:
        return text
    return f'"{"".join(map(_escaped, text))}"'


def comment(text: str) -> str:
    """Return a text that cannot leave its comment line."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _escaped(letter: str) -> str:
    code = ord(letter)
    if letter in _ESCAPED:
        return _ESCAPED[letter]
    if 0x20 <= code < _PRINTABLE_TO or (_FIRST_HIGH <= code <= _LAST_HIGH and letter.isprintable()):
        return letter
    return f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"
