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


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which incidents that are over; what is empty asks for all.

    `words`, in lower case, are looked for in the id and in the key of the root; those of `sites`
    fit anyway. `since` and `until` are UTC, as `2026-11-21T06:00:00Z`, of the opening. Those of
    `without` are not wanted, nor those whose id does not sort before `before`.
    """

    words: str = ""
    sites: tuple[str, ...] = ()
    cause: str = ""
    priority: str = ""
    since: str = ""
    until: str = ""
    without: frozenset[str] = frozenset()
    before: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """The newest first. `last` is the id of the last one read; empty if there was none.

    It may be of one that could not be understood, which is left out.
    """

    incidents: tuple[PastIncident, ...]
    last: str


class Past(Protocol):
    """Answers in its own time, and never for long: None where the journal cannot be read now."""

    async def of_site(self, site: str) -> SitePast | None:
        """Return the last `DAYS` of a site that is watched."""
        ...

    async def count(self, wanted: Wanted) -> int | None:
        """Return how many incidents are wanted."""
        ...

    async def incidents(self, wanted: Wanted, first: int, most: int) -> Found | None:
        """Return some of them: from the place `first` on, 0 being the newest."""
        ...

    async def incident(self, number: str) -> PastIncident | None:
        """Return one; None also where there is none."""
        ...


DAYS = 30
"""Of so many days a site's past is told."""
