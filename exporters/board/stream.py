"""/events: what changed, as server-sent events (WHATWG HTML, section 9.2)."""

import asyncio
import logging

from aiohttp import web

from exporters.board.feed import Feed
from exporters.board.frame import Frame
from exporters.text import Language

log = logging.getLogger(__name__)

BEAT_S = 15.0
"""A sign of life for viewers, so that they can say when what they show is old."""
WRITE_S = 10.0
"""Who has not taken a message by then is dropped; the browser comes back by itself."""
MOST_VIEWERS = 500
_RETRY_MS = 2000
_STALE = b"event: stale\ndata: {}\n\n"
_BEAT = b"event: beat\ndata: {}\n\n"


class Stream:
    """Writes to each viewer at its own pace; one that cannot go on where it stood looks again."""

    def __init__(self, feed: Feed, frame: Frame) -> None:
        self._feed = feed
        self._frame = frame
        self.viewers = 0

    async def serve(self, request: web.Request) -> web.StreamResponse:
        if self.viewers >= MOST_VIEWERS or not self._feed.is_open:
            raise web.HTTPServiceUnavailable(text="too many viewers, or not ready; come again")
        answer = web.StreamResponse(
            headers={"Content-Type": "text/event-stream; charset=utf-8", "X-Accel-Buffering": "no"}
        )
        self.viewers += 1
        try:
            async with asyncio.timeout(None) as limit:
                await answer.prepare(request)
                await self._feed_viewer(request, answer, limit)
        except TimeoutError:
            log.info("viewer too slow, dropped after_s=%d remote=%s", WRITE_S, request.remote)
            if request.transport is not None:
                request.transport.abort()
        except ConnectionError:
            log.debug("viewer left remote=%s", request.remote)
        finally:
            self.viewers -= 1
        return answer

    async def _feed_viewer(
        self, request: web.Request, answer: web.StreamResponse, limit: asyncio.Timeout
    ) -> None:
        language, seen = self._frame.language(request), self._last_seen(request)
        opening = f"retry: {_RETRY_MS}\n\n".encode()
        if seen is None:
            seen, opening = self._feed.last, opening + _STALE
        await _write(answer, opening, limit)
        while self._feed.is_open:
            try:
                async with asyncio.timeout(BEAT_S):
                    await self._feed.wait(seen)
            except TimeoutError:
                await _write(answer, _BEAT, limit)
                continue
            seen = await self._catch_up(answer, seen, language, limit)

    async def _catch_up(
        self, answer: web.StreamResponse, seen: int, language: Language, limit: asyncio.Timeout
    ) -> int:
        messages = self._feed.after(seen)
        if messages is None:
            await _write(answer, _STALE, limit)
            return self._feed.last
        for message in messages:
            await _write(answer, message.event(language), limit)
            seen = message.number
        return seen

    def _last_seen(self, request: web.Request) -> int | None:
        """Return where the viewer stands: by its own word, or by the page that it has."""
        told = request.headers.get("Last-Event-ID") or request.query.get("seen", "")
        return self._feed.place_of(told)


async def _write(answer: web.StreamResponse, body: bytes, limit: asyncio.Timeout) -> None:
    limit.reschedule(asyncio.get_running_loop().time() + WRITE_S)
    await answer.write(body)
    limit.reschedule(None)
