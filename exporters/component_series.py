"""What we believe of sites and their parts, and the facts of a site to join on."""

from typing import Any

from config.area import Criticality
from config.component import Component, ComponentKind
from config.site import Site
from exporters.labels import labelled
from exporters.metric_family import AnyFamily, Family
from exporters.row_families import ChoiceFamily
from exporters.series import Series
from monitor.vocabulary import State

_LABELS = ("site", "component", "kind")
_CRITICAL_UP = {State.UP: 1, State.DEGRADED: 1, State.DOWN: 0, State.UNKNOWN: None}


class ComponentFamilies:
    """`component` is the path inside the site: `link/cfe`, `site`, `node/cfe-tij-1`."""

    def __init__(self) -> None:
        self.state = ChoiceFamily(
            "guardia_component_state",
            "1 for the state that a component is in, 0 for the other three.",
            _LABELS, "state", tuple(State),
        )  # fmt: skip
        self.critical_up = Family(
            "gauge", "guardia_area_critical_up",
            "1 while a life-critical area answers, 0 while it is down.", ("site", "area"),
        )  # fmt: skip
        self.on_backup = Family(
            "gauge", "guardia_site_on_backup",
            "1 while a backup link serves the site and none of its primary links answers.",
            ("site",),
        )  # fmt: skip
        self.site_info = Family(
            "info", "guardia_site", "What the site list says of a site, to join on.",
            (
                "site", "clues", "name", "state", "municipality", "type", "latitude", "longitude",
            ),
        )  # fmt: skip

    def all(self) -> tuple[AnyFamily[Any], ...]:
        return (self.state, self.critical_up, self.on_backup, self.site_info)


class ComponentSeries:
    """The four states of one component, the voice of a critical area, and what serves a site."""

    __slots__ = ("_backup", "_critical", "_families", "_states", "state")

    def __init__(
        self, families: ComponentFamilies, site: str, path: str, kind: ComponentKind
    ) -> None:
        self._families = families
        self._states = families.state.bind(labelled(_LABELS, (site, path, kind)))
        self._critical: Series | None = None
        self._backup: Series | None = None
        self.show(State.UNKNOWN)

    def show(self, state: State) -> None:
        self.state = state
        self._states.set(state)
        if self._critical is not None:
            self._critical.set(_CRITICAL_UP[state])

    def show_backup(self, name: str) -> None:
        """Tell whether a backup link serves the site, by the name of that link."""
        if self._backup is not None:
            self._backup.set(bool(name))

    def have_backup(self, site: str, *, has_one: bool) -> None:
        """Give a site the series of its backup link, or take it away."""
        if has_one and self._backup is None:
            self._backup = self._families.on_backup.one(site)
            self._backup.set(0)
        elif self._backup is not None and not has_one:
            self._backup.drop()
            self._backup = None

    def adopt(self, component: Component) -> None:
        """Give it the voice of a critical area, or take it away, as the site list says now."""
        is_area = component.kind is ComponentKind.AREA
        is_critical = is_area and component.criticality is Criticality.LIFE
        if is_critical and self._critical is None:
            self._critical = self._families.critical_up.one(component.site, component.id)
            self._critical.set(_CRITICAL_UP[self.state])
        elif self._critical is not None and not is_critical:
            self._critical.drop()
            self._critical = None

    def release(self) -> None:
        self._states.drop()
        if self._backup is not None:
            self._backup.drop()
        if self._critical is not None:
            self._critical.drop()


def site_labels(site: Site) -> tuple[str, ...]:
    """Return the label values of `guardia_site_info`; what is not known is empty."""
    latitude, longitude = site.location or ("", "")
    return (
        site.id, site.clues or "", site.name, site.state or "", site.municipality or "",
        site.type, str(latitude), str(longitude),
    )  # fmt: skip
