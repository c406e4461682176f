"""One YAML file as values with places, built from parser events.

Anchors, aliases, merge keys and tags other than `!env` and `!file` are refused
(docs/adr/0004-no-yaml-anchors.md), and so are keys written twice. libyaml parses where it is
built in; otherwise PyYAML's own parser does the same, some twenty times slower.
"""

from collections.abc import Iterator

import yaml

from config.place import Place, Source
from config.problem import Problems, quoted
from config.scalar import resolve
from config.syntax import explain_syntax
from config.tree import Broken, Entry, Mapping, Scalar, Sequence, Value
from config.vault import Vault

DEEPEST = 32
MOST_VALUES = 500_000
PARSER: type[yaml.SafeLoader] | type[yaml.CSafeLoader] = (
    yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
)
"""Only its parser is used: it hands out events and constructs nothing."""

_TEMPLATES = "use `defaults:` or `template:` for what repeats"


class _UnreadableError(Exception):
    """Ends the reading of one file; the problem has been told."""


def read_document(
    source: Source,
    vault: Vault,
    problems: Problems,
    parser: type[yaml.SafeLoader] | type[yaml.CSafeLoader] = PARSER,
) -> Value | None:
    """Return the root value of a file, or None when it cannot be read as YAML.

    Everything wrong is added to `problems`. A syntax error ends this file only.
    """
    try:
        events = iter(parser(source.text).get_event, None)
        return _Builder(source, vault, problems, events).root()
    except _UnreadableError:
        return None
    except yaml.MarkedYAMLError as error:
        problems.add(*explain_syntax(error, source))
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        # PyYAML's own parser lets chr() and int() speak for impossible escapes and versions
        problems.add(Place(source, 1, 1), f"this is not YAML ({error})", "correct the file")
    return None


class _Builder:
    """Builds the values of one file in one pass over its events."""

    def __init__(
        self, source: Source, vault: Vault, problems: Problems, events: Iterator[yaml.Event]
    ) -> None:
        self._source = source
        self._vault = vault
        self._problems = problems
        self._events = events
        self._depth = 0
        self._values = 0
        self._names: dict[str, str] = {}  # a key that repeats is one text

    def root(self) -> Value:
        """Return the only document's value."""
        root: Value | None = None
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent) and root is not None:
                place = self._place(event)
                self._stop(place, "a second document starts here", "put it into a file of its own")
            if isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent | yaml.AliasEvent):
                root = self._value(event)
        if root is None or (isinstance(root, Scalar) and not root.written and not root.secret):
            name, order = self._source.name, self._source.order
            self._problems.add_file(
                name, "the file is empty", "write its content or remove the file", order
            )
            raise _UnreadableError
        return root

    def _value(self, event: yaml.Event) -> Value:
        self._values += 1
        if type(event) is yaml.ScalarEvent:
            return self._scalar(event)
        place = self._place(event)
        if self._values > MOST_VALUES:
            self._stop(place, f"the file holds more than {MOST_VALUES} values", "split it")
        if isinstance(event, yaml.AliasEvent):
            name = quoted(f"*{event.anchor}")
            message = f"{name} refers to an anchor, which is not used here"
            fix = f'{_TEMPLATES}, or write "*{event.anchor}" if you mean the text'
            return self._broken(place, message, fix)
        if not isinstance(event, yaml.CollectionStartEvent):
            raise _UnreadableError  # the parser guarantees a value here
        return self._collection(event, place)

    def _collection(self, event: yaml.CollectionStartEvent, place: Place) -> Value:
        if event.anchor is not None:
            self._refuse_anchor(event.anchor, place)
        if self._depth >= DEEPEST:
            self._stop(place, f"more than {DEEPEST} levels deep", "write it flatter")
        self._depth += 1
        value = (
            self._mapping(place)
            if isinstance(event, yaml.MappingStartEvent)
            else self._sequence(place)
        )
        self._depth -= 1
        return value if event.tag is None else self._refuse_tag(event.tag, place)

    def _sequence(self, place: Place) -> Sequence:
        parts: list[Value] = []
        for event in self._events:
            if type(event) is yaml.SequenceEndEvent:
                break
            parts.append(self._value(event))
        return Sequence(parts, place)

    def _mapping(self, place: Place) -> Mapping:
        mapping = Mapping({}, place)
        entries = mapping.entries
        for event in self._events:
            if type(event) is yaml.MappingEndEvent:
                mapping.last_line = event.start_mark.line + 1 if event.start_mark else place.line
                break
            name, at = self._key(event)
            value = self._value(next(self._events))
            if name is None:
                mapping.complete = False
            elif name in entries:
                self._refuse_second(name, at, entries[name].key)
            else:
                entries[name] = Entry(at, value)
                if at[1:3] == place[1:3]:
                    mapping.place = at  # as wide as the first key, better to point at
        return mapping

    def _key(self, event: yaml.Event) -> tuple[str | None, Place]:
        """Return a key's name, None when it was refused, and its place."""
        place = self._place(event)
        if type(event) is not yaml.ScalarEvent:
            self._value(event)
            self._problems.add(place, "a key is one word", "write `key: value`")
            return None, place
        if event.anchor is not None:
            self._refuse_anchor(event.anchor, place)
        if event.value == "<<" and not event.style:
            self._problems.add(place, "the merge key `<<` is not used here", _TEMPLATES)
            return None, place
        if event.tag is not None or not event.value:
            fix = "write a name before the `:`"
            self._problems.add(place, "a key is one plain word", fix)
            return None, place
        return self._names.setdefault(event.value, event.value), place

    def _scalar(self, event: yaml.ScalarEvent) -> Scalar:
        place = self._place(event)
        if self._values > MOST_VALUES:
            self._stop(place, f"the file holds more than {MOST_VALUES} values", "split it")
        text = event.value
        if event.anchor is not None:
            self._refuse_anchor(event.anchor, place)
        if event.tag is not None:
            if event.tag not in ("!env", "!file"):
                return self._refuse_tag(event.tag, place)
            return self._vault.open(event.tag, text, place, self._problems)
        if not text.isascii() and any("\ud800" <= one <= "\udfff" for one in text):
            return self._broken(place, "an escape here names no character", "remove it")
        return Scalar(text if event.style else resolve(text), text, place)

    def _place(self, event: yaml.Event) -> Place:
        start, end = event.start_mark, event.end_mark
        if start is None or end is None:
            return Place(self._source, 1, 1)
        width = end.column - start.column if end.line == start.line else 1
        return Place(self._source, start.line + 1, start.column + 1, width or 1)

    def _refuse_anchor(self, anchor: str, place: Place) -> None:
        message = f"the anchor {quoted(f'&{anchor}')} is not used here"
        self._problems.add(place, message, f"remove it; {_TEMPLATES}")

    def _refuse_tag(self, tag: str, place: Place) -> Broken:
        short = tag.replace("tag:yaml.org,2002:", "!!")
        message = f"the tag {quoted(short)} is not used here"
        fix = "remove it; only `!env NAME` and `!file PATH` exist"
        return self._broken(place, message, fix)

    def _refuse_second(self, name: str, at: Place, first: Place) -> None:
        message = f"the key {quoted(name)} is written twice (first at {first})"
        self._problems.add(at, message, "keep one of them")

    def _broken(self, place: Place, message: str, fix: str) -> Broken:
        self._problems.add(place, message, fix)
        return Broken(None, "", place)

    def _stop(self, place: Place, message: str, fix: str) -> None:
        self._problems.add(place, message, fix)
        raise _UnreadableError
