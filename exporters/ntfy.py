"""ntfy, and what is compatible with its JSON: one topic, to which telephones subscribe."""

import hashlib
import json
from collections.abc import Mapping
from types import MappingProxyType

import aiohttp
from pydantic import BaseModel, ValidationError

from config.messages import NtfySettings, NtfyTopic
from exporters import posting
from exporters.channel import Destination
from exporters.circle import member_of
from exporters.cut import cut
from exporters.message import Message
from exporters.plain import clean
from exporters.posting import Answer, Poster, Verdict, basic_authorization
from monitor.vocabulary import Priority

LONGEST_BYTES = 4000
"""Of a message; a server makes an attachment of what exceeds 4,096, which no lock screen shows."""
LARGEST_ANSWER_BYTES = 65_536
LOUDNESS: Mapping[Priority, int] = MappingProxyType(
    {Priority.P1: 5, Priority.P2: 4, Priority.P3: 3, Priority.P4: 2}
)
"""5 rings through and goes on, 4 rings, 3 is a short sound, 2 is seen and not heard."""
QUIET = 2
SIGNS: Mapping[Priority, str] = MappingProxyType(
    {
        Priority.P1: "rotating_light",
        Priority.P2: "warning",
        Priority.P3: "large_orange_diamond",
        Priority.P4: "information_source",
    }
)


class _Published(BaseModel):
    """What we read of an answer: the id of the message."""

    id: str


def ntfy_destinations(settings: NtfySettings) -> tuple[Destination, ...]:
    """Return the topics of the settings.

    Raises:
        ValueError: a certificate file or the secret cannot be used; the message says which.

    """
    return tuple(_destination(settings, topic) for topic in settings.topics)


def _destination(settings: NtfySettings, topic: NtfyTopic) -> Destination:
    def compose(message: Message, _first: str) -> bytes:
        return to_ntfy(message, topic)

    poster = Poster(
        settings.url,
        timeout_s=settings.timeout,
        tls=settings.tls,
        authorization=_authorization(settings),
        reader=read,
    )
    return Destination(member_of("ntfy", topic), compose, poster)


def to_ntfy(message: Message, topic: NtfyTopic) -> bytes:
    """Return the message as JSON, where all is UTF-8: headers would have to be encoded (RFC 2047).

    A repetition has the `sequence_id` of what it repeats, and replaces it on the telephone instead
    of standing beside it; servers before 2.16 pass over that.
    """
    request: dict[str, object] = {
        "topic": topic.topic,
        "title": message.title,
        "message": cut(message.text, LONGEST_BYTES, _bytes),
        "priority": QUIET if message.is_quiet else LOUDNESS[message.priority],
        "tags": [_sign(message)],
        "sequence_id": hashlib.sha256(message.key.encode()).hexdigest()[:32],
    }
    if message.link:
        request["click"] = message.link
    return json.dumps(request, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


async def read(response: aiohttp.ClientResponse) -> Answer:
    """Return what an answer means; a success that names no message has told nobody."""
    if not 200 <= response.status < 300:
        return await posting.read(response)
    body = await posting.read_up_to(response, LARGEST_ANSWER_BYTES)
    try:
        return Answer(Verdict.TOLD, receipt=_Published.model_validate_json(body).id)
    except ValidationError:
        excerpt = clean(body[:512].decode("utf-8", "replace"), 200)
        return Answer(Verdict.AWAY, f"HTTP {response.status}, not of ntfy: {excerpt}")


def _authorization(settings: NtfySettings) -> str:
    if settings.token is not None:
        return f"Bearer {settings.token.get_secret_value().strip()}"
    if settings.username is None or settings.password is None:
        return ""
    return basic_authorization(settings.username, settings.password.get_secret_value())


def _sign(message: Message) -> str:
    if message.kind is None:
        return "test_tube"
    return "white_check_mark" if message.is_over else SIGNS[message.priority]


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "replace"))
