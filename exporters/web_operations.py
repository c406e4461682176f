"""What operators and their tools ask: /metrics, /-/healthy, /-/ready, POST /-/reload."""

import asyncio
import logging
from typing import Protocol

from aiohttp import web

from exporters.exposition import Page
from exporters.web_guard import CrossSiteGuard
from exporters.web_reply import plain
from monitor.orders import Origin
from monitor.ports import Commands

log = logging.getLogger(__name__)

# No scraper waits that long: Prometheus gives up after 10 s, and cannot be told more than its
# interval. Who has not read 1 MB by then never will.
SEND_S = 60.0


class Metrics(Protocol):
    """Where the metrics page comes from."""

    async def render(self, accept: str = "", accept_encoding: str = "") -> Page: ...


class Operations:
    """Answers in plain text, for these are read by people and by `curl --fail`."""

    def __init__(self, commands: Commands, metrics: Metrics, guard: CrossSiteGuard) -> None:
        self._commands = commands
        self._metrics = metrics
        self._guard = guard
        self._reloading = asyncio.Lock()

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/metrics", self.metrics),
            web.get("/-/healthy", self.healthy),
            web.get("/-/ready", self.ready),
            web.post("/-/reload", self.reload),
        ]

    async def metrics(self, request: web.Request) -> web.StreamResponse:
        page = await self._metrics.render(
            request.headers.get("Accept", ""), request.headers.get("Accept-Encoding", "")
        )
        answer = web.StreamResponse(
            headers={"Content-Type": page.content_type, "Vary": "Accept, Accept-Encoding"}
        )
        answer.content_length = page.length
        if page.content_encoding:
            answer.headers["Content-Encoding"] = page.content_encoding
        await _send(request, answer, page)
        return answer

    async def healthy(self, _request: web.Request) -> web.Response:
        health = self._commands.health()
        return plain("healthy") if health.healthy else plain(health.reason or "not healthy", 503)

    async def ready(self, _request: web.Request) -> web.Response:
        health = self._commands.health()
        return plain("ready") if health.ready else plain(health.reason or "not ready", 503)

    async def reload(self, request: web.Request) -> web.Response:
        """Load the configuration again: 200 if taken over, 400 with the problems if not."""
        self._guard.check(request)
        await request.read()  # refuses with 413 what is larger than the application allows
        async with self._reloading:
            origin = Origin(request.remote or "unknown")
            problems = await self._commands.reload(origin)
        return plain("\n".join(problems), 400) if problems else plain("reloaded")


async def _send(request: web.Request, answer: web.StreamResponse, page: Page) -> None:
    """Write the page at the pace of its reader, and let everything else run between two parts."""
    try:
        async with asyncio.timeout(SEND_S):
            await answer.prepare(request)
            for chunk in page.chunks() if request.method != "HEAD" else ():
                await answer.write(chunk)
                await asyncio.sleep(0)
    except TimeoutError:
        log.warning("scraper too slow, dropped after_s=%d remote=%s", SEND_S, request.remote)
        if request.transport is not None:
            request.transport.abort()
    except ConnectionError:
        log.debug("scraper left before the end remote=%s", request.remote)
