"""What an ordered window names must be there: sites, nodes, parts and life-critical areas."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from config.component import ComponentKind
from config.fleet import Fleet
from config.maintenance import MaintenanceWindow
from config.suggestion import fix_for
from monitor.duty.closed_hours import is_life_critical
from monitor.duty.maintenance import window_on


def problems_on(fleet: Fleet, written: MaintenanceWindow, at: datetime) -> tuple[str, ...]:
    """Return why a window would cover nothing, or less than it says; each with its fix."""
    problems = list(_unknown("sites", "site", written.sites, fleet.sites_by_id))
    problems += _unknown("nodes", "node", written.nodes, [node.id for node in fleet.nodes])
    if problems:
        return tuple(problems)
    sites = [site.id for site in fleet.sites if written.concerns(site)]
    if not sites and not written.nodes:
        return ("no site fits `sites`, `states` and `types` together; leave one of them out",)
    there = [part for part in fleet.components.values() if part.site in set(sites)]
    critical = [part.id for part in there if is_life_critical(part)]
    problems += _unknown(
        "critical_areas", "life-critical area", written.critical_areas, sorted(set(critical))
    )
    paths = {part.path for part in there if part.kind is not ComponentKind.SITE}
    named = [part for part in written.parts if "/" in part]
    problems += _unknown("parts", "part", named, sorted(paths))
    for part in named:
        area = part.removeprefix(f"{ComponentKind.AREA}/")
        if area != part and area in critical and area not in written.critical_areas:
            fix = f"add `{area}` to `critical_areas`"
            problems.append(f"`parts`: `{area}` is life-critical, and stays loud; {fix}")
    if window_on(fleet, written).next_occurrence(at) is None:
        problems.append("it is over already; correct `from` and `to`")
    return tuple(problems)


def _unknown(key: str, what: str, named: Iterable[str], known: Iterable[str]) -> Iterator[str]:
    choice = list(known)
    for name in named:
        if name not in choice:
            yield f"`{key}`: there is no {what} `{name}`; {fix_for(name, choice, 'correct it')}"
