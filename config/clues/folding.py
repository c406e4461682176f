"""Text reduced to what people compare: capitals and digits, no accents, single spaces."""

import re
import unicodedata
from functools import lru_cache

_BETWEEN_WORDS = re.compile(r"[\W_]+")


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """Return what is left of case, accents, punctuation and spacing.

    >>> fold("  Clínica  (móvil) no. 7 ")
    'CLINICA MOVIL NO 7'
    """
    letters = unicodedata.normalize("NFKD", text)
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return _BETWEEN_WORDS.sub(" ", plain.upper()).strip()
