"""Which of the incidents that a daemon shows again and again are worth a line."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from exporters.localtime import local
from exporters.text import summary
from monitor.events import IncidentEvent
from monitor.vocabulary import Phase


@dataclass(slots=True)
class IncidentNews:
    """An incident is news when it opens, when people are called again, and when it is over."""

    _told: dict[str, tuple[int, bool]] = field(default_factory=dict)

    def of(self, incidents: Iterable[IncidentEvent]) -> Iterator[str]:
        """Yield one line for each incident that has become news, the oldest first."""
        for incident in sorted(incidents, key=lambda incident: incident.updated_at):
            version = (incident.pages, incident.phase is Phase.CLOSED)
            before, self._told[incident.id] = self._told.get(incident.id), version
            if version != before:
                yield line_of(incident)


def line_of(incident: IncidentEvent) -> str:
    """Return when it was last told, in the time of the site, what became of it, and its summary."""
    at = local(incident.at, incident.site.timezone)
    return f"{at:%H:%M:%S}  {incident.phase:<7}  {summary(incident, 'es', incident.at)}"
