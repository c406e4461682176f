"""Ids made from words: what `config.model.Slug` accepts."""

from slugify import slugify

MOST = 64


def slug(words: str, most: int = MOST) -> str:
    """Return an id of at most `most` characters, cut between words; empty if nothing is left.

    >>> slug("Unidad Médica Rural, Ejido Pátzcuaro")
    'unidad-medica-rural-ejido-patzcuaro'
    """
    return slugify(words, max_length=most, word_boundary=True)
