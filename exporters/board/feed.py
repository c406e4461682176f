"""What changed, for everybody who looks: written once, read by each viewer at its own pace.

There is no queue for a viewer: all read one short ring, each from where it stands. Who has fallen
off its end is told to fetch the page anew, so a slow viewer costs nothing and delays nobody.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from exporters.board.census import Counts
from exporters.text import Language
from monitor.events import IncidentEvent

KEPT = 256
"""Messages. At six a second in the worst storm, forty seconds of absence."""


@dataclass(frozen=True, slots=True)
class News:
    """All that changed since the message before. `sites` is None where too many did to name."""

    at: datetime
    incidents: tuple[IncidentEvent, ...]
    sites: tuple[str, ...] | None
    counts: Counts
    blind: IncidentEvent | None


Rendering = Callable[[News, Language], str]
"""Returns one line."""


@dataclass(slots=True)
class Message:
    """News under its number. A language is rendered when the first viewer asks for it."""

    number: int
    name: str
    news: News
    _render: Rendering
    _events: dict[Language, bytes] = field(default_factory=dict)

    def event(self, language: Language) -> bytes:
        """Return the server-sent event, the same object for each viewer of this language."""
        if language not in self._events:
            body = self._render(self.news, language)
            self._events[language] = f"id: {self.name}\nevent: news\ndata: {body}\n\n".encode()
        return self._events[language]


class Feed:
    """The ring. `life` tells the numbers of this process from those of the one before."""

    def __init__(self, life: str, render: Rendering) -> None:
        self.life = life
        self.is_open = False
        self._render = render
        self._ring: deque[Message] = deque(maxlen=KEPT)
        self._came = asyncio.Event()
        self.last = 0

    def open(self) -> None:
        self.is_open = True

    def close(self) -> None:
        """Let all viewers go: the daemon stops."""
        self.is_open = False
        self._wake()

    def publish(self, news: News) -> None:
        """Add a message and wake all viewers. The oldest makes room. Never waits."""
        self.last += 1
        self._ring.append(Message(self.last, self.place, news, self._render))
        self._wake()

    @property
    def place(self) -> str:
        """Return the id of the newest message: where somebody stands who has seen all."""
        return f"{self.life}-{self.last}"

    def place_of(self, event_id: str) -> int | None:
        """Return the number that a viewer saw last; None if it cannot go on from there."""
        life, _, number = event_id.rpartition("-")
        if life != self.life or not (number.isascii() and number.isdecimal()):
            return None
        seen = int(number[:15])
        return seen if self._oldest - 1 <= seen <= self.last else None

    def after(self, seen: int) -> list[Message] | None:
        """Return what came after a number; None if part of it is gone already."""
        if seen < self._oldest - 1:
            return None
        return list(self._newer(seen))

    async def wait(self, seen: int) -> None:
        """Return when there is more than `seen`, or the feed was closed."""
        while self.is_open and self.last <= seen:
            await self._came.wait()

    @property
    def _oldest(self) -> int:
        return self._ring[0].number if self._ring else self.last + 1

    def _newer(self, seen: int) -> Iterator[Message]:
        for message in self._ring:
            if message.number > seen:
                yield message

    def _wake(self) -> None:
        came, self._came = self._came, asyncio.Event()
        came.set()
