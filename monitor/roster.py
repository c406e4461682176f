"""Who is watched today: the sites of a fleet without the retired ones, and when that changes."""

from collections.abc import Iterable
from datetime import datetime

from config.fleet import Fleet
from config.lifecycle import is_probed, next_status_change
from config.site import Site


class Roster:
    """Keeps the fleet as it was loaded: a site that is retired today may have been a mistake."""

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet
        self._changes_at: datetime | None = None

    def take(self, fleet: Fleet) -> None:
        """Take over another fleet, as loaded."""
        self._fleet = fleet

    def watched(self, at: datetime) -> Fleet:
        """Return the fleet as it is to be watched from now on."""
        self._changes_at = _first_change(self._fleet.sites, at)
        retired = {site.id for site in self._fleet.sites if not is_probed(site, at)}
        return self._fleet.without(retired) if retired else self._fleet

    def is_due(self, at: datetime) -> bool:
        """Tell whether a site stands elsewhere in its life than when it was last asked."""
        return self._changes_at is not None and at >= self._changes_at


def _first_change(sites: Iterable[Site], at: datetime) -> datetime | None:
    changes = (next_status_change(site, at) for site in sites)
    return min((change for change in changes if change is not None), default=None)
