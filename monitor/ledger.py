"""Which incidents there are, and what each receiver has been told of them."""

from collections.abc import Iterator
from datetime import UTC, datetime

from pydantic import BaseModel, ConfigDict, TypeAdapter

from monitor.events import IncidentEvent
from monitor.incident import Incident
from monitor.ports import Delivery
from monitor.response.course import Course
from monitor.vocabulary import Priority

KEPT_CLOSED = 2000
SPARE = 500
"""So many more records than the last look left are reason to look for old ones again.

A look costs as much as there are records, and a thousand open or owed ones may have to stay.
"""
_DELIVERY = TypeAdapter(Delivery)


class IncidentRecord(BaseModel):
    """An incident as it is written down."""

    model_config = ConfigDict(frozen=True)

    key: str
    event: IncidentEvent
    paged_priority: Priority
    paged_areas: frozenset[str]
    course: Course | None = None

    @classmethod
    def of(cls, incident: Incident) -> "IncidentRecord":
        return cls(
            key=incident.key,
            event=incident.event,
            paged_priority=incident.paged_priority,
            paged_areas=incident.paged_areas,
            course=incident.course,
        )

    def revived(self) -> Incident:
        """Return the incident to go on with; one of an older version waits from its last news."""
        event = self.event
        course = self.course or Course(event.opened_at).waiting(event.updated_at)
        return Incident(self.key, event, self.paged_priority, self.paged_areas, course)


class Ledger:
    """In memory; the journal keeps it on disk.

    A receiver counts from the first time it asks. What closed before that, it is not owed.
    """

    def __init__(self) -> None:
        self._records: dict[str, IncidentRecord] = {}
        self._deliveries: dict[tuple[str, str], Delivery] = {}
        self._receivers: dict[str, None] = {}
        self._second = ""
        self._in_second = 0
        self._crowd = KEPT_CLOSED + SPARE

    def add(self, record: IncidentRecord) -> list[Delivery]:
        """Note the latest of an incident; return what it newly makes us owe."""
        incident = record.event.id
        self._records[incident] = record
        return [
            Delivery(receiver, incident)
            for receiver in self._receivers
            if (receiver, incident) not in self._deliveries
        ]

    def deliver(self, delivery: Delivery) -> None:
        """Note what a receiver was told."""
        self._deliveries[delivery.receiver, delivery.incident] = delivery

    def delivery(self, receiver: str, incident: str) -> Delivery:
        """Return what a receiver knows of an incident."""
        return self._deliveries.get((receiver, incident)) or Delivery(receiver, incident)

    def load_delivery(self, body: str) -> None:
        """Take up a delivery as it was written down."""
        self.deliver(_DELIVERY.validate_json(body))

    @staticmethod
    def delivery_json(delivery: Delivery) -> str:
        """Return how a delivery is written down."""
        return _DELIVERY.dump_json(delivery).decode()

    def deliveries(self, receiver: str) -> list[tuple[IncidentEvent, Delivery]]:
        """Return every incident that is open or not yet fully told, oldest first."""
        self._receivers.setdefault(receiver)
        return sorted(self._owed(receiver), key=lambda pair: pair[0].opened_at)

    def open_incidents(self) -> list[Incident]:
        return [r.revived() for r in self._records.values() if r.event.closed_at is None]

    def closed_since(self, at: datetime) -> list[Incident]:
        """Return the incidents that closed after an instant, in the order in which they did."""
        found = [r for r in self._records.values() if r.event.closed_at and r.event.closed_at > at]
        found.sort(key=lambda record: record.event.updated_at)
        return [record.revived() for record in found]

    def recent(self) -> list[IncidentEvent]:
        """Return open and recently closed incidents, newest first."""
        events = [record.event for record in self._records.values()]
        return sorted(events, key=lambda event: event.opened_at, reverse=True)

    @property
    def is_crowded(self) -> bool:
        """Tell whether it is time to forget."""
        return len(self._records) > self._crowd

    def prune(self, before: datetime) -> tuple[list[str], list[Delivery]]:
        """Forget what closed before, and the oldest beyond the limit; return what was dropped."""
        closed = sorted(
            (r.event for r in self._records.values() if r.event.closed_at is not None),
            key=lambda event: event.closed_at or event.at,
        )
        records = self._records
        owed = {
            delivery.incident
            for delivery in self._deliveries.values()
            if delivery.incident in records
            and not delivery.knows_all(records[delivery.incident].event)
        }
        spare = max(0, len(closed) - KEPT_CLOSED)
        gone = [
            event.id
            for place, event in enumerate(closed)
            if (place < spare and event.id not in owed)
            or (event.closed_at is not None and event.closed_at < before)
        ]
        for incident in gone:
            del self._records[incident]
        told = [d for d in self._deliveries.values() if d.incident not in self._records]
        for delivery in told:
            del self._deliveries[delivery.receiver, delivery.incident]
        self._crowd = max(KEPT_CLOSED, len(self._records)) + SPARE
        return gone, told

    def number(self, at: datetime) -> str:
        """Return the id of an incident that opens now: its second, and a count within it.

        `20261121-031407`, then `20261121-031407-2`. Unique without any memory, for a receiver
        that knows an id drops what comes under it again.
        """
        second = f"{at.astimezone(UTC):%Y%m%d-%H%M%S}"
        if second != self._second:
            self._second, self._in_second = second, 0
        while True:
            self._in_second += 1
            number = second if self._in_second == 1 else f"{second}-{self._in_second}"
            if number not in self._records:  # it may be, once the clock was set back
                return number

    def _owed(self, receiver: str) -> Iterator[tuple[IncidentEvent, Delivery]]:
        for incident, record in self._records.items():
            told = self._deliveries.get((receiver, incident))
            if record.event.closed_at is None:
                yield record.event, told or Delivery(receiver, incident)
            elif told is not None and not told.knows_all(record.event):
                yield record.event, told
