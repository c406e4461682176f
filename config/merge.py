"""Defaults, template and site become one site: what is closer to the site wins.

Mappings merge key by key. The lists `links`, `power`, `areas` and `services` merge by `id`, those
of the template first; every other list, `probes` above all, is replaced whole. `link`, `area`,
`service` and `source` hold what each such part has unless it says otherwise itself.
"""

from functools import reduce

from config.problem import Problems, quoted
from config.shorthand import TARGET_KEYS
from config.tree import Entry, Mapping, Scalar, Sequence, Value

SINGULAR = {"link": "links", "area": "areas", "service": "services", "source": "power"}
KEYED = frozenset(SINGULAR.values())
LOADER_KEYS = ("template", "vars")


def merge_site(layers: list[Mapping]) -> Mapping:
    """Return one site of layers given from the weakest to the strongest, the site last."""
    merged = reduce(_merge_layers, layers)
    changed: dict[str, Value] = {}
    for singular, plural in SINGULAR.items():
        common, parts = merged.get(singular), merged.get(plural)
        if isinstance(common, Mapping) and isinstance(parts, Sequence):
            under = [_under(part, common) for part in parts.items]
            changed[plural] = Sequence(under, parts.place)
    return merged.but(**changed).without(*SINGULAR)


def refuse_repeated_parts(site: Mapping, problems: Problems) -> Mapping:
    """Return the site without parts whose id another part of the same list already has."""
    changed: dict[str, Value] = {}
    for plural in KEYED & site.entries.keys():
        parts = site.get(plural)
        if isinstance(parts, Sequence):
            kept = _unrepeated(plural, parts, problems)
            if len(kept) < len(parts.items):
                changed[plural] = Sequence(kept, parts.place)
    return site.but(**changed) if changed else site


def _unrepeated(plural: str, parts: Sequence, problems: Problems) -> list[Value]:
    first: dict[str, Scalar] = {}
    kept: list[Value] = []
    for part in parts.items:
        name = part.text("id") if isinstance(part, Mapping) else None
        if name is not None and name.written in first:
            there = first[name.written].place
            message = f"two {plural} have the id {quoted(name.written)} (the first at {there})"
            problems.add(name.place, message, "give one of them another id")
            continue
        if name is not None:
            first[name.written] = name
        kept.append(part)
    return kept


def _merge_layers(base: Mapping, over: Mapping) -> Mapping:
    entries = _merged_entries(base, over)
    for plural in KEYED & base.entries.keys() & over.entries.keys():
        weak, strong = base.get(plural), over.get(plural)
        if isinstance(weak, Sequence) and isinstance(strong, Sequence):
            entries[plural] = Entry(over.entries[plural].key, _merge_parts(weak, strong))
    return _joined(base, over, entries)


def _merge_parts(base: Sequence, over: Sequence) -> Sequence:
    strong = {_id_of(part): part for part in over.items if _id_of(part) is not None}
    merged: list[Value] = []
    for part in base.items:
        own = strong.pop(_id_of(part), None)
        merged.append(part if own is None else _merge(part, own))
    merged += [part for part in over.items if _id_of(part) is None or _id_of(part) in strong]
    return Sequence(merged, over.place)


def _id_of(part: Value) -> str | None:
    name = part.text("id") if isinstance(part, Mapping) else None
    return None if name is None else name.written


def _under(part: Value, common: Mapping) -> Value:
    return _merge(common, part) if isinstance(part, Mapping) else part


def _merge(base: Value, over: Value) -> Value:
    if not isinstance(base, Mapping) or not isinstance(over, Mapping):
        return over
    return _joined(base, over, _merged_entries(base, over))


def _merged_entries(base: Mapping, over: Mapping) -> dict[str, Entry]:
    entries = dict(base.entries)
    for key, entry in over.entries.items():
        below = base.get(key)
        if below is None or _differs(key, below, entry.value):
            entries[key] = entry
        else:
            entries[key] = Entry(entry.key, _merge(below, entry.value))
    return entries


def _joined(base: Mapping, over: Mapping, entries: dict[str, Entry]) -> Mapping:
    return Mapping(entries, over.place, over.last_line, base.complete and over.complete)


def _differs(key: str, base: Value, over: Value) -> bool:
    """Tell whether two values are of different forms, so that mixing their keys makes no sense.

    Such are probes of two kinds, and an `auth` by password over one by bearer token.
    """
    if not isinstance(base, Mapping) or not isinstance(over, Mapping):
        return True
    if key == "auth":
        return ("bearer" in base.entries) != ("bearer" in over.entries)
    kinds = {
        kind.written for kind in (base.text("kind"), over.text("kind")) if kind is not None
    } & TARGET_KEYS.keys()
    return key == "source" and len(kinds) > 1
