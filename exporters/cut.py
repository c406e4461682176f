"""Texts made to fit where a channel counts in units of its own."""

from collections.abc import Callable


def cut(text: str, most: int, size: Callable[[str], int]) -> str:
    """Return a text of at most `most` by the measure `size`: the last lines go first.

    >>> cut("uno\\ndos\\ntres", 9, len)
    'uno\\ndos\\n…'
    """
    if size(text) <= most:
        return text
    lines = text.split("\n")
    while len(lines) > 1 and size("\n".join([*lines, "…"])) > most:
        lines.pop()
    kept = "\n".join([*lines, "…"])
    while size(kept) > most:
        kept = f"{kept[:-3].rstrip()}…"
    return kept
