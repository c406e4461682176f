"""A registry row turned into a site, field by field, with a finding for what cannot be used."""

from collections.abc import Iterator
from dataclasses import dataclass

from config.clues.damage import damage_in, has_lost_letter
from config.clues.location import Location, location_of
from config.clues.names import readable, unit_name
from config.clues.report import Finding
from config.clues.row import Row
from config.clues.site_type import Level, level_is_known, level_of, site_type_of
from config.clues.zones import has_several_zones, zone_of
from config.site import SiteType
from config.state import STATES, state_code

MAX_TEXT = 200  # of config.model.Text


@dataclass(frozen=True, slots=True)
class Entry:
    """A site as it will be written, before it has an id. Empty text: not known."""

    line: int
    clues: str
    name: str
    state: str
    municipality: str
    locality: str
    location: Location | None
    type: SiteType
    level: Level | None
    zone: str
    institution: str


def state_of(row: Row) -> str | None:
    """Return the letters of the state where the unit stands; None if nothing tells.

    The column says where it stands; the letters of the CLUES, who registered it.
    """
    return _state_column(row) or (row.key[:2] if row.key[:2] in STATES else None)


def entry_of(row: Row, state: str | None) -> tuple[Entry | None, list[Finding]]:
    """Return the site, or None where the row cannot be one, and what is wrong with the row."""
    unusable = _unusable(row)
    if unusable is not None or state is None:
        reason = unusable or "no state is known by its column or by its CLUES"
        return None, [Finding(row.line, row.key, reason, skipped=True)]
    location = location_of(row.latitude, row.longitude)
    doubts = [*_doubts(row, state)]
    if isinstance(location, str):
        doubts.append(f"{location}; without a location")
    entry = Entry(
        line=row.line,
        clues=row.key,
        name=_cut(unit_name(row.name, row.typology)),
        state=state,
        municipality=_sound(row.municipality),
        locality=_sound(row.locality),
        location=None if isinstance(location, str) else location,
        type=site_type_of(row),
        level=level_of(row),
        zone=zone_of(state, row.municipality),
        institution=_sound(row.institution),
    )
    return entry, [Finding(row.line, row.key, doubt, skipped=False) for doubt in doubts]


def _unusable(row: Row) -> str | None:
    if not row.key:
        return "no CLUES"
    if not row.key_is_well_formed:
        return f"the CLUES {row.key[:30]!r} is not five letters and six digits, as BCIMB000010"
    if row.key[:2] not in STATES:
        return f"the CLUES begins with {row.key[:2]}, which is no state"
    if not any(letter.isalnum() for letter in row.name):
        return "no name of the unit"
    damage = damage_in(row.name)
    return None if damage is None else f"the name is damaged: {damage}"


def _doubts(row: Row, state: str) -> Iterator[str]:
    written = row.state or row.state_number
    if written and _state_column(row) is None:
        yield f"the state {written[:60]!r} is unknown; {STATES[state].name} by its CLUES"
    elif state != row.key[:2]:
        registered = STATES[row.key[:2]].name
        yield f"registered in {registered} by its CLUES; listed in {STATES[state].name}, its state"
    if has_lost_letter(row.name):
        yield f"the name {row.name[:60]!r} has a question mark where a letter was; as it is"
    if len(unit_name(row.name, row.typology)) > MAX_TEXT:
        yield f"the name is longer than {MAX_TEXT} characters; cut"
    for field in ("municipality", "locality", "institution"):
        damage = damage_in(getattr(row, field))
        if damage is not None:
            yield f"the {field} is damaged: {damage}; without it"
    if not _sound(row.municipality) and has_several_zones(state):
        yield f"no municipality is known, so the time zone of most of {STATES[state].name}"
    if not level_is_known(row):
        yield f"the level of care {row.level[:60]!r} is unknown; without a level"


def _state_column(row: Row) -> str | None:
    return state_code(row.state) or state_code(row.state_number)


def _sound(text: str) -> str:
    return "" if damage_in(text) is not None else _cut(readable(text))


def _cut(text: str) -> str:
    return text[:MAX_TEXT].rstrip()
