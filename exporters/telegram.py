"""Telegram, and what is compatible with its Bot API: the recovery answers the call."""

import json
import re

import aiohttp
from pydantic import BaseModel, ValidationError

from config.messages import TelegramChat, TelegramSettings
from exporters import posting
from exporters.channel import Destination
from exporters.circle import member_of
from exporters.cut import cut
from exporters.message import Message
from exporters.plain import clean
from exporters.posting import Answer, Poster, Verdict, verdict_of

LONGEST_UNITS = 4096
"""Of a message, in UTF-16 code units: what the Bot API counts."""
LONGEST_WAIT_S = 900.0
"""We come back after this long at the latest, whatever we are told: a page waits."""
LARGEST_ANSWER_BYTES = 65_536


class _Sent(BaseModel):
    message_id: int


class _Advice(BaseModel):
    retry_after: float = 0.0
    migrate_to_chat_id: int | None = None


class _Answer(BaseModel):
    """What we read of an answer of the Bot API."""

    ok: bool
    description: str = ""
    result: _Sent | None = None
    parameters: _Advice = _Advice()


def telegram_destinations(settings: TelegramSettings) -> tuple[Destination, ...]:
    """Return the chats of the settings.

    Raises:
        ValueError: a certificate file cannot be used; the message says which.

    """
    return tuple(_destination(settings, chat) for chat in settings.chats)


def _destination(settings: TelegramSettings, chat: TelegramChat) -> Destination:
    def compose(message: Message, first: str) -> bytes:
        return to_telegram(message, first, chat)

    token = settings.token.get_secret_value()
    poster = Poster(
        f"{settings.url.rstrip('/')}/bot{token}/sendMessage",
        timeout_s=settings.timeout,
        tls=settings.tls,
        reader=read,
    )
    return Destination(member_of("telegram", chat), compose, poster)


def to_telegram(message: Message, first: str, chat: TelegramChat) -> bytes:
    """Return the body of a `sendMessage`: plain text, so that no name can change its form.

    What follows the first message of an incident answers it, or stands alone where somebody has
    deleted it.
    """
    whole = f"{message.title}\n\n{message.text}"
    request: dict[str, object] = {
        "chat_id": int(chat.chat) if re.fullmatch(r"-?\d+", chat.chat) else chat.chat,
        "text": cut(whole, LONGEST_UNITS, _units),
        "disable_notification": message.is_quiet,
        "link_preview_options": {"is_disabled": True},
    }
    if chat.thread is not None:
        request["message_thread_id"] = chat.thread
    if first:
        request["reply_parameters"] = {
            "message_id": int(first),
            "allow_sending_without_reply": True,
        }
    return json.dumps(request, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


async def read(response: aiohttp.ClientResponse) -> Answer:
    """Return what an answer means; only one of Telegram's own counts as told.

    A page of a proxy or a hotel's login, though its status is 200, has told nobody.
    """
    body = await posting.read_up_to(response, LARGEST_ANSWER_BYTES)
    try:
        said = _Answer.model_validate_json(body)
    except ValidationError:
        excerpt = clean(body[:512].decode("utf-8", "replace"), 200)
        verdict = verdict_of(response.status)
        unlikely = Verdict.AWAY if verdict is Verdict.TOLD else verdict
        return Answer(unlikely, f"HTTP {response.status}, not of the Bot API: {excerpt}")
    return _meaning(response.status, said)


def _meaning(status: int, said: _Answer) -> Answer:
    if said.ok and said.result is not None and status < 300:
        return Answer(Verdict.TOLD, receipt=str(said.result.message_id))
    text = clean(f"HTTP {status}: {said.description}", 300)
    advice = said.parameters
    if advice.migrate_to_chat_id is not None:
        fix = f"write `chat: {advice.migrate_to_chat_id}` in the settings"
        return Answer(Verdict.BARRED, f"{text}; {fix}")
    if status == 400 and "chat" in said.description.lower():
        return Answer(Verdict.BARRED, f"{text}; is the number right, and the bot in the chat?")
    verdict = Verdict.AWAY if status < 300 else verdict_of(status)
    wait_s = min(max(0.0, advice.retry_after), LONGEST_WAIT_S)
    return Answer(verdict, text, not_before_s=wait_s)


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "replace")) // 2
