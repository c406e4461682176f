"""What maintenance windows refer to: sites, nodes and areas that exist, under ids that differ."""

from collections.abc import Iterable, Iterator, Sequence

from config.area import Criticality
from config.maintenance import MaintenanceWindow
from config.problem import Problems, quoted
from config.references import refuse_shared
from config.site import Site
from config.suggestion import fix_for
from config.tree import Broken, Mapping, Scalar
from config.tree import Sequence as Listed

Written = tuple[MaintenanceWindow, Mapping]
"""A window, and as it stands in its file."""


def check_windows(
    windows: Sequence[Mapping], sites: Sequence[Mapping], nodes: Sequence[Mapping],
    problems: Problems, *, closed: bool,
) -> None:  # fmt: skip
    """Tell of ids that two windows share and, if `closed`, of sites and nodes nobody declares."""
    refuse_shared("id", "windows have the id", windows, problems)
    if not closed:
        return
    for key, declared in (("sites", sites), ("nodes", nodes)):
        known = dict.fromkeys(
            name.written for one in declared if (name := one.text("id")) is not None
        )
        for window in windows:
            for named in _named(window, key):
                if named.value not in known:
                    said = f"unknown {key.removesuffix('s')} {quoted(named.written)}"
                    otherwise = f"declare it under `{key}:` in any included file"
                    problems.add(named.place, said, fix_for(named.written, known, otherwise))


def check_critical_areas(
    windows: Iterable[Written], sites: Sequence[Site], problems: Problems
) -> None:
    """Tell of critical areas that no site has, and of those that only `parts` names."""
    for window, written in windows:
        known = {
            area.id: area
            for site in sites
            if window.concerns(site)
            for area in site.areas
            if area.criticality is Criticality.LIFE
        }
        for named in _named(written, "critical_areas"):
            if named.value not in known:
                said = f"no life-critical area {quoted(named.written)} at any of its sites"
                problems.add(named.place, said, fix_for(named.written, known, "remove it"))
        for named in _named(written, "parts"):
            area = named.written.removeprefix("area/")
            if named.written != area and area in known and area not in window.critical_areas:
                said = f"{quoted(area)} is life-critical, and `parts` does not make it silent"
                problems.add(named.place, said, f"add `critical_areas: [{area}]`")


def _named(window: Mapping, key: str) -> Iterator[Scalar]:
    value = window.get(key)
    items = value.items if isinstance(value, Listed) else [value]
    for item in items:
        if not isinstance(item, Scalar) or isinstance(item, Broken):
            continue
        if isinstance(item.value, str) and item.value:
            yield item
