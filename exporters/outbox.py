"""What one receiver still has to be told, in memory; the delivery log is its durable half."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from exporters.bell import Bell
from monitor.events import IncidentEvent
from monitor.ports import Clock, Delivery, DeliveryLog, Telemetry
from monitor.trouble import Trouble
from monitor.vocabulary import Priority

CAPACITY = 4096
EVERY_PRIORITY = frozenset(Priority)
_LOG = logging.getLogger(__name__)


@dataclass(slots=True, eq=False, weakref_slot=True)
class Owed:
    """One incident beside what the receiver knows of it.

    `owed_since` is when the news it lacks was made. `told_s` and `told_revision` are of this
    run of the daemon only: after a restart everything open is told again, for the receiver may
    have restarted too. `failures` counts tries since the last success.
    """

    event: IncidentEvent
    delivery: Delivery
    owed_since: datetime
    settled_revision: int = 0
    told_revision: int = 0
    told_s: float | None = None
    failures: int = 0
    not_before_s: float = 0.0
    trouble: Trouble | None = None

    @property
    def has_untold_call(self) -> bool:
        """Tell whether people were called, or reminded, and the receiver does not know."""
        event, known = self.event, self.delivery
        return event.pages > known.told or event.reminders > known.reminded

    def take(self, event: IncidentEvent) -> bool:
        """Take over a newer revision, ignore any other; return whether people must hear it."""
        if event.revision <= self.event.revision:
            return False
        was_owed = self.has_untold_call or self.event.closed_at is not None
        is_said_again = event.reminders > self.event.reminders
        news = event.pages > self.event.pages or is_said_again or event.closed_at is not None
        if news and not was_owed:
            self.owed_since = event.at
        if news:  # a new request, which a receiver that refused the last one may take
            self.not_before_s = 0.0
        self.event = event
        return news


def wants(priorities: frozenset[Priority], event: IncidentEvent, delivery: Delivery) -> bool:
    """Tell whether an incident is the business of a receiver that wants these priorities."""
    return event.priority in priorities or bool(delivery.memo)


@dataclass(slots=True)
class Outbox:
    """The incidents of one receiver, newest revision each, at most `capacity` of them.

    When it is full, further incidents stay in the log alone and are fetched when there is room
    again: nothing is lost while the disk works. Where it does not, they are counted as dropped.
    Incidents that nobody is to be paged for (`pages` 0) are not kept, nor are those of other
    `priorities`; one that rises to these is told as opened, and whoever heard of an incident (its
    delivery has a memo) hears the rest of it.
    """

    receiver: str
    log: DeliveryLog
    clock: Clock
    telemetry: Telemetry
    capacity: int = CAPACITY
    priorities: frozenset[Priority] = EVERY_PRIORITY
    bell: Bell = field(init=False)
    has_news: bool = field(default=False, init=False)
    disk_works: bool = field(default=True, init=False)
    _owed: dict[str, Owed] = field(default_factory=dict, init=False)
    _left_in_log: bool = field(default=False, init=False)
    _overflow: Trouble = field(init=False)

    def __post_init__(self) -> None:
        self.bell = Bell(self.clock, self.receiver)
        self._overflow = Trouble(_LOG, f"{self.receiver} outbox")

    def __iter__(self) -> Iterator[Owed]:
        return iter(self._owed.values())

    def __len__(self) -> int:
        return len(self._owed)

    def restore(self) -> None:
        """Fetch what the log says is owed; where memory is newer, memory stays."""
        self._left_in_log = False
        for event, delivery in self.log.deliveries(self.receiver):
            known = self._owed.get(event.id)
            if known is None:
                self._add(event, delivery)
            else:
                known.take(event)
                if known.delivery == Delivery(self.receiver, event.id):
                    known.delivery = delivery

    def offer(self, event: IncidentEvent) -> None:
        """Take an event in. Never waits, never raises."""
        known = self._owed.get(event.id)
        if known is None:
            self._add(event, self.log.delivery(self.receiver, event.id))
        elif known.take(event):
            self.has_news = True
        self.bell.ring()

    def _add(self, event: IncidentEvent, delivery: Delivery) -> None:
        if event.pages == 0:
            if event.closed_at is not None:
                self.log.record(Delivery(self.receiver, event.id, told_closed=True))
        elif delivery.knows_all(event):
            return
        elif not wants(self.priorities, event, delivery):
            self._pass_over(event)
        elif len(self._owed) < self.capacity:
            self._owed[event.id] = Owed(event, self._heard(delivery), event.at)
            self.has_news = True
        else:
            self._overflowed()

    def _pass_over(self, event: IncidentEvent) -> None:
        """Settle the end of what this receiver does not want, so that it is not owed for ever."""
        if event.closed_at is not None:
            told, reminded = event.pages, event.reminders
            over = Delivery(self.receiver, event.id, told, told_closed=True, reminded=reminded)
            self.log.record(over)

    def _heard(self, delivery: Delivery) -> Delivery:
        """Return what it really knows: nothing of what was passed over."""
        if self.priorities != EVERY_PRIORITY and not delivery.memo:
            return Delivery(delivery.receiver, delivery.incident)
        return replace(delivery, told_closed=False)

    def _overflowed(self) -> None:
        self._left_in_log = True
        self._overflow.happened(f"more than {self.capacity} incidents; the rest wait in the log")
        if not self.disk_works:
            self.telemetry.dropped(self.receiver)

    def remember(self, owed: Owed, delivery: Delivery) -> None:
        """Record what the receiver knows now, if that changed; let go of what is finished.

        An end that was told while people were called anew is no end.
        """
        if delivery.told_closed and not delivery.knows_all(owed.event):
            delivery = replace(delivery, told_closed=False)
        if delivery != owed.delivery:
            owed.delivery = delivery
            self.log.record(delivery)
        if delivery.told_closed:
            self._owed.pop(delivery.incident, None)
            self._refill()

    def _refill(self) -> None:
        if self._left_in_log and len(self._owed) <= self.capacity // 2:
            self.restore()
            if not self._left_in_log:
                self._overflow.over()
