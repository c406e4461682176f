"""What we believe of sites and their parts, and the facts of a site to join on."""

from config.area import Criticality
from config.component import Component, ComponentKind
from config.site import Site
from exporters.metric_family import UNKNOWN, Family, Holdings, Series
from monitor.vocabulary import State


class ComponentFamilies:
    """`component` is the path inside the site: `link/cfe`, `site`, `node/cfe-tij-1`."""

    def __init__(self) -> None:
        self.state = Family(
            "gauge", "guardia_component_state",
            "1 for the state that a component is in, 0 for the other three.",
            ("site", "component", "kind", "state"),
        )  # fmt: skip
        self.critical_up = Family(
            "gauge", "guardia_area_critical_up",
            "1 while a life-critical area answers, 0 while it is down.", ("site", "area"),
        )  # fmt: skip
        self.site_info = Family(
            "info", "guardia_site", "What the site list says of a site, to join on.",
            (
                "site", "clues", "name", "state", "municipality", "type", "latitude", "longitude",
            ),
        )  # fmt: skip

    def all(self) -> tuple[Family, ...]:
        return (self.state, self.critical_up, self.site_info)


class ComponentSeries:
    """The four states of one component, and the voice of a critical area."""

    def __init__(
        self, families: ComponentFamilies, site: str, path: str, kind: ComponentKind
    ) -> None:
        self._families = families
        self._holdings = Holdings()
        self._of: dict[State, Series] = {
            state: self._holdings.one(families.state, site, path, kind, state) for state in State
        }
        for series in self._of.values():
            series.value = 0.0
        self._area = (site, path.rpartition("/")[2])
        self._critical: Series | None = None
        self.state = State.UNKNOWN
        self.show(State.UNKNOWN)

    def show(self, state: State) -> None:
        self._of[self.state].value = 0.0
        self._of[state].value = 1.0
        self.state = state
        if self._critical is not None:
            known = state is not State.UNKNOWN
            self._critical.value = float(state is not State.DOWN) if known else UNKNOWN

    def adopt(self, component: Component) -> None:
        """Give it the voice of a critical area, or take it away, as the site list says now."""
        is_area = component.kind is ComponentKind.AREA
        if is_area and component.criticality is Criticality.LIFE:
            self._critical = self._families.critical_up.one(*self._area)
            self.show(self.state)
        elif self._critical is not None:
            self._families.critical_up.drop(*self._area)
            self._critical = None

    def release(self) -> None:
        self._holdings.release()
        if self._critical is not None:
            self._families.critical_up.drop(*self._area)


def site_labels(site: Site) -> tuple[str, ...]:
    """Return the label values of `guardia_site_info`; what is not known is empty."""
    latitude, longitude = site.location or ("", "")
    return (
        site.id, site.clues or "", site.name, site.state or "", site.municipality or "",
        site.type, str(latitude), str(longitude),
    )  # fmt: skip
