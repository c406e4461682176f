"""What a scene is made of: components, evidence and people, each ready for one line of text."""

from dataclasses import dataclass
from datetime import datetime

from config.area import AreaKind
from config.component import ComponentKind
from monitor.vocabulary import Fact, State

AREA_WORDS = frozenset(kind.value for kind in AreaKind) - {AreaKind.OTRA.value}


@dataclass(frozen=True, slots=True)
class Limits:
    """How many of a kind are named, and how long a name may be.

    Of critical areas a message names more: where a node has fallen, each has its patients.
    """

    parts: int = 8
    critical: int = 24
    name: int = 60


FULL = Limits()
LADDER = (Limits(3, 3, 40), Limits(2, 2, 28), Limits(1, 1, 22), Limits(0, 0, 18))
"""What one line may name, from what is best to what always fits."""


@dataclass(frozen=True, slots=True)
class Part:
    """A touched component. `word` is what a template can translate; empty: use `name`.

    `at` is the site of an area where the incident is one of several sites.
    """

    name: str
    word: str
    state: State
    at: str = ""

    @property
    def answers(self) -> bool:
        return self.state in (State.UP, State.DEGRADED)


@dataclass(frozen=True, slots=True)
class Parts:
    """The first few of a kind, and how many more there are."""

    shown: tuple[Part, ...] = ()
    more: int = 0

    def __len__(self) -> int:
        return len(self.shown) + self.more


@dataclass(frozen=True, slots=True)
class Line:
    """One evidence fact. A figure that was not given, or is no number, is None.

    Of a route, `hops` is how far the last that answered is, `place` what the last that we know is
    to us (a `Waypoint`; empty if we know none) and `behind` how many hops lie between the two.
    """

    at: datetime
    fact: Fact
    subject: Part
    charge: float | None
    runtime_s: float | None
    age_s: float | None
    count: int | None
    of: int | None
    reason: str
    hops: int | None = None
    behind: int | None = None
    address: str = ""
    target: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """Who has taken the incident on, and until when by the clock of the site."""

    by: str
    until: datetime
    note: str


def word_of(kind: ComponentKind, own_id: str) -> str:
    """Return what a template can translate of an id; empty where it knows no such word."""
    word = own_id.replace("-", "_")
    if kind is ComponentKind.AREA:
        return word if word in AREA_WORDS else ""
    return word if kind is ComponentKind.SERVICE else ""
