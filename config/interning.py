"""Equal values become one object: a fleet says the same few things thousands of times.

Validation makes a new object of every value, so that a national fleet holds `cfe` as thousands of
texts, and what pydantic notes of the keys that were written as 38,000 sets of 216 bytes. Nothing
configured changes after loading, so what is equal can be one object.
"""

from collections.abc import Iterable
from typing import TypeVar, cast

from pydantic import BaseModel, SecretStr

AnyModel = TypeVar("AnyModel", bound=BaseModel)
AnyValue = TypeVar("AnyValue")

_LIGHT = frozenset({type(None), bool, int, float})
"""Not worth a look: small, or the same object already."""


class Interning:
    """Remembers one object of each value, for as long as one loading lasts.

    A model with an `id` is a part of the fleet that has no equal: its values are remembered, it
    itself is not. Every other model, such as what an answer is expected to be, is.
    """

    def __init__(self) -> None:
        self._texts: dict[str | SecretStr, str | SecretStr] = {}
        self._groups: dict[tuple[object, ...], object] = {}
        self._named: dict[frozenset[str], set[str]] = {}

    def of(self, model: AnyModel) -> AnyModel:
        """Return a model equal to the given one, which is changed inside and must not be kept."""
        values = vars(model)  # a frozen model refuses `setattr`, and nobody has seen this one yet
        for name, value in values.items():
            if type(value) not in _LIGHT:
                values[name] = self._value(value)
        named = self._named.setdefault(frozenset(model.model_fields_set), model.model_fields_set)
        object.__setattr__(model, "__pydantic_fields_set__", named)
        return model if "id" in values else self._one_of(model, (named, *values.values()))

    def _value(self, value: object) -> object:
        kind = type(value)
        if kind is str or kind is SecretStr:
            text = cast("str | SecretStr", value)
            return self._texts.setdefault(text, text)
        if kind is tuple:
            parts = tuple(map(self._value, cast("tuple[object, ...]", value)))
            return self._one_of(parts, parts)
        if kind is dict:
            entries = [
                (self._value(key), self._value(part))
                for key, part in cast("dict[str, object]", value).items()
            ]
            return self._one_of(dict(entries), [one for entry in entries for one in entry])
        return self.of(value) if isinstance(value, BaseModel) else value

    def _one_of(self, group: AnyValue, parts: Iterable[object]) -> AnyValue:
        """Return the first group of its type that had the very same parts.

        Parts are told apart by identity, not by `==`: 1 equals True, and both may be configured.
        What is remembered keeps its parts alive, so no identity is used twice.
        """
        return cast("AnyValue", self._groups.setdefault((type(group), *map(id, parts)), group))
