"""One site as it lives: its power plant, its services' answers, its power telemetry."""

import math
from dataclasses import dataclass, field
from typing import Any, Literal

from simulator.plant import Plant
from simulator.world import Site

Telemetry = Literal["live", "frozen", "future", "garbage", "error"]


@dataclass(slots=True)
class Answer:
    """What a service answers with."""

    status: int
    latency_s: float

    @property
    def fails(self) -> bool:
        return self.status >= 400


@dataclass(slots=True)
class LiveSite:
    """`frozen` holds the power documents, by unit, that a frozen telemetry repeats; `dark` the
    loads that the rest of the world was told have no power; `wakes_at_s` the planned next event.
    """

    site: Site
    plant: Plant
    services: dict[str, Answer]
    telemetry: Telemetry = "live"
    frozen: dict[str, dict[str, Any]] = field(default_factory=dict)
    dark: dict[str, str] = field(default_factory=dict)
    wakes_at_s: float = math.inf

    @classmethod
    def of(cls, site: Site, time_scale: float) -> "LiveSite":
        """Bring a written site to life."""
        answers = {one.id: Answer(one.status, one.latency) for one in site.services}
        return cls(site, Plant(site, site.power.scaled(time_scale)), answers)

    def dark_loads(self) -> dict[str, str]:
        """Return the loads without power, each with the full name of what let it down."""
        return {
            f"{self.site.id}/{load}": f"{self.site.id}/{fed.dark_by}"
            for load, fed in self.plant.loads.items()
            if not self.plant.works(load)
        }
