"""Reads a world from YAML or JSON, and says everything that is wrong with it."""

import json
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from simulator.world import World


class BadWorldError(Exception):
    """A world file that cannot be used; the text names every problem and its place."""


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Safe, and deaf to no key: one that is written twice is an error."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[object] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.MarkedYAMLError(
                    problem=f"`{key}` twice", problem_mark=key_node.start_mark
                )
            seen.add(key)
        mapping: dict[Hashable, Any] = super().construct_mapping(node, deep)
        return mapping


def read_world(path: Path) -> World:
    """Return the world that a file describes. What begins with `{` is JSON, the rest YAML.

    Raises:
        BadWorldError: the file cannot be read, is no YAML, or describes no possible world.

    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadWorldError(f"{path}: {error}") from error
    return parse_world(text, str(path))


def parse_world(text: str, name: str = "world") -> World:
    """Return the world that a text describes; `name` stands in the errors."""
    try:
        written = _json(text) if text.lstrip().startswith("{") else _yaml(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise BadWorldError(f"{name}: {error}") from error
    try:
        return World.model_validate(written)
    except ValidationError as error:
        raise BadWorldError("\n".join(_problems(name, error))) from error


def _yaml(text: str) -> object:
    return yaml.load(text, _Loader)  # noqa: S506 - derived from SafeLoader


def _json(text: str) -> object:
    return json.loads(text, object_pairs_hook=_each_once)


def _each_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    keys = [key for key, _ in pairs]
    if len(set(keys)) < len(keys):
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"`{twice}` twice in one object")
    return dict(pairs)


def _problems(name: str, error: ValidationError) -> list[str]:
    return [
        f"{name}: {'.'.join(str(step) for step in problem['loc']) or 'world'}: {problem['msg']}"
        for problem in error.errors(include_url=False)
    ]
