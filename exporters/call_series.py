"""Why people were called, and how many incidents wait for somebody to acknowledge them."""

from collections import Counter

from exporters.metric_family import Family
from monitor.events import IncidentEvent
from monitor.vocabulary import Call, Phase, Priority


class CallFamilies:
    """Every priority and every reason has a series, at 0 too."""

    def __init__(self) -> None:
        self.waiting = Family(
            "gauge",
            "guardia_incidents_waiting",
            "Open incidents that people were called for and nobody has acknowledged.",
            ("priority",),
        )
        self.calls = Family(
            "counter", "guardia_incident_calls", "Times people were called or reminded.", ("call",)
        )
        for priority in Priority:
            self.waiting.one(priority).set(0)
        for call in Call:
            self.calls.one(call)

    def all(self) -> tuple[Family, ...]:
        return (self.waiting, self.calls)


class CallSeries:
    """Remembers of each open incident what was counted of it."""

    def __init__(self, families: CallFamilies) -> None:
        self._families = families
        self._heard: dict[str, tuple[int, int]] = {}
        self._waiting: dict[str, Priority] = {}
        self._count: Counter[Priority] = Counter()

    def show(self, event: IncidentEvent) -> None:
        """Count the call that an incident brings, if it brings one."""
        said = (event.pages, event.reminders)
        is_fresh = event.phase is Phase.OPENED or event.call is Call.REOPENED
        before = self._heard.get(event.id, (0, 0) if is_fresh else said)
        if event.call is not None and said > before:
            self._families.calls.one(event.call).add(1)

    def restore(self, event: IncidentEvent) -> None:
        """Take over how an incident stands."""
        self.leave(event.id)
        if event.phase is Phase.CLOSED:
            return
        self._heard[event.id] = (event.pages, event.reminders)
        if event.pages and event.acknowledged is None and event.quiet is None:
            self._waiting[event.id] = event.priority
            self._add(event.priority, 1)

    def leave(self, incident: str) -> None:
        """Forget one."""
        self._heard.pop(incident, None)
        priority = self._waiting.pop(incident, None)
        if priority is not None:
            self._add(priority, -1)

    def _add(self, priority: Priority, change: int) -> None:
        self._count[priority] += change
        self._families.waiting.one(priority).set(self._count[priority])
