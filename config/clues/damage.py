"""Signs that a text lost letters on its way to us."""

import re
import unicodedata

_UNPRINTABLE = frozenset({"Cc", "Cn", "Co", "Cs"})
_SPREADSHEET_ERRORS = frozenset(
    {"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"}
)
_ASKED_LETTER = re.compile(r"[^\W\d_]\?[^\W\d_]")


def damage_in(text: str) -> str | None:
    """Return why the text cannot be what somebody wrote; None if it looks sound."""
    if text.upper() in _SPREADSHEET_ERRORS:
        return f"it is the spreadsheet error {text}"
    if text.isascii() and text.isprintable():
        return None
    if "\ufffd" in text:
        return "letters were lost in an earlier conversion (U+FFFD)"
    if any(unicodedata.category(letter) in _UNPRINTABLE for letter in text):
        return "it has unprintable characters"
    return _twice_encoded(text)


def has_lost_letter(text: str) -> bool:
    """Tell whether a question mark stands where a letter was: `NU?EZ`. The rest is readable."""
    return _ASKED_LETTER.search(text) is not None


def _twice_encoded(text: str) -> str | None:
    try:
        meant = text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return None
    return f"it was encoded twice; `{meant[:60]}` was probably meant"
