"""Anything that has a state, with its key and what is asked about it."""

from dataclasses import dataclass
from enum import StrEnum

from config.area import Criticality
from config.probe import AnyProbe
from config.settings import JudgementClass


class ComponentKind(StrEnum):
    SITE = "site"
    LINK = "link"
    POWER = "power"
    AREA = "area"
    SERVICE = "service"
    NODE = "node"
    MONITOR = "monitor"


@dataclass(frozen=True, slots=True)
class Probe:
    """A configured question. `key` is `<component key>#<probe id>`, unique in the fleet."""

    key: str
    component: str
    settings: AnyProbe
    interval_s: float
    reprobe_s: float


@dataclass(frozen=True, slots=True)
class Component:
    """`key` is `<site>/<kind>/<id>`, `<site>` for a site, `node/<id>` for a node.

    `site` is empty for nodes and anchors. `burst_s` is how long harmless bursts
    of loss last on the way to it, as long as we have not learned better.
    """

    key: str
    kind: ComponentKind
    site: str
    id: str
    name: str
    criticality: Criticality
    judgement: JudgementClass
    burst_s: float
    probes: tuple[Probe, ...]

    @property
    def path(self) -> str:
        """Return the key inside its site: `link/cfe`, or `site` for the site itself."""
        return self.key.removeprefix(f"{self.site}/") if self.key != self.site else "site"
