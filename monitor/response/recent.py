"""Incidents that closed a short while ago: the same trouble at the same site reopens its own."""

from datetime import datetime, timedelta

from monitor.incident import Incident

MOST = 4096
"""So many are kept; after a mass outage the oldest are forgotten, and would open anew."""


class Recent:
    """By id, in the order in which they closed. `within` is how long one can be reopened."""

    def __init__(self, within: timedelta) -> None:
        self.within = within
        self._closed: dict[str, Incident] = {}
        self._latest: dict[tuple[str, str], str] = {}

    def put(self, incident: Incident, at: datetime) -> None:
        """Keep one that has just closed."""
        self._closed[incident.event.id] = incident
        self._latest[incident.place, incident.key] = incident.event.id
        oldest = next(iter(self._closed.values()))
        while len(self._closed) > MOST or not self._is_recent(oldest, at):
            self._drop(oldest)
            if not self._closed:
                return
            oldest = next(iter(self._closed.values()))

    def take(self, site: str, key: str, at: datetime) -> Incident | None:
        """Take out what a finding at a site turns out to continue."""
        incident = self._closed.get(self._latest.get((site, key), ""))
        if incident is None:
            return None
        self._drop(incident)
        return incident if self._is_recent(incident, at) else None

    def find(self, number: str) -> Incident | None:
        """Return the closed incident of that id, if it is still held."""
        return self._closed.get(number)

    def retire(self, site: str) -> None:
        """Forget those of a site that is no longer watched."""
        for incident in [one for one in self._closed.values() if one.place == site]:
            self._drop(incident)

    def _drop(self, incident: Incident) -> None:
        del self._closed[incident.event.id]
        name = (incident.place, incident.key)
        if self._latest.get(name) == incident.event.id:
            del self._latest[name]

    def _is_recent(self, incident: Incident, at: datetime) -> bool:
        closed_at = incident.event.closed_at
        return closed_at is not None and at - closed_at < self.within
