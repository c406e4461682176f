"""What a receiver of notices hears next of an incident, and what counts as told then."""

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from types import MappingProxyType

from exporters.letter import Instant, Turn
from exporters.outbox import Owed
from exporters.plain import clean
from monitor.ports import Delivery
from monitor.vocabulary import Call, Priority


class Notification(StrEnum):
    """Why a notice is sent. API: receivers match on these words."""

    OPENED = "opened"
    WORSE = "worse"
    REOPENED = "reopened"
    ESCALATED = "escalated"
    REMINDER = "reminder"
    CLOSED = "closed"


_RISES: Mapping[Call | None, Notification] = MappingProxyType(
    {Call.REOPENED: Notification.REOPENED, Call.ESCALATED: Notification.ESCALATED}
)


class OneByOne:
    """What all writers of notices have in common: one incident a letter, the worst first."""

    batch = 1
    idle_s: float | None = None

    def owes(self, owed: Owed) -> bool:
        return next_notification(owed) is not None

    def turn(self, owed: Owed, now: Instant) -> Turn | None:
        """Return now while something is owed; P1 goes before P2, and so on."""
        if next_notification(owed) is None:
            return None
        return Turn(now.s, list(Priority).index(owed.event.priority))

    def prepare(self, owed: Owed, now: Instant) -> Delivery:  # noqa: ARG002
        return owed.delivery


def next_notification(owed: Owed) -> Notification | None:
    """Return what the receiver must hear next of an incident, if anything.

    Each incident is told `opened` first and `closed` last, also when both happened while the
    receiver was away. Rises in between that could not be told in time become one, named after the
    last, or none if the incident has closed.
    """
    if owed.delivery.told_closed:
        return None
    if owed.delivery.told == 0:
        return Notification.OPENED
    if owed.event.closed_at is not None:
        return Notification.CLOSED
    if owed.event.pages > owed.delivery.told:
        return _RISES.get(owed.event.call, Notification.WORSE)
    return Notification.REMINDER if owed.has_untold_call else None


def thread_of(owed: Owed) -> str:
    """Return what all notices of one incident have in common (ASCII)."""
    return _ascii(f"{owed.event.vantage}/{owed.event.id}")


def key_of(owed: Owed, notification: Notification) -> str:
    """Return the same key for the same notification, however often it is sent (ASCII)."""
    event = owed.event
    return _ascii(f"{event.vantage}/{event.id}/{_stage(owed, notification)}")


def told(owed: Owed, notification: Notification) -> Delivery:
    """Return the delivery that stands once the notification was accepted."""
    is_over = notification is Notification.CLOSED
    event = owed.event
    return replace(owed.delivery, told=event.pages, reminded=event.reminders, told_closed=is_over)


def _stage(owed: Owed, notification: Notification) -> str:
    """Return the part of a key that differs between two notices of one incident."""
    event = owed.event
    if notification is Notification.CLOSED:
        return f"closed-{event.reopened}" if event.reopened else "closed"
    if notification is Notification.REMINDER:
        return f"{event.pages}-reminder-{event.reminders}"
    return str(event.pages)


def _ascii(key: str) -> str:
    return clean(key).encode("ascii", "replace").decode("ascii")
