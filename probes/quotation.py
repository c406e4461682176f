"""What the far side said, made short and safe to show in a log, a terminal or a page."""

DETAIL_CHARACTERS = 200


def quote(said: str | bytes, limit: int = 80) -> str:
    r"""Return at most `limit` characters, with everything invisible written out.

    Controls, bidirectional overrides and broken encodings become escapes, so that a hostile
    device can neither repaint a terminal nor turn a line around.

    >>> quote("ok\x1b[2J")
    'ok\\x1b[2J'
    """
    text = said[: limit * 4].decode("utf-8", "replace") if isinstance(said, bytes) else said
    visible = "".join(
        character if character.isprintable() else _escape(character)
        for character in text[: limit + 1]
    )
    return visible if len(visible) <= limit else visible[: limit - 1] + "…"


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
