"""How many incidents are open, and how many there have been."""

from collections import Counter
from collections.abc import Collection

from exporters.call_series import CallFamilies, CallSeries
from exporters.metric_family import Family
from monitor.events import IncidentEvent
from monitor.vocabulary import Cause, Phase


class IncidentFamilies:
    """The open gauge has series only while an incident is open; the counter always."""

    def __init__(self) -> None:
        self.open = Family(
            "gauge", "guardia_incident_open", "Open incidents.", ("site", "cause", "priority")
        )
        self.total = Family(
            "counter", "guardia_incidents", "Incidents opened since the start.", ("cause",)
        )
        self.calls = CallFamilies()
        for cause in Cause:
            self.total.one(cause)

    def all(self) -> tuple[Family, ...]:
        return (self.open, self.total, *self.calls.all())


class IncidentSeries:
    """Remembers under which labels each open incident is counted."""

    def __init__(self, families: IncidentFamilies) -> None:
        self._families = families
        self._calls = CallSeries(families.calls)
        self._open: dict[str, tuple[str, str, str]] = {}
        self._count: Counter[tuple[str, str, str]] = Counter()

    def show(self, event: IncidentEvent) -> None:
        """Take over an incident; it counts as a new one when it opens, not when it is restored."""
        if event.phase is Phase.OPENED and event.id not in self._open:
            self._families.total.one(event.cause).add(1)
        self._calls.show(event)
        self.restore(event)

    def restore(self, event: IncidentEvent) -> None:
        """Take over an incident of which the world knows already."""
        self._leave(event.id)
        self._calls.restore(event)
        if event.phase is not Phase.CLOSED:
            labels = (event.site.id, str(event.cause), str(event.priority))
            self._open[event.id] = labels
            self._count[labels] += 1
            self._families.open.one(*labels).set(self._count[labels])

    def retire(self, sites: Collection[str]) -> None:
        """Forget the incidents of sites that are watched no more."""
        for incident in [key for key, labels in self._open.items() if labels[0] in sites]:
            self._leave(incident)

    def _leave(self, incident: str) -> None:
        self._calls.leave(incident)
        labels = self._open.pop(incident, None)
        if labels is None:
            return
        self._count[labels] -= 1
        if self._count[labels]:
            self._families.open.one(*labels).set(self._count[labels])
        else:
            del self._count[labels]
            self._families.open.one(*labels).drop()
