"""The documents of the HTTP API. Field names are API: docs/api.md explains each."""

from collections.abc import Iterable, Mapping

from pydantic import AwareDatetime, BaseModel, ConfigDict

from config.area import Criticality
from config.component import ComponentKind
from config.fleet import Fleet
from config.site import Site, SiteType
from exporters.plain import folded
from monitor.events import IncidentEvent, StateEvent
from monitor.orders import AuditEntry, WindowView
from monitor.vocabulary import Phase, State


class View(BaseModel):
    """A frozen document."""

    model_config = ConfigDict(frozen=True)


class Standing(View):
    """How something is. `since` and `because` are null and empty while nothing is known."""

    state: State
    suspect: bool
    since: AwareDatetime | None
    because: str

    @classmethod
    def of(cls, event: StateEvent | None) -> "Standing":
        if event is None:
            return cls(state=State.UNKNOWN, suspect=False, since=None, because="")
        return cls(
            state=event.state, suspect=event.suspect, since=event.since, because=event.because
        )


class ComponentView(Standing):
    """A link, power source, area or service. `component` is its path inside the site."""

    component: str
    kind: ComponentKind
    id: str
    name: str
    criticality: Criticality


class Location(View):
    latitude: float
    longitude: float


class SiteView(Standing):
    """A site with its parts. `federal_state` is the part of Mexico, `state` how the site is."""

    id: str
    clues: str | None
    name: str
    type: SiteType
    federal_state: str | None
    municipality: str | None
    timezone: str
    location: Location | None
    components: tuple[ComponentView, ...]
    incidents: tuple[str, ...]


class SitePage(View):
    """`total` counts what matches, `sites` is the part from `offset` on."""

    total: int
    offset: int
    limit: int
    sites: tuple[SiteView, ...]


class IncidentPage(View):
    """Incidents as they travel everywhere else (docs/schema)."""

    incidents: tuple[IncidentEvent, ...]


class WindowPage(View):
    """Maintenance windows, those of the files first."""

    windows: tuple[WindowView, ...]


class AuditPage(View):
    """Orders, the newest first."""

    entries: tuple[AuditEntry, ...]


class Problem(View):
    """Why a request failed. `error` is for programs, `detail` for people."""

    error: str
    detail: str


class Present:
    """The fleet as it stands at one instant, indexed for views."""

    def __init__(
        self, fleet: Fleet, states: Iterable[StateEvent], incidents: Iterable[IncidentEvent]
    ) -> None:
        self._fleet = fleet
        self._states: Mapping[str, StateEvent] = {event.key: event for event in states}
        self._incidents: dict[str, list[str]] = {}
        for incident in incidents:
            if incident.phase is not Phase.CLOSED:
                self._incidents.setdefault(incident.site.id, []).append(incident.id)
        self._parts: dict[str, list[str]] = {}
        for key, component in fleet.components.items():
            if component.kind is not ComponentKind.SITE and component.site:
                self._parts.setdefault(component.site, []).append(key)

    def state_of(self, site: Site) -> State:
        event = self._states.get(site.id)
        return State.UNKNOWN if event is None else event.state

    def site(self, site: Site) -> SiteView:
        return SiteView(
            **dict(Standing.of(self._states.get(site.id))),
            id=site.id,
            clues=site.clues,
            name=site.name,
            type=site.type,
            federal_state=site.state,
            municipality=site.municipality,
            timezone=site.timezone,
            location=_location(site),
            components=tuple(map(self._component, self._parts.get(site.id, ()))),
            incidents=tuple(self._incidents.get(site.id, ())),
        )

    def _component(self, key: str) -> ComponentView:
        component = self._fleet.components[key]
        return ComponentView(
            **dict(Standing.of(self._states.get(key))),
            component=component.path,
            kind=component.kind,
            id=component.id,
            name=component.name,
            criticality=component.criticality,
        )


def matches(site: Site, words: str) -> bool:
    """Tell whether a site's id, CLUES, name or municipality contains the words.

    Case and accents do not matter: `leon` finds León, `hg-` the hospitals named so.
    """
    written = " ".join((site.id, site.clues or "", site.name, site.municipality or ""))
    return folded(words) in folded(written)


def _location(site: Site) -> Location | None:
    if site.location is None:
        return None
    latitude, longitude = site.location
    return Location(latitude=latitude, longitude=longitude)
