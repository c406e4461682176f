"""A receiver of webhooks on loopback: it remembers what came and answers as it is told."""

import asyncio
import json
import ssl
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from aiohttp import web


@dataclass(frozen=True, slots=True)
class Received:
    """One request. `body` is parsed JSON, or None where it was none."""

    path: str
    headers: Mapping[str, str]
    body: Any


@dataclass(frozen=True, slots=True)
class Reply:
    """What to answer. A reply with `never` waits until the receiver stops."""

    status: int = 200
    text: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    never: bool = False


class WebhookReceiver:
    """Answers what its `script` says next, then 200.

    `async with WebhookReceiver() as noc: … await noc.wait_for(2)`; `stop` and `start` make it
    go away and come back on the same port.
    """

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.received: list[Received] = []
        self.script: deque[Reply] = deque()
        self.port = 0
        self._tls = tls
        self._runner: web.AppRunner | None = None
        self._came = asyncio.Event()

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    @property
    def bodies(self) -> list[Any]:
        return [request.body for request in self.received]

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(
            app, access_log=None, shutdown_timeout=0.01, handler_cancellation=True
        )
        await self._runner.setup()
        site = web.TCPSite(
            self._runner, "127.0.0.1", self.port, ssl_context=self._tls, reuse_address=True
        )
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def until(self, condition: Callable[[], bool], within_s: float = 10.0) -> None:
        """Return once it holds, looking again whenever a request has come."""
        async with asyncio.timeout(within_s):
            while not condition():
                self._came.clear()
                await self._came.wait()

    async def wait_for(self, count: int, within_s: float = 10.0) -> None:
        """Return once at least `count` requests have come in all."""
        await self.until(lambda: len(self.received) >= count, within_s)

    async def _answer(self, request: web.Request) -> web.Response:
        text = await request.text()
        body = json.loads(text) if request.content_type == "application/json" and text else None
        self.received.append(Received(request.path_qs, dict(request.headers), body))
        self._came.set()
        reply = self.script.popleft() if self.script else Reply()
        if reply.never:
            await asyncio.Event().wait()
        return web.Response(status=reply.status, text=reply.text, headers=reply.headers)
