"""Which keys a model has at a place that validation complains about."""

from collections.abc import Iterator
from types import UnionType
from typing import Annotated, Union, get_args, get_origin

from pydantic import BaseModel

Step = str | int


def keys_at(model: type[BaseModel], loc: tuple[Step, ...]) -> tuple[str, ...]:
    """Return the keys, as YAML has them, of the model at a location of a pydantic error."""
    found: dict[str, None] = {}
    for inside in _walk(model, loc):
        for name, field in inside.model_fields.items():
            found[field.alias or name] = None
    return tuple(found)


def _walk(annotation: object, loc: tuple[Step, ...]) -> Iterator[type[BaseModel]]:
    """Yield the models that a location may mean; more than one only inside a union."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        yield from _walk(arguments[0], loc)
    elif origin in (Union, UnionType):
        yield from _walk_union(arguments, loc)
    elif origin is tuple and loc:
        inside = arguments[0] if arguments[-1] is Ellipsis else arguments[int(loc[0])]
        yield from _walk(inside, loc[1:])
    elif origin is dict and loc:
        yield from _walk(arguments[1], loc[1:])
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield from _walk_model(annotation, loc)


def _walk_model(model: type[BaseModel], loc: tuple[Step, ...]) -> Iterator[type[BaseModel]]:
    if not loc:
        yield model
        return
    for name, field in model.model_fields.items():
        if loc[0] in (name, field.alias):
            yield from _walk(field.annotation, loc[1:])


def _walk_union(members: tuple[object, ...], loc: tuple[Step, ...]) -> Iterator[type[BaseModel]]:
    """Follow the member that the first step names as its tag, or all of them without a tag."""
    tagged = [member for member in members if loc and loc[0] == _tag(member)]
    for member in tagged or members:
        yield from _walk(member, loc[1:] if tagged else loc)


def _tag(member: object) -> str | None:
    while get_origin(member) is Annotated:
        member = get_args(member)[0]
    if not isinstance(member, type) or not issubclass(member, BaseModel):
        return None
    kind = member.model_fields.get("kind")
    return str(kind.default) if kind is not None and kind.default else member.__name__
