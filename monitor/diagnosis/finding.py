"""What is wrong at a site, and why: one trouble, with the same key for as long as it lasts."""

from dataclasses import dataclass
from datetime import datetime

from monitor.events import Evidence
from monitor.standing import Standing
from monitor.vocabulary import Cause, Confidence, Priority, WouldChange

HOLD_S = 8.0
"""How long a finding waits for fresher evidence of what it depends on, at most."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, and why. `key` stays the same for as long as it is the same trouble.

    One that `calls` is sure enough to wake people, and does unless there is a reason to be `quiet`
    (docs/maintenance.md); the others open an incident that the board shows. A `held` finding opens
    nothing yet: what it depends on is in doubt. `takes_over` names the keys of findings that turn
    out to have been this one; `keeps` those of findings that cannot be made while this one stands:
    their incidents stay as they are.
    """

    key: str
    cause: Cause
    confidence: Confidence
    priority: Priority
    root: Standing
    touched: tuple[Standing, ...]
    since: datetime
    evidence: tuple[Evidence, ...] = ()
    held: bool = False
    calls: bool = True
    quiet: str | None = None
    takes_over: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ()
    would_change: tuple[WouldChange, ...] = ()

    @property
    def wakes(self) -> bool:
        """Tell whether people are called for it now."""
        return self.calls and self.quiet is None
