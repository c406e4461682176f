"""Whose an outage was: the incident that tells its cause, and the share that it falls to."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from config.component import ComponentKind
from config.fleet import Fleet
from config.site import NodeKind, Site
from monitor.archive import milliseconds
from monitor.past_incident import PastIncident
from monitor.vocabulary import EXPLAINS_NO_OUTAGE, Cause


class Share(StrEnum):
    """Whom the time without service falls to. Each value is API: JSON and CSV carry it."""

    CFE_POWER = "cfe_power"
    CFE_INTERNET = "cfe_internet"
    OTHER_PROVIDER = "other_provider"
    SITE = "site"
    UNKNOWN = "unknown"


class Blame(NamedTuple):
    """`incident` and `cause` are empty where no incident tells of an outage."""

    share: Share
    incident: str = ""
    cause: str = ""


_ALONE = (ComponentKind.AREA, ComponentKind.SERVICE, ComponentKind.MONITOR)
"""Incidents of these explain nothing but what they touch."""
_Placed = tuple[int, int, PastIncident]
"""From when, before when, which."""
NOBODY_KNOWS = Blame(Share.UNKNOWN)
_BY_CAUSE: Mapping[Cause, Share | None] = MappingProxyType(
    {
        Cause.POWER: Share.CFE_POWER,
        Cause.GENERATOR_FAILED_TO_START: Share.SITE,
        Cause.UPS_ON_BATTERY: Share.SITE,
        Cause.ISOLATION_FAULT: Share.SITE,
        Cause.LINK: None,  # of its provider
        Cause.NODE: None,
        Cause.AREA_NETWORK: Share.SITE,
        Cause.SERVICE: Share.SITE,
        Cause.NODE_MANAGEMENT: Share.UNKNOWN,
        Cause.ICMP_FILTERED: Share.UNKNOWN,
        Cause.MONITOR_BLIND: Share.UNKNOWN,
        Cause.UNDETERMINED: Share.UNKNOWN,
    }
)
if missing := set(Cause) - _BY_CAUSE.keys():
    raise ValueError(f"causes that fall to nobody: {sorted(missing)}")


class Blames:
    """All incidents of a period, to be found by what they touch and where they are."""

    def __init__(self, fleet: Fleet, incidents: Sequence[PastIncident], until_ms: int) -> None:
        self._providers = {
            f"{site.id}/{ComponentKind.LINK}/{link.id}": link.provider or ""
            for site in fleet.sites
            for link in site.links
        }
        self._feeders = {
            f"{ComponentKind.NODE}/{node.id}"
            for node in fleet.nodes
            if node.kind is NodeKind.FEEDER
        }
        self._by_key: dict[str, list[_Placed]] = {}
        self._by_site: dict[str, list[_Placed]] = {}
        for incident in incidents:
            if incident.cause in EXPLAINS_NO_OUTAGE:
                continue
            closed = incident.closed_at
            ended_ms = until_ms if closed is None else milliseconds(closed)
            placed = (milliseconds(incident.opened_at), ended_ms, incident)
            for key in incident.touched:
                self._by_key.setdefault(key, []).append(placed)
            if incident.root_kind in _ALONE:
                continue
            for place in {incident.site, *(key.partition("/")[0] for key in incident.touched)}:
                self._by_site.setdefault(place, []).append(placed)

    def of(self, component: str, site: Site, starts: int, ends: int) -> Blame:
        """Return whose an outage was: of the incident of the component that covers most of it.

        Where none touches the component itself, those of its site are asked.
        """
        touching = _covering(self._by_key.get(component, ()), starts, ends)
        incident = touching or _covering(self._by_site.get(site.id, ()), starts, ends)
        if incident is None:
            return NOBODY_KNOWS
        return Blame(self._share(incident, site), incident.id, incident.cause.value)

    def _share(self, incident: PastIncident, site: Site) -> Share:
        share = _BY_CAUSE[incident.cause]
        if share is not None:
            return share
        root = incident.touched[0] if incident.touched else ""
        if root in self._feeders:
            return Share.CFE_POWER
        if root in self._providers:
            return _of_provider([self._providers[root]])
        return _of_provider([link.provider or "" for link in site.links])


def _covering(incidents: Iterable[_Placed], starts: int, ends: int) -> PastIncident | None:
    """Return the one that covers most of a stretch; of equals the first by its id."""
    best, best_ms = None, 0
    for opened_ms, closed_ms, incident in incidents:
        if opened_ms >= ends or closed_ms <= starts:
            continue
        covered_ms = min(closed_ms, ends) - max(opened_ms, starts)
        if covered_ms > best_ms:
            best, best_ms = incident, covered_ms
    return best


def _of_provider(names: Sequence[str]) -> Share:
    """Return the share of the first provider that has a name: CFE's, or another's."""
    name = next((name for name in names if name), "")
    if not name:
        return Share.UNKNOWN
    return Share.CFE_INTERNET if is_cfe(name) else Share.OTHER_PROVIDER


def is_cfe(provider: str) -> bool:
    """Tell whether a provider is CFE, by a word of its name.

    >>> [is_cfe(name) for name in ("CFE Internet", "cfe telecom", "Telmex", "Cafetel")]
    [True, True, False, False]
    """
    return "cfe" in provider.lower().replace("-", " ").split()
