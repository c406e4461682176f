"""The page of the roll-out: planned, installing and live sites against the programme's goal."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from config.component import ComponentKind
from config.site import Site
from config.state import STATES
from exporters.board.fleet_page import FleetPage
from exporters.board.programme import GOAL_MUNICIPALITIES, GOAL_SITES, GOAL_STATES, INSIDE, OUTSIDE
from monitor.vocabulary import State

_ANSWERS = frozenset({State.UP, State.DEGRADED})


@dataclass(slots=True)
class Tally:
    """How many sites of a place stand where. `places` are the municipalities of its sites."""

    name: str
    code: str = ""
    planned: int = 0
    installing: int = 0
    live: int = 0
    places: set[tuple[str, str]] = field(default_factory=set)

    @property
    def total(self) -> int:
        return self.planned + self.installing + self.live

    @property
    def in_programme(self) -> bool:
        return self.code not in OUTSIDE

    def add(self, stage: str, place: tuple[str, str] | None) -> None:
        setattr(self, stage, getattr(self, stage) + 1)
        if place is not None:
            self.places.add(place)


class RolloutPage(FleetPage):
    """`/rollout`, with `federal_state` to see its municipalities."""

    template = "rollout.html.j2"

    def _shown(self, query: Mapping[str, str]) -> Mapping[str, object]:
        code = query.get("federal_state", "")
        total, states = Tally("total"), self._states()
        municipalities: dict[str, Tally] = {}
        for site in self._registry.fleet().sites:
            stage = self._stage(site)
            place = (site.state or "", site.municipality) if site.municipality else None
            total.add(stage, place)
            states.setdefault(site.state or "", Tally("")).add(stage, place)
            if code and site.state == code:
                name = site.municipality or ""
                municipalities.setdefault(name, Tally(name)).add(stage, place)
        return {
            "total": total,
            "rows": [tally for tally in states.values() if tally.total or tally.code in INSIDE],
            "chosen": STATES[code].name if code in STATES else "",
            "municipalities": _by_name(municipalities.values()),
            "goal_sites": GOAL_SITES,
            "goal_municipalities": GOAL_MUNICIPALITIES,
            "goal_states": GOAL_STATES,
            "states_live": sum(1 for tally in states.values() if tally.live and tally.code),
        }

    @staticmethod
    def _states() -> dict[str, Tally]:
        return {state.code: Tally(state.name, state.code) for state in STATES.values()}

    def _stage(self, site: Site) -> str:
        """Return where a site stands; a planned one whose link answers is being installed."""
        if site.id not in self._picture.planned:
            return "live"
        links = (f"{site.id}/{ComponentKind.LINK}/{link.id}" for link in site.links)
        answers = any(self._picture.state(key) in _ANSWERS for key in links)
        return "installing" if answers else "planned"


def _by_name(tallies: Iterable[Tally]) -> list[Tally]:
    return sorted(tallies, key=lambda tally: tally.name)
