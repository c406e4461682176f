"""Names as people write them: the registry shouts, an alert at 3 a.m. should not.

HOSPITAL GENERAL DE ENSENADA becomes Hospital General de Ensenada. Letters are never changed
otherwise: a missing or a wrong accent stays as the registry has it.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from config.clues.folding import fold
from config.clues.name_words import (
    ABBREVIATIONS,
    ACRONYMS,
    AGES,
    ARTICLES,
    CONNECTIVES,
    SAINTS,
    SETTLEMENTS,
    UNIT_KINDS,
    UNIT_PHRASES,
    UNIT_PREFIXES,
)

# Dotted initials (S.S.A.), or letters and digits, or what is between them.
_TOKEN = re.compile(r"(?:[^\W\d_]\.){2,}[^\W\d_]?(?!\w)|[^\W_]+|[\W_]+")
_NEW_PHRASE = re.compile(r"[(\[{«“\"¿¡:;/]|\s[-–—]|[-–—]\s")
_GLUED_NUMBER = re.compile(r"(?<!\w)(NO|NUM|NÚM)\.(?=\d)", re.IGNORECASE)
_ROMAN = re.compile(r"(?=..)(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})")
_ORDINAL = re.compile(r"[0-9]+(ERA|ERO|ER|RA|RO|DA|DO|TA|TO|MA|MO|VA|VO|NA|NO|A|O)")
_KILOMETRES = re.compile(r"([0-9]+)(KM|KMS)")
_VOWEL = re.compile(r"[AEIOUY]")
_LONGEST_WITHOUT_VOWELS = 5


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a word stands: what precedes it decides over articles and connectives."""

    before: tuple[str, ...]
    gap: str
    after: str
    is_last: bool

    @property
    def starts_phrase(self) -> bool:
        return not self.before or _NEW_PHRASE.search(self.gap) is not None


@lru_cache(maxsize=8192)
def readable(text: str) -> str:
    """Return the text in Spanish title case; text that already has both cases is left alone.

    >>> readable("RODOLFO SÁNCHEZ TABOADA (MANEADERO)")
    'Rodolfo Sánchez Taboada (Maneadero)'
    """
    text = " ".join(text.split())
    if text != text.lower() and text != text.upper():
        return text
    tokens = _TOKEN.findall(_GLUED_NUMBER.sub(r"\1. ", text.upper()))
    written: list[str] = []
    before: list[str] = []
    for index, token in enumerate(tokens):
        if not token[0].isalnum():
            written.append(token)
            continue
        gap = tokens[index - 1] if index else ""
        after = tokens[index + 1] if index + 1 < len(tokens) else ""
        is_last = not any(later[0].isalnum() for later in tokens[index + 1 :])
        written.append(_word(token, _Place(tuple(before[-3:]), gap, after, is_last)))
        before.append(fold(token))
    return "".join(written)


def unit_name(name: str, typology: str) -> str:
    """Return the readable name of a unit, telling what it is if the name alone does not.

    >>> unit_name("REFORMA", "CENTRO DE SALUD")
    'Centro de Salud Reforma'
    """
    prefix = _prefix(typology)
    if prefix is None or _names_a_kind(name):
        return readable(name)
    return f"{prefix} {readable(name)}"


def _prefix(typology: str) -> str | None:
    folded = fold(typology)
    return next((prefix for start, prefix in UNIT_PREFIXES if folded.startswith(start)), None)


def _names_a_kind(name: str) -> bool:
    """Tell whether the name begins with a kind of unit; CENTRO alone is a district."""
    words = fold(name).split()
    if words and words[0] in AGES:
        words = words[1:]
    phrase = " ".join(words)
    if phrase.startswith(SETTLEMENTS) or len(words) < 2:
        return len(words) == 1 and words[0] in UNIT_KINDS - {"CENTRO", "UNIDAD"}
    return words[0] in UNIT_KINDS or phrase.startswith(UNIT_PHRASES)


def _word(word: str, place: _Place) -> str:
    plain = fold(word)
    dotted = place.after.startswith(".")
    if "." in word or plain in ACRONYMS:
        return word
    if plain in ("KM", "KMS"):
        return word.capitalize() if not place.before else word.lower()
    if any(letter.isdigit() for letter in word):
        return _with_digits(word)
    if plain in CONNECTIVES or plain in ARTICLES:
        return word.lower() if _is_lowered(plain, place, dotted) else word.capitalize()
    if _is_numeral_or_initials(plain, dotted):
        return word
    return word.capitalize()


def _is_lowered(plain: str, place: _Place, dotted: bool) -> bool:
    """Tell whether a connective or an article is written small.

    An article begins a proper name (`Colonia La Joya`) unless a connective leads to it
    (`Cañón de la Luz`) or it is inside a saint's place name (`San Miguel el Grande`).
    """
    if place.starts_phrase or dotted or (len(plain) == 1 and place.is_last):
        return False
    if plain in CONNECTIVES:
        return True
    return place.before[-1] in CONNECTIVES or any(word in SAINTS for word in place.before)


def _with_digits(word: str) -> str:
    """Return `2da` and `57km` small; other mixtures are codes: `B12`."""
    if _ORDINAL.fullmatch(word) or _KILOMETRES.fullmatch(word):
        return word.lower()
    return word


def _is_numeral_or_initials(plain: str, dotted: bool) -> bool:
    if len(plain) == 1 or _ROMAN.fullmatch(plain):
        return True
    return (
        not dotted
        and plain not in ABBREVIATIONS
        and len(plain) <= _LONGEST_WITHOUT_VOWELS
        and plain.isascii()
        and not _VOWEL.search(plain)
    )
