"""Writes to the webhook: one notice each time people should hear something, in order."""

import json
from collections.abc import Iterable, Sequence
from functools import partial

from exporters import text
from exporters.letter import Instant, Letter
from exporters.notice import Notification, OneByOne, key_of, next_notification, told
from exporters.outbox import Owed
from monitor.ports import Delivery


class NoticeWriter(OneByOne):
    """The contract of `exporters.letter.Writer` for the webhook.

    What is told, and in which order, is the business of `exporters.notice`. The incident inside a
    notice is always the newest.
    """

    hop = "webhook"

    def __init__(self, wording: text.Wording) -> None:
        self.wording = wording

    def write(self, batch: Sequence[Owed], every: Iterable[Owed], now: Instant) -> Letter:  # noqa: ARG002
        (owed,) = batch
        notification = next_notification(owed) or Notification.OPENED
        event = owed.event
        key = key_of(owed, notification)
        body = {
            "schema": "guardia/v1",
            "notification": notification.value,
            "key": key,
            "language": self.wording.language,
            **self._texts(owed, notification, now),
            "incident": event.model_dump(mode="json", by_alias=True),
        }
        encoded = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
        return Letter(
            encoded.encode("utf-8", "replace"),
            {"Idempotency-Key": key},
            (partial(_accepted, told(owed, notification)),),
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


def _accepted(delivery: Delivery, _now: Instant, _receipt: str) -> Delivery:
    return delivery
