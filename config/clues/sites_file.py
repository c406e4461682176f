"""A site list as a file: text that changes only where the registry did, written whole or not."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from config.clues.entry import Entry
from config.clues.error import RegistryError
from config.clues.yaml_text import comment, scalar
from config.site import SiteType
from config.slug import slug
from config.state import STATES


@dataclass(frozen=True, slots=True)
class Origin:
    """What the comment at the top of each file tells."""

    source: str
    rows: int
    imported_on: date


def file_name(state: str) -> str:
    """Return the name of a state's site list: `baja-california.yaml`."""
    return f"{slug(STATES[state].name)}.yaml"


def sites_text(
    state: str,
    entries: Sequence[Entry],
    ids: Mapping[str, str],
    origin: Origin,
    template_for: Mapping[SiteType, str],
) -> str:
    """Return the YAML of one state's sites in the order of their CLUES."""
    zone, institution = _common_zone(state, entries), _common_institution(entries)
    lines = [*_heading(state, len(entries), origin), "", "defaults:", f"  state: {scalar(state)}"]
    lines.append(f"  timezone: {scalar(zone)}")
    if institution:
        lines.append(f"  institution: {scalar(institution)}")
    lines += ["", "sites:"]
    for entry in sorted(entries, key=lambda entry: entry.clues):
        pairs = _pairs(entry, ids[entry.clues], zone, institution, template_for)
        for index, (key, value) in enumerate(pairs):
            lines.append(f"  {'- ' if index == 0 else '  '}{key}: {value}")
    return "\n".join([*lines, ""])


def write_all(texts: Mapping[Path, str], *, force: bool) -> None:
    """Write every file, each whole or not at all; with nothing changed if one cannot be.

    Raises:
        RegistryError: a file is there already (without `force`), or the disk refuses.

    """
    prepared: dict[Path, Path] = {}
    writing = next(iter(texts), Path())
    try:
        if not force:
            _refuse_to_replace(texts)
        for writing, text in texts.items():
            prepared[writing] = writing.with_name(f".{writing.name}.{os.getpid()}.new")
            _write(prepared[writing], text)
        for writing, new in prepared.items():
            new.replace(writing)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        fix = "look at the folder's permissions and free space"
        raise RegistryError(writing, f"cannot be written ({reason})", fix) from error
    finally:
        for new in prepared.values():
            with suppress(OSError):
                new.unlink(missing_ok=True)


def _refuse_to_replace(paths: Iterable[Path]) -> None:
    there = next((path for path in paths if path.exists()), None)
    if there is not None:
        fix = "--force replaces it (ids are kept, edits are not), or choose another --out"
        raise RegistryError(there, "is there already and may have been edited", fix)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _heading(state: str, sites: int, origin: Origin) -> list[str]:
    counted = f"{sites} sites from {comment(origin.source)} ({origin.rows} rows read)"
    return [
        f"# {STATES[state].name}: {counted}, imported on {origin.imported_on.isoformat()}.",
        "# Written by `guardia import clues`; importing again replaces the file and keeps the ids.",
    ]


def _common_zone(state: str, entries: Sequence[Entry]) -> str:
    """Return the zone of all entries, otherwise that of most municipalities of the state."""
    zones = {entry.zone for entry in entries}
    return zones.pop() if len(zones) == 1 else STATES[state].zone


def _common_institution(entries: Sequence[Entry]) -> str:
    institutions = {entry.institution for entry in entries}
    return institutions.pop() if len(institutions) == 1 else ""


def _pairs(
    entry: Entry,
    site_id: str,
    zone: str,
    institution: str,
    template_for: Mapping[SiteType, str],
) -> Iterator[tuple[str, str]]:
    yield "id", scalar(site_id)
    yield "clues", scalar(entry.clues)
    yield "name", scalar(entry.name)
    if entry.municipality:
        yield "municipality", scalar(entry.municipality)
    if entry.locality:
        yield "locality", scalar(entry.locality)
    if entry.location is not None:
        yield "location", f"[{entry.location[0]}, {entry.location[1]}]"
    yield "type", scalar(entry.type)
    if entry.level is not None:
        yield "level", str(entry.level)
    if entry.zone != zone:
        yield "timezone", scalar(entry.zone)
    if entry.institution not in ("", institution):
        yield "institution", scalar(entry.institution)
    if entry.type in template_for:
        yield "template", scalar(template_for[entry.type])
