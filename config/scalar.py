"""What a plain YAML word means: the core schema of YAML 1.2, without its surprises.

`true`, `false`, `null`, `~`, decimal integers and decimal fractions have a type; every other
word is text. So the words that YAML 1.1 turned into something else (`no`, `on`, `1:30`, `010`)
stay as they were written, and hexadecimal and octal forms, which nothing here needs, too.
"""

import re

from config.tree import Core

_WORDS: dict[str, Core] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True,
    "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_FIRST = frozenset("+-.0123456789")
_MOST_DIGITS = 40  # longer ones are serial numbers, and Python refuses to convert beyond 4,300
_WHOLE = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_FRACTION = re.compile(r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")

_MEANT_AS_BOOL = {"yes": "true", "y": "true", "on": "true", "no": "false", "n": "false",
                  "off": "false", "true": "true", "false": "false", "1": "true",
                  "0": "false"}  # fmt: skip


def resolve(word: str) -> Core:
    """Return the value of a plain (unquoted) word."""
    if word[:1] not in _FIRST:
        return _WORDS.get(word, word)
    if len(word) > _MOST_DIGITS:
        return word
    if _WHOLE.fullmatch(word):
        return int(word)
    if _FRACTION.fullmatch(word):
        return float(word)
    return word


def meant_as_bool(word: str) -> str | None:
    """Return what to write where true or false is wanted: `no` is `false`."""
    return _MEANT_AS_BOOL.get(word.strip().lower())


def meant_as_number(word: str) -> str | None:
    """Return what to write where a number is wanted: `010` is `10`, `1:30` is `90`."""
    word = word.strip().replace("_", "")
    if len(word) > _MOST_DIGITS:
        return None
    if re.fullmatch(r"[-+]?[0-9]+", word):
        return str(int(word))
    if re.fullmatch(r"[-+]?[0-9]+\.[0-9]*", word):
        return str(float(word))
    if re.fullmatch(r"0[xX][0-9a-fA-F]+|0[oO][0-7]+", word):
        return str(int(word, 0))
    if re.fullmatch(r"[0-9]+(:[0-5]?[0-9]){1,2}", word):
        total = 0
        for part in word.split(":"):
            total = total * 60 + int(part)
        return str(total)
    return None
