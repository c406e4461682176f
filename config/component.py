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


BEHIND_LINKS = frozenset({ComponentKind.AREA, ComponentKind.SERVICE})
"""What is reached through the links of its site, and says nothing of itself while none answers."""


@dataclass(frozen=True, slots=True)
class Probe:
    """A configured question. `key` is `<component key>#<probe id>`, unique in the fleet.

    `explains` says that its answer may tell why others fail: all do but those behind links.
    """

    key: str
    component: str
    settings: AnyProbe
    interval_s: float
    reprobe_s: float
    explains: bool = True

    @property
    def overlaps(self) -> bool:
        """Tell whether in doubt it is asked again before the answer before is given up.

        Only single pings are: they cost a packet, and a question that takes its time gains nothing
        from a second one beside it.
        """
        asked = self.settings
        return asked.kind == "icmp" and asked.packets == 1 and self.reprobe_s < asked.timeout

    @property
    def pace_s(self) -> float:
        """Return how far apart its runs begin in doubt, where nothing answers."""
        return self.reprobe_s if self.overlaps else max(self.reprobe_s, self.settings.timeout)

    @property
    def lag_s(self) -> float:
        """Return by how much more the second lies behind the first: it waits for its loss."""
        return self.settings.timeout - self.reprobe_s if self.overlaps else 0.0


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

    @property
    def untried_s(self) -> float:
        """Return how long bursts last at least, for all we know, while a link is new."""
        return (self.judgement.untried or 0.0) if self.kind is ComponentKind.LINK else 0.0
