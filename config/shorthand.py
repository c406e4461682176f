"""Short forms become the long form, each value keeping its own place.

    {icmp: 10.1.2.3, interval: 5s}      {kind: icmp, target: 10.1.2.3, interval: 5s}
    {http: {url: …, timeout: 2s}}       {kind: http, url: …, timeout: 2s}
    source: {http: URL}                 source: {kind: power, url: URL}
    feeds: uci                          feeds: [uci]
    expect: {status: 200}               expect: {status: ["200"]}

What has another shape is left alone: validation says what is wrong with it.
"""

from types import MappingProxyType

from config.problem import Problems, quoted
from config.tree import Broken, Entry, Mapping, Scalar, Sequence, Value

TARGET_KEYS = MappingProxyType({"icmp": "target", "tcp": "target", "http": "url", "power": "url"})
"""Per kind of probe, the key that its short form fills."""

_PROBED = ("links", "areas", "services")
_SINGULAR = ("link", "area", "service")


def expand_site(site: Mapping, problems: Problems) -> Mapping:
    """Return a site, a template or defaults with all short forms written out."""
    changed: dict[str, Value] = {}
    for key in site.entries.keys() & {*_PROBED, "power"}:
        parts = site.get(key)
        if isinstance(parts, Sequence):
            expand = _expand_source if key == "power" else expand_probed
            changed[key] = Sequence([expand(part, problems) for part in parts.items], parts.place)
    for key in site.entries.keys() & {*_SINGULAR, "source"}:
        part = site.get(key)
        if part is not None:
            expand = _expand_source if key == "source" else expand_probed
            changed[key] = expand(part, problems)
    return site.but(**changed)


def expand_probed(part: Value, problems: Problems) -> Value:
    """Return a link, area, service or node with its probes written out."""
    probes = part.get("probes") if isinstance(part, Mapping) else None
    if not isinstance(part, Mapping) or not isinstance(probes, Sequence):
        return part
    long = [expand_probe(probe, problems) for probe in probes.items]
    return part.but(probes=Sequence(long, probes.place))


def expand_settings(root: Mapping) -> Mapping:
    """Return the settings with single values put into their lists."""
    changed = {key: listed(value) for key in ("include", "anchors") if (value := root.get(key))}
    exporters = root.get("exporters")
    alertmanager = exporters.get("alertmanager") if isinstance(exporters, Mapping) else None
    if isinstance(exporters, Mapping) and isinstance(alertmanager, Mapping):
        urls = alertmanager.get("urls")
        if urls is not None:
            changed["exporters"] = exporters.but(alertmanager=alertmanager.but(urls=listed(urls)))
    return root.but(**changed)


def expand_probe(probe: Value, problems: Problems, http_kind: str = "http") -> Value:
    """Return the long form of one probe. `http_kind` is what `http:` stands for here."""
    if not isinstance(probe, Mapping):
        return probe
    short = [key for key in probe.entries if key in TARGET_KEYS]
    if "kind" not in probe.entries and short:
        for other in short[1:]:
            message = f"one probe asks one question, and {quoted(short[0])} is already there"
            problems.add(probe.entries[other].key, message, "write it as a probe of its own")
        kind = http_kind if short[0] == "http" else short[0]
        probe = _written_out(probe.without(*short[1:]), short[0], kind, problems)
    return _with_status_list(probe)


def listed(value: Value) -> Value:
    """Return a list of the value, unless it is one or is nothing."""
    is_one = isinstance(value, Scalar) and value.value is not None
    return Sequence([value], value.place) if is_one and not isinstance(value, Broken) else value


def _expand_source(part: Value, problems: Problems) -> Value:
    if not isinstance(part, Mapping):
        return part
    changed: dict[str, Value] = {}
    source, feeds = part.get("source"), part.get("feeds")
    if source is not None:
        changed["source"] = expand_probe(source, problems, http_kind="power")
    if feeds is not None:
        changed["feeds"] = listed(feeds)
    return part.but(**changed)


def _written_out(probe: Mapping, short: str, kind: str, problems: Problems) -> Mapping:
    place, inner = probe.entries[short]
    entries = {"kind": Entry(place, Scalar(kind, kind, place))}
    rest = {key: entry for key, entry in probe.entries.items() if key != short}
    if not isinstance(inner, Mapping):
        entries[TARGET_KEYS[kind]] = Entry(place, inner)
        return probe.having({**entries, **rest})
    for key in inner.entries.keys() & rest.keys():
        message = f"the key {quoted(key)} is written twice (first at {inner.entries[key].key})"
        problems.add(rest[key].key, message, "keep one of them")
    long = probe.having({**entries, **rest, **inner.entries})
    long.complete = probe.complete and inner.complete
    return long


def _with_status_list(probe: Mapping) -> Mapping:
    """Write `status: 200` and `status: [200]` as the texts that status sets are."""
    expect = probe.get("expect")
    status = expect.get("status") if isinstance(expect, Mapping) else None
    if not isinstance(expect, Mapping) or status is None:
        return probe
    several = listed(status)
    if isinstance(several, Sequence):
        several = Sequence([_as_text(one) for one in several.items], several.place)
    return probe.but(expect=expect.but(status=several))


def _as_text(value: Value) -> Value:
    if isinstance(value, Scalar) and type(value.value) is int:
        return Scalar(value.written, value.written, value.place, value.secret)
    return value
