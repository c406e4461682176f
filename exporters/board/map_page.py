"""The page with the map: a dot for each site, and a tile for each of the 32 states.

The projection is the plate carrée with the true scale at 24° N: straight lines, no libraries, and
at the size of Mexico nowhere more than 6 % off east to west.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from config.state import STATES
from exporters.board.areas_page import WORST_FIRST
from exporters.board.fleet_page import FleetPage
from monitor.vocabulary import State

WEST, EAST, SOUTH, NORTH = -118.5, -86.5, 14.3, 32.9
WIDTH = 1000
_SCALE = WIDTH / (EAST - WEST)
_STRETCH = 1 / math.cos(math.radians(24.0))
HEIGHT = round((NORTH - SOUTH) * _SCALE * _STRETCH)
LEAST_WIDTH = 60.0
"""Some 200 km: one clinic alone is shown with its surroundings."""
TILES = {
    "BC": (0, 0), "SR": (1, 0), "CH": (2, 0), "CL": (3, 0),
    "BS": (0, 1), "SL": (1, 1), "DG": (2, 1), "ZS": (3, 1), "NL": (4, 1), "TS": (5, 1),
    "NT": (1, 2), "AS": (2, 2), "SP": (3, 2),
    "JC": (1, 3), "GT": (2, 3), "QT": (3, 3), "HG": (4, 3), "VZ": (5, 3),
    "CM": (1, 4), "MN": (2, 4), "MC": (3, 4), "DF": (4, 4), "TL": (5, 4), "YN": (8, 4),
    "GR": (2, 5), "MS": (3, 5), "PL": (4, 5), "TC": (6, 5), "CC": (7, 5), "QR": (8, 5),
    "OC": (4, 6), "CS": (6, 6),
}  # fmt: skip
"""Column and row of each state: as near its neighbours as squares allow."""


@dataclass(frozen=True, slots=True)
class Dot:
    x: float
    y: float
    site: str
    name: str


@dataclass(frozen=True, slots=True)
class View:
    """What of the country is shown at first, in units of the map; always of the same shape."""

    x: float
    y: float
    width: float
    height: float

    @property
    def dot_scale(self) -> float:
        """Return how large dots are: nearer they grow, but less than the land does."""
        return round(max(0.25, math.sqrt(self.width / WIDTH)), 3)


@dataclass(slots=True)
class Tile:
    """A state: how many of its live sites are how. `worst` is what it is coloured by."""

    code: str
    name: str
    column: int
    row: int
    total: int = 0
    trouble: int = 0
    down: int = 0
    unknown: int = 0

    @property
    def worst(self) -> str:
        """Return `down` where a tenth is, `degraded` where anything is wrong; no single site reds
        a state of three hundred.
        """
        if not self.total:
            return "empty"
        if self.down * 10 >= self.total:
            return State.DOWN.value
        if self.trouble:
            return State.DEGRADED.value
        return State.UNKNOWN.value if self.unknown == self.total else State.UP.value


class MapPage(FleetPage):
    """`/map`."""

    template = "map.html.j2"

    def _shown(self, _query: Mapping[str, str]) -> Mapping[str, object]:
        layers = {state.value: list[Dot]() for state in sorted(State, key=_best_first)}
        tiles = {
            code: Tile(code, STATES[code].name, column, row)
            for code, (column, row) in TILES.items()
        }
        nowhere, places = 0, list[tuple[float, float]]()
        for site in self._registry.fleet().sites:
            if site.id in self._picture.planned:
                continue
            state = self._picture.state(site.id)
            if site.state in tiles:
                _count(tiles[site.state], state)
            if site.location is None:
                nowhere += 1
            else:
                x, y = projected(*site.location)
                places.append((x, y))
                layers[state.value].append(Dot(x, y, site.id, site.name))
        return {
            "layers": layers,
            "tiles": list(tiles.values()),
            "nowhere": nowhere,
            "view": view_of(places),
            "width": WIDTH,
        }


def projected(latitude: float, longitude: float) -> tuple[float, float]:
    """Return where a place is on the map, in its units from the upper left.

    >>> projected(32.9, -118.5)
    (0.0, 0.0)
    """
    x = (longitude - WEST) * _SCALE
    y = (NORTH - latitude) * _SCALE * _STRETCH
    return round(x, 1), round(y, 1)


def view_of(places: Sequence[tuple[float, float]]) -> View:
    """Return the part of the country that holds all places, with a margin: all of it, or a state.

    >>> view_of([])
    View(x=0, y=0, width=1000, height=636)
    """
    if not places:
        return View(0, 0, WIDTH, HEIGHT)
    (west, east), (north, south) = ((min(axis), max(axis)) for axis in zip(*places, strict=True))
    wanted = max(east - west, (south - north) * WIDTH / HEIGHT) * 1.1
    width = min(float(WIDTH), max(wanted, LEAST_WIDTH))
    height = width * HEIGHT / WIDTH
    return View(
        round((west + east - width) / 2, 1),
        round((north + south - height) / 2, 1),
        round(width, 1),
        round(height, 1),
    )


def _best_first(state: State) -> int:
    """Return what draws the worst last, on top of all others."""
    return -WORST_FIRST[state]


def _count(tile: Tile, state: State) -> None:
    tile.total += 1
    tile.trouble += state in (State.DOWN, State.DEGRADED)
    tile.down += state is State.DOWN
    tile.unknown += state is State.UNKNOWN
