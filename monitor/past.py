"""What was, for exporters that show it: a port to the journal, and what comes through it.

Instants are whole milliseconds since 1970; a stretch is from the first, before the second.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from monitor.past_incident import PastIncident


class Held(NamedTuple):
    """Something was `what` for a while."""

    starts_ms: int
    ends_ms: int
    what: str


@dataclass(frozen=True, slots=True)
class SitePast:
    """The last days of one site, by keys of its components; stretches have no gap.

    `parts` tell what each counted as: a state, or `maintenance`, `blind` (Guardia did not see),
    `stopped` (Guardia did not run), `absent` (not watched, not in service). `power` tell what each
    power source said, as `unit/mains` (`on_battery/absent`, `/present` without a unit), or one of
    `unknown`, `blind`, `stopped`, `absent`. `incidents` are over, the newest first.
    """

    begins_ms: int
    ends_ms: int
    parts: Mapping[str, tuple[Held, ...]]
    power: Mapping[str, tuple[Held, ...]]
    maintenance: tuple[tuple[int, int], ...]
    incidents: tuple[PastIncident, ...]


class Past(Protocol):
    """Answers in its own time, and never for long: None where the journal cannot be read now."""

    async def of_site(self, site: str) -> SitePast | None:
        """Return the last `DAYS` of a site that is watched."""
        ...


DAYS = 30
"""Of so many days a site's past is told."""
