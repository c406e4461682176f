"""Writes to the webhook: one notice each time people should hear something, in order."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from functools import partial
from types import MappingProxyType

from exporters import text
from exporters.letter import Instant, Letter, Turn
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


class NoticeWriter:
    """The contract of `exporters.letter.Writer` for the webhook.

    Each incident is told `opened` first and `closed` last, also when both happened while the
    receiver was away. Rises in between that could not be told in time become one, named after the
    last, or none if the incident has closed. The incident inside a notice is always the newest.
    """

    hop = "webhook"
    batch = 1
    idle_s: float | None = None

    def __init__(self, wording: text.Wording) -> None:
        self.wording = wording

    def owes(self, owed: Owed) -> bool:
        return next_notification(owed) is not None

    def turn(self, owed: Owed, now: Instant) -> Turn | None:
        """Return now while something is owed; P1 goes before P2, and so on."""
        if next_notification(owed) is None:
            return None
        return Turn(now.s, list(Priority).index(owed.event.priority))

    def prepare(self, owed: Owed, now: Instant) -> Delivery:  # noqa: ARG002
        return owed.delivery

    def write(self, batch: Sequence[Owed], every: Iterable[Owed], now: Instant) -> Letter:  # noqa: ARG002
        (owed,) = batch
        notification = next_notification(owed) or Notification.OPENED
        event = owed.event
        key = _key(owed, notification)
        body = {
            "schema": "guardia/v1",
            "notification": notification.value,
            "key": key,
            "language": self.wording.language,
            **self._texts(owed, notification, now),
            "incident": event.model_dump(mode="json", by_alias=True),
        }
        encoded = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
        told = _told(owed, notification)
        return Letter(
            encoded.encode("utf-8", "replace"),
            {"Idempotency-Key": key},
            (partial(_accepted, told),),
        )

    def _texts(self, owed: Owed, notification: Notification, now: Instant) -> dict[str, str]:
        event, language = owed.event, self.wording.language
        over = notification is Notification.CLOSED
        return {
            "summary": (
                text.recovery(event, language) if over else text.summary(event, language, now.at)
            ),
            "description": text.description(event, language, now.at, self.wording.board_url),
            "link": text.incident_link(event, self.wording.board_url),
            "runbook_url": text.runbook_link(event, self.wording.runbooks_url),
        }


def next_notification(owed: Owed) -> Notification | None:
    """Return what the receiver must hear next of an incident, if anything."""
    if owed.delivery.told_closed:
        return None
    if owed.delivery.told == 0:
        return Notification.OPENED
    if owed.event.closed_at is not None:
        return Notification.CLOSED
    if owed.event.pages > owed.delivery.told:
        return _RISES.get(owed.event.call, Notification.WORSE)
    return Notification.REMINDER if owed.has_untold_call else None


def _stage(owed: Owed, notification: Notification) -> str:
    """Return the part of a key that differs between two notices of one incident."""
    event = owed.event
    if notification is Notification.CLOSED:
        return f"closed-{event.reopened}" if event.reopened else "closed"
    if notification is Notification.REMINDER:
        return f"{event.pages}-reminder-{event.reminders}"
    return str(event.pages)


def _key(owed: Owed, notification: Notification) -> str:
    """Return the same key for the same notification, however often it is sent (ASCII)."""
    event = owed.event
    key = f"{event.vantage}/{event.id}/{_stage(owed, notification)}"
    return clean(key).encode("ascii", "replace").decode("ascii")


def _told(owed: Owed, notification: Notification) -> Delivery:
    is_over = notification is Notification.CLOSED
    event = owed.event
    return replace(owed.delivery, told=event.pages, reminded=event.reminders, told_closed=is_over)


def _accepted(told: Delivery, _: Instant) -> Delivery:
    return told
