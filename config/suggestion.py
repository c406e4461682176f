"""Guesses what a misspelt word was meant to be."""

from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache

_LONGEST = 64
_MOST_KNOWN = 5000  # comparing with more takes longer than people wait


def closest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word nearest to a written one, or None when none is near."""
    choice = tuple(known)
    if len(word) > _LONGEST or len(choice) > _MOST_KNOWN:
        return None
    return _closest(word, choice)


def fix_for(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """Return the fix for an unknown word: the near one, else `otherwise`, else the choice."""
    choice = tuple(known)
    near = closest(word, choice)
    if near is not None:
        return f"did you mean `{near}`?"
    if otherwise:
        return otherwise
    return f"allowed here: {', '.join(choice)}" if choice else "remove it"


@lru_cache(maxsize=1024)
def _closest(word: str, known: tuple[str, ...]) -> str | None:
    folded = {_fold(one): one for one in known}
    near = get_close_matches(_fold(word), folded, n=1, cutoff=0.74)
    return folded[near[0]] if near else None


def _fold(word: str) -> str:
    return word.lower().replace("-", "_")
