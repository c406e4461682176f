"""An incident as a card of the board shows it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from exporters.board.rendering import stamp
from exporters.scene import Scene
from monitor.events import IncidentEvent
from monitor.vocabulary import Cause, Phase


@dataclass(frozen=True, slots=True)
class Card:
    """`scene` is what alerts are made of too: the board says nothing that the message does not."""

    event: IncidentEvent
    at: datetime
    scene: Scene = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "scene", Scene(self.event, self.at, ""))

    @property
    def rank(self) -> str:
        """Return what sorts the worst and oldest first."""
        return f"{self.event.priority}-{stamp(self.event.opened_at)}-{self.event.id}"

    @property
    def zone(self) -> str:
        return self.event.site.timezone

    @property
    def is_open(self) -> bool:
        return self.event.phase is not Phase.CLOSED

    @property
    def quiet(self) -> str:
        """Return why nobody is called: `maintenance`, `closed`, `not_active`; empty if not so."""
        return (self.event.quiet or "").partition(":")[0]

    @property
    def site(self) -> str:
        """Return the id of its one site; empty where several share it, or it is our own."""
        is_of_one = not self.scene.is_shared and self.event.cause is not Cause.MONITOR_BLIND
        return self.event.site.id if is_of_one else ""


def ranked(incidents: Iterable[IncidentEvent], at: datetime) -> list[Card]:
    """Return the cards of open incidents, the worst and oldest first."""
    cards = [Card(one, at) for one in incidents if one.phase is not Phase.CLOSED]
    return sorted(cards, key=lambda card: card.rank)
