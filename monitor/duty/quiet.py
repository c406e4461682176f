"""Why nobody is called for a trouble now, and when to ask again: the one question that paging asks.

Whoever pages asks this when a trouble opens, when anything of it changes, and at `until`.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from config.component import Component
from config.lifecycle import may_page, next_status_change
from config.settings import Settings
from config.site import Site
from monitor.duty.closed_hours import told_when
from monitor.duty.maintenance import Maintenance
from monitor.vocabulary import Cause, Priority


class Why(StrEnum):
    NOT_ACTIVE = "not_active"
    MAINTENANCE = "maintenance"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Quiet:
    """`until` is when to ask again at the latest; None where only a reload changes it."""

    why: Why
    until: datetime | None
    windows: tuple[str, ...] = ()

    @property
    def told(self) -> str:
        """Return it as an incident carries it: `closed`, `maintenance:window,other`."""
        return f"{self.why}:{','.join(self.windows)}" if self.windows else self.why.value


def quiet(
    cause: Cause,
    priority: Priority,
    root: Component,
    touched: Sequence[Component],
    site: Site | None,
    settings: Settings,
    maintenance: Maintenance,
    at: datetime,
    failed: Collection[str] = (),
) -> Quiet | None:
    """Return why people are not called for a trouble at `at`; None: call them.

    `failed` are the ids of windows whose expectation is violated at this site.
    """
    if site is not None and not may_page(site, at):
        return Quiet(Why.NOT_ACTIVE, next_status_change(site, at))
    muting = maintenance.muting(root, touched, at, failed)
    if muting is not None:
        return Quiet(Why.MAINTENANCE, muting.until, muting.windows)
    opens = told_when(cause, priority, (root, *touched), site, settings, at)
    return None if opens is None else Quiet(Why.CLOSED, opens)
