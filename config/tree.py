"""YAML values that know their places. Built once, then only read: merging makes new ones."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from config.place import Place

Core: TypeAlias = str | int | float | bool | None


@dataclass(slots=True, eq=False)
class Scalar:
    """One word. `written` is its text as the file has it; a secret's is empty."""

    value: Core
    written: str
    place: Place
    secret: bool = False


@dataclass(slots=True, eq=False)
class Broken(Scalar):
    """A value already complained about. Whatever else is wrong with it follows from that."""


@dataclass(slots=True, eq=False)
class Sequence:
    """A list."""

    items: list["Value"]
    place: Place


class Entry(NamedTuple):
    """A key's place with its value."""

    key: Place
    value: "Value"


@dataclass(slots=True, eq=False)
class Mapping:
    """Keys with values, in their order. `last_line` is where it ends in its file.

    When not `complete`, a part was refused, so that missing keys prove nothing.
    """

    entries: dict[str, Entry]
    place: Place
    last_line: int = 0
    complete: bool = field(default=True)

    def get(self, key: str) -> "Value | None":
        """Return the value of a key; None where there is no such key."""
        entry = self.entries.get(key)
        return None if entry is None else entry.value

    def text(self, key: str) -> Scalar | None:
        """Return the value of a key if it is a non-empty text."""
        value = self.get(key)
        if isinstance(value, Scalar) and isinstance(value.value, str) and value.value:
            return value
        return None

    def children(self, key: str) -> Iterator["Mapping"]:
        """Yield the mappings of the list under a key, passing over what is none."""
        value = self.get(key)
        if isinstance(value, Sequence):
            for child in value.items:
                if isinstance(child, Mapping):
                    yield child

    def holds(self, place: Place) -> bool:
        """Tell whether a place lies inside this mapping as it was written."""
        return place.source is self.place.source and self.place.line <= place.line <= self.last_line

    def but(self, **changed: "Value") -> "Mapping":
        """Return a copy with some values replaced; the keys keep their places."""
        entries = dict(self.entries)
        for key, value in changed.items():
            entries[key] = Entry(entries[key].key if key in entries else value.place, value)
        return self.having(entries)

    def without(self, *keys: str) -> "Mapping":
        """Return a copy that lacks some keys."""
        dropped = frozenset(keys)
        kept = {key: entry for key, entry in self.entries.items() if key not in dropped}
        return self.having(kept)

    def having(self, entries: dict[str, Entry]) -> "Mapping":
        """Return a mapping at the same place with other entries."""
        return Mapping(entries, self.place, self.last_line, self.complete)


Value: TypeAlias = Scalar | Sequence | Mapping


def plain(value: Value) -> object:
    """Return the value without its places: dicts, lists and scalars."""
    if isinstance(value, Scalar):
        return value.value
    if isinstance(value, Mapping):
        return {key: plain(entry.value) for key, entry in value.entries.items()}
    return [plain(part) for part in value.items]


def size(value: Value) -> int:
    """Return how many values it holds, itself included."""
    if isinstance(value, Mapping):
        return 1 + sum(size(entry.value) for entry in value.entries.values())
    if isinstance(value, Sequence):
        return 1 + sum(size(part) for part in value.items)
    return 1
