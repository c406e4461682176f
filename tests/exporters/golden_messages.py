"""What every channel says of every cause and priority: `python -m tests.exporters.golden_messages`
writes the files of `golden`, and the review of that difference is the review of the texts.
"""

import json
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import get_args

from config.messages import NtfyTopic, TelegramChat
from config.settings import ExporterSettings
from exporters.alert_writer import annotations
from exporters.circle import circle_of
from exporters.letter import Instant
from exporters.mail import to_mail
from exporters.message import Message
from exporters.message_writer import MessageWriter
from exporters.ntfy import to_ntfy
from exporters.outbox import Owed
from exporters.telegram import to_telegram
from exporters.text import Language, Wording
from monitor.ports import Delivery
from monitor.vocabulary import Cause, Priority
from tests.exporters.delivery_fakes import FakeLog
from tests.exporters.golden_scenes import incident
from tests.exporters.incident import closed

FOLDER = Path(__file__).parent / "golden"
LANGUAGES: tuple[Language, ...] = get_args(Language)
BOARD = "https://guardia.example.mx"
CIRCLE = circle_of(
    ExporterSettings.model_validate(
        {
            "alertmanager": {"urls": ["http://127.0.0.1:9093"]},
            "webhook": {"url": "https://noc.example.mx/guardia"},
            "mail": {
                "host": "smtp.example.mx",
                "sender": "guardia@example.mx",
                "to": [{"id": "noc", "address": "noc@example.mx"}],
            },
            "telegram": {"token": "1:x", "chats": [{"id": "guardia-bc", "chat": -1001}]},
            "ntfy": {
                "url": "https://ntfy.example.mx",
                "topics": [{"id": "jefatura", "topic": "x", "priorities": ["P1"]}],
            },
        }
    )
)
MAIL, CHAT, TOPIC = (member for member in CIRCLE if ":" in member.receiver[:9])


class Golden:
    """The texts of one language."""

    def __init__(self, language: Language) -> None:
        self.wording = Wording(language, BOARD, f"{BOARD}/runbooks")
        self.log = FakeLog()

    def message(self, owed: Owed, seconds: float) -> Message:
        """Return what a mailbox is told of an incident some seconds after it began."""
        kept: list[Message] = []

        def keep(message: Message, _first: str) -> bytes:
            kept.append(message)
            return b""

        writer = MessageWriter(MAIL, keep, CIRCLE, self.log, self.wording)
        at = owed.event.opened_at + timedelta(seconds=seconds)
        writer.write([owed], [owed], Instant(at, 0.0))
        return kept[0]

    def told(self, owed: Owed, seconds: float) -> Iterator[str]:
        """Yield what each channel is told: the text once, then what only one of them adds."""
        message = self.message(owed, seconds)
        mail = message_from_bytes(
            to_mail(message, "", "guardia@example.mx", "noc@example.mx"), policy=policy.default
        )
        for name in ("Subject", "Message-ID", "References", "Importance"):
            if mail[name] is not None:
                yield f"mail {name}: {mail[name]}"
        chat = TelegramChat(id="guardia-bc", chat="-1001")
        first = "41" if message.is_over else ""
        yield f"telegram {_without(to_telegram(message, first, chat), 'text')}"
        topic = NtfyTopic(id="jefatura", topic="x")
        yield f"ntfy {_without(to_ntfy(message, topic), 'title', 'message')}"
        yield "mail, telegram, ntfy:"
        yield from (f"  {line}" for line in (message.title, "", *message.text.split("\n")))
        yield "alertmanager, webhook:"
        at = owed.event.opened_at + timedelta(seconds=seconds)
        said = annotations(owed, self.wording, is_over=message.is_over, at=at)
        for name in ("summary", "description", "link", "runbook_url"):
            first, *rest = said[name].split("\n")
            yield f"  {name}: {first}"
            yield from (f"    {line}" for line in rest)


def _without(body: bytes, *keys: str) -> str:
    kept = {key: value for key, value in json.loads(body).items() if key not in keys}
    return json.dumps(kept, ensure_ascii=False)


def page(language: Language, cause: Cause) -> str:
    """Return the file of one cause in one language."""
    golden = Golden(language)
    lines: list[str] = []
    for priority in Priority:
        event = incident(cause, priority)
        owed = Owed(event, Delivery(MAIL.receiver, event.id), event.at)
        lines += [f"===== {cause} · {priority} · opened =====", *golden.told(owed, 41), ""]
        over = closed(event)
        heard = Delivery(MAIL.receiver, event.id, told=1, memo="-")
        lines += [
            f"===== {cause} · {priority} · closed =====",
            *golden.told(Owed(over, heard, over.at), 251),
            "",
        ]
    return "\n".join(line.rstrip() for line in lines)


def write() -> None:
    """Write all files anew."""
    FOLDER.mkdir(exist_ok=True)
    for language in LANGUAGES:
        for cause in Cause:
            file_of(language, cause).write_text(page(language, cause), encoding="utf-8")


def file_of(language: Language, cause: Cause) -> Path:
    return FOLDER / f"{cause}.{language}.txt"


if __name__ == "__main__":
    write()
