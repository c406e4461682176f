"""A site file: `defaults`, `templates`, `sites` and `nodes`, in short forms written out."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from config.merge import LOADER_KEYS, SINGULAR, refuse_repeated_parts
from config.place import Place, Source
from config.problem import Problems, quoted
from config.shorthand import expand_probed, expand_site
from config.site import Site
from config.suggestion import fix_for
from config.tree import Broken, Mapping, Scalar, Sequence, Value
from config.variable import check_vars

TOP_KEYS = ("defaults", "templates", "sites", "nodes", "maintenance")
SITE_KEYS = tuple(Site.model_fields)
TEMPLATE_KEYS = (
    *(key for key in SITE_KEYS if key not in ("id", "clues")), *SINGULAR, "vars"
)  # fmt: skip
DEFAULTS_KEYS = (*TEMPLATE_KEYS, "template")


@dataclass(frozen=True, slots=True)
class Template:
    """A partial site under a name. `place` is that of the name."""

    name: str
    place: Place
    body: Mapping


@dataclass(frozen=True, slots=True)
class SiteFile:
    """What one file declares. `defaults` holds for the sites of this file only."""

    source: Source
    defaults: Mapping
    templates: tuple[Template, ...] = ()
    sites: tuple[Mapping, ...] = ()
    nodes: tuple[Mapping, ...] = field(default=())
    maintenance: tuple[Mapping, ...] = field(default=())


def read_site_file(root: Value, source: Source, problems: Problems) -> SiteFile:
    """Return the parts of a file, using it up; what has the wrong shape is told and left out."""
    nothing = Mapping({}, Place(source, 1, 1))
    if not isinstance(root, Mapping):
        fix = f"start with one of these keys: {', '.join(TOP_KEYS)}"
        problems.add(root.place, "a site file holds keys at its top", fix)
        return SiteFile(source, nothing)
    _refuse_unknown_top(root, problems)
    sites = (_site(site, problems) for site in _mappings(root, "sites", "a site", problems))
    nodes = (expand_probed(node, problems) for node in _mappings(root, "nodes", "a node", problems))
    return SiteFile(
        source=source,
        defaults=_defaults(root, problems) or nothing,
        templates=tuple(_templates(root, problems)),
        sites=tuple(sites),
        nodes=tuple(node for node in nodes if isinstance(node, Mapping)),
        maintenance=tuple(_mappings(root, "maintenance", "a window", problems)),
    )


def known_only(
    mapping: Mapping, known: Iterable[str], what: str, problems: Problems
) -> Mapping:  # fmt: skip
    """Return a mapping without the keys that it may not have, each having been told."""
    allowed = tuple(known)
    unknown = [key for key in mapping.entries if key not in allowed]
    for key in unknown:
        if problems.full:
            break
        place = mapping.entries[key].key
        if what != "a site" and key in ("id", "clues"):
            fix = "write it in each site"
            problems.add(place, f"{quoted(key)} is for one site alone, not for {what}", fix)
            continue
        problems.add(place, f"unknown key {quoted(key)}", fix_for(key, allowed))
    return mapping.without(*unknown) if unknown else mapping


def _refuse_unknown_top(root: Mapping, problems: Problems) -> None:
    if "include" in root.entries:
        place = root.entries["include"].key
        fix = "give it as the main file (`-c`), and keep it out of its own `include`"
        problems.add(place, "`include` belongs into guardia.yaml, and this is a site file", fix)
        return
    known_only(root, TOP_KEYS, "a site file", problems)


def _site(site: Mapping, problems: Problems) -> Mapping:
    known = known_only(site, (*SITE_KEYS, *LOADER_KEYS), "a site", problems)
    return _prepared(known, problems)


def _prepared(layer: Mapping, problems: Problems) -> Mapping:
    usable = check_vars(_with_template_name(layer, problems), problems)
    return refuse_repeated_parts(expand_site(usable, problems), problems)


def _with_template_name(layer: Mapping, problems: Problems) -> Mapping:
    value = layer.get("template")
    if value is None or isinstance(value, Broken) or layer.text("template") is not None:
        return layer
    if isinstance(value, Scalar) and value.value is None:
        return layer  # `template: ~` in a site: none, whatever the defaults say
    problems.add(value.place, "`template` is the name of one template", "write its name")
    return layer.without("template")


def _defaults(root: Mapping, problems: Problems) -> Mapping | None:
    defaults = _mapping(root, "defaults", problems)
    if defaults is None:
        return None
    return _partial(known_only(defaults, DEFAULTS_KEYS, "defaults", problems), problems)


def _templates(root: Mapping, problems: Problems) -> Iterable[Template]:
    written = _mapping(root, "templates", problems)
    if written is None:
        return
    for name, (place, body) in written.entries.items():
        if not isinstance(body, Mapping):
            problems.add(body.place, f"the template {quoted(name)} holds no keys", "write some")
            continue
        if "template" in body.entries:
            message = "a template does not build on another"
            problems.add(body.entries["template"].key, message, "write out what it shares")
        known = body.without("template")
        known = known_only(known, TEMPLATE_KEYS, "a template", problems)
        yield Template(name, place, _partial(known, problems))


def _partial(layer: Mapping, problems: Problems) -> Mapping:
    for singular in SINGULAR:
        part = layer.get(singular)
        if part is None or isinstance(part, Mapping):
            continue
        if not isinstance(part, Broken):
            fix = f"write `{singular}: {{key: value}}`"
            problems.add(part.place, f"`{singular}` holds keys for every such part", fix)
        layer = layer.without(singular)
    return _prepared(layer, problems)


def _mapping(root: Mapping, key: str, problems: Problems) -> Mapping | None:
    value = root.get(key)
    if value is None or isinstance(value, Mapping | Broken):
        return value if isinstance(value, Mapping) else None
    problems.add(value.place, f"{quoted(key)} holds no keys", "write `key: value` lines under it")
    return None


def _mappings(root: Mapping, key: str, what: str, problems: Problems) -> Iterable[Mapping]:
    """Yield the mappings of a list, taking them out: what was read makes room for its long form."""
    value = root.get(key)
    if value is None or isinstance(value, Broken):
        return
    if not isinstance(value, Sequence):
        fix = "write each as `- id: …`, or remove the key"
        problems.add(value.place, f"{quoted(key)} is no list", fix)
        return
    value.items.reverse()
    while value.items:
        one = value.items.pop()
        if isinstance(one, Mapping):
            yield one
        elif not isinstance(one, Broken):
            problems.add(one.place, f"{what} holds keys", "write `- id: …`")
