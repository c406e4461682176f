"""The id of every site: readable, unique, and the same next month.

An id is a key of metrics, topics and history. So it is made of what seldom changes (name and
municipality), a site that already has one keeps it, and where two sites would share one, the
older CLUES takes it and the other adds its digits.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from config.clues.entry import Entry
from config.model import SLUG_PATTERN
from config.slug import MOST, slug

_DANGLING = re.compile(r"(-(a|al|con|de|del|el|en|la|las|los|y))+$")  # after cutting a name short
_SLUG = re.compile(SLUG_PATTERN)
_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass
class GivenIds:
    """The ids in the site lists of a folder: by CLUES, and all that are taken."""

    by_clues: dict[str, str] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    unreadable: list[Path] = field(default_factory=list)


def given_ids(folder: Path) -> GivenIds:
    """Read which ids the sites of a folder have. A list that is no YAML is named, not refused."""
    given = GivenIds()
    for path in sorted(folder.glob("*.y*ml")):
        try:
            listed = list(_listed(path))
        except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError):
            given.unreadable.append(path)
            continue
        for site_id, clues in listed:
            given.taken.add(site_id)
            if clues and len(site_id) <= MOST and _SLUG.fullmatch(site_id):
                given.by_clues.setdefault(clues, site_id)
    return given


def assign_ids(entries: Iterable[Entry], given: GivenIds) -> dict[str, str]:
    """Return the id of every CLUES; the order of the entries does not matter.

    >>> # Centro de Salud Reforma, Tijuana -> centro-de-salud-reforma-tijuana
    """
    ids: dict[str, str] = {}
    taken = set(given.taken)
    for entry in sorted(entries, key=lambda entry: entry.clues):
        site_id = given.by_clues.get(entry.clues) or _fresh(entry, taken)
        taken.add(site_id)
        ids[entry.clues] = site_id
    return ids


def _fresh(entry: Entry, taken: set[str]) -> str:
    endings = ("", f"-{entry.clues[5:]}", f"-{entry.clues.lower()}")
    candidates = (_readable_id(entry, MOST - len(ending)) + ending for ending in endings)
    return next((found for found in candidates if found not in taken), entry.clues.lower())


def _readable_id(entry: Entry, room: int) -> str:
    """Return name and municipality, which is left out where the name already tells it."""
    municipality = slug(entry.municipality, room // 2)
    name = slug(entry.name, len(entry.name) + 1)
    if f"-{municipality}-" in f"-{name}-":
        municipality = ""
    left = room - len(municipality) - 1 if municipality else room
    if len(name) > left:
        name = _DANGLING.sub("", slug(name, left))
    return "-".join(part for part in (name, municipality) if part) or "unidad"


def _listed(path: Path) -> Iterable[tuple[str, str]]:
    """Yield id and CLUES of the sites; nodes of the YAML tree, so that no tag is acted on."""
    root = yaml.compose(path.read_text(encoding="utf-8"), Loader=_LOADER)
    for site in _value(root, "sites") or ():
        site_id, clues = _value(site, "id"), _value(site, "clues")
        if isinstance(site_id, str):
            yield site_id, clues if isinstance(clues, str) else ""


def _value(node: object, key: str) -> str | list[yaml.Node] | None:
    """Return what a mapping has under a key: the text of a scalar or the nodes of a sequence."""
    if not isinstance(node, yaml.MappingNode):
        return None
    for name, value in node.value:
        if isinstance(name, yaml.ScalarNode) and name.value == key:
            return value.value if isinstance(value, yaml.ScalarNode | yaml.SequenceNode) else None
    return None
