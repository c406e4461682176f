"""The name of a site where there is little room for it."""

_SHORT_KINDS = (
    ("Hospital General", "HG"),
    ("Hospital Regional", "HR"),
    ("Hospital Rural", "H. Rural"),
    ("Hospital", "H."),
    ("Centro de Salud", "CS"),
    ("Unidad de Medicina Familiar", "UMF"),
    ("Unidad Médica Rural", "UMR"),
    ("Unidad Médica", "UM"),
)
"""Most names begin with one of a few kinds; what tells two sites apart comes after it."""


def with_short_kind(name: str) -> str:
    """Return it as people say it among themselves.

    >>> with_short_kind("Hospital General de Ensenada")
    'HG de Ensenada'
    """
    return next((s + name[len(f) :] for f, s in _SHORT_KINDS if name.startswith(f"{f} ")), name)


def without_middle(name: str, room: int) -> str:
    """Return a name cut where it says least: its kind stands first, its town last.

    >>> without_middle("Hospital General Regional de Ensenada", 24)
    'Hospita…onal de Ensenada'
    """
    if len(name) <= room:
        return name
    head = (room - 1) // 3
    return f"{name[:head].rstrip()}…{name[-(room - 1 - head) :]}"


def fitted(name: str, room: int) -> str:
    """Return a name in at most `room` characters: whole, with a short kind, or cut."""
    return name if len(name) <= room else without_middle(with_short_kind(name), room)
