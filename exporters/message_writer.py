"""Writes to one person or group: a message each time they should hear something, in order."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial

from exporters import text
from exporters.circle import Member, others
from exporters.letter import Instant, Letter
from exporters.message import Message, body, headline
from exporters.notice import Notification, OneByOne, key_of, next_notification, thread_of, told
from exporters.outbox import Owed
from monitor.ports import Delivery, DeliveryLog

Compose = Callable[[Message, str], bytes]
"""Puts a message into the form of a channel. The text is how the channel calls the first message
of the thread; empty where there is none, or where it has no names for messages.
"""
HEARD = "-"
"""The memo of one that heard of an incident through a channel that has no names for messages."""


class MessageWriter(OneByOne):
    """The contract of `exporters.letter.Writer` for mail and messengers.

    The memo of a delivery is how the channel calls the first message of the incident.
    """

    def __init__(
        self,
        member: Member,
        compose: Compose,
        circle: Sequence[Member],
        log: DeliveryLog,
        wording: text.Wording,
    ) -> None:
        self.hop = member.named.kind
        self.wording = wording
        self._member = member
        self._compose = compose
        self._circle = circle
        self._log = log

    def write(self, batch: Sequence[Owed], every: Iterable[Owed], now: Instant) -> Letter:  # noqa: ARG002
        (owed,) = batch
        notification = next_notification(owed) or Notification.OPENED
        memo = owed.delivery.memo
        letter = self._compose(self._message(owed, notification, now), memo.removeprefix(HEARD))
        outcome = partial(_accepted, told(owed, notification))
        return Letter(letter, {}, (outcome,))

    def _message(self, owed: Owed, kind: Notification, now: Instant) -> Message:
        event, wording = owed.event, self.wording
        who_else = others(self._circle, self._log, event, self._member.receiver)
        return Message(
            title=headline(event, kind, wording.language, now.at),
            text=body(event, kind, wording, who_else, now.at),
            priority=event.priority,
            kind=kind,
            key=key_of(owed, kind),
            thread=thread_of(owed),
            at=now.at,
            link=text.incident_link(event, wording.board_url),
            runbook=text.runbook_link(event, wording.runbooks_url),
        )


def _accepted(delivery: Delivery, _now: Instant, receipt: str) -> Delivery:
    first = delivery.memo.removeprefix(HEARD)
    return replace(delivery, memo=first or receipt or HEARD)
