"""The daemon's own /metrics route, with a clock on every answer."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web

from bench.contest import MeaninglessError
from bench.heartbeat import Heartbeat
from exporters.exposition import Exposition
from exporters.web_guard import CrossSiteGuard
from exporters.web_operations import Operations
from monitor.orders import Origin
from monitor.ports import Desk, Health

_AFTER_S = 0.05
log = logging.getLogger("bench")


@dataclass(frozen=True, slots=True)
class Scrape:
    """One answer: `change` is the share of the probes that had run before it.

    `computed_ms` is how much of the longest stall the daemon itself was computing; for the rest
    of it the processor was with somebody else.
    """

    change: float
    cpu_ms: float
    stall_ms: float
    computed_ms: float


class Door:
    """Serves the page by the daemon's own route, and measures each answer."""

    def __init__(self, exposition: Exposition, heartbeat: Heartbeat) -> None:
        self._heartbeat = heartbeat
        self._answered = asyncio.Event()
        self._turn = asyncio.Lock()
        self._cpu_s = 0.0
        self._is_spoiled = False
        self._answer = Operations(_NoCommands(), exposition, CrossSiteGuard(tuple)).metrics
        app = web.Application()
        app.router.add_get("/metrics", self._measure)
        self._runner = web.AppRunner(app, access_log=None, handle_signals=False)

    async def open(self) -> int:
        """Return the port."""
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return int(self._runner.addresses[0][1])

    async def close(self) -> None:
        await self._runner.cleanup()

    @asynccontextmanager
    async def shut(self) -> AsyncIterator[None]:
        """Let scrapers wait meanwhile: what is written is seen by the next, and by no other."""
        async with self._turn:
            yield
            self._answered.clear()

    async def answer(self, change: float, timeout_s: float) -> Scrape:
        """Wait for the first scraper since the door was shut, and tell what it cost.

        Raises:
            MeaninglessError: one left before it had its answer.
            TimeoutError: none came.

        """
        async with asyncio.timeout(timeout_s):
            await self._answered.wait()
        if self._is_spoiled:
            raise MeaninglessError("Prometheus left before it had its answer")
        await asyncio.sleep(_AFTER_S)  # what the answer leaves behind counts too
        stall = self._heartbeat.worst()
        log.info(
            "scrape, %.0f %% ran: %.1f ms of CPU, stall %.1f ms, of which %.1f computing",
            change * 100, self._cpu_s * 1e3, stall.late_s * 1e3, stall.computed_s * 1e3,
        )  # fmt: skip
        return Scrape(change, self._cpu_s * 1e3, stall.late_s * 1e3, stall.computed_s * 1e3)

    async def _measure(self, request: web.Request) -> web.StreamResponse:
        async with self._turn:
            if not _is_there(request):
                return web.Response()  # it gave up before its turn, and nothing was done for it
            self._heartbeat.worst()
            before_s = time.process_time()
            answer = await self._answer(request)
            if not _is_there(request):
                self._is_spoiled = True  # what had changed is rendered now, and was not counted
            self._cpu_s = time.process_time() - before_s
            self._answered.set()
            return answer


def _is_there(request: web.Request) -> bool:
    return request.transport is not None and not request.transport.is_closing()


class _NoCommands:
    """Nobody asks for these here."""

    @property
    def desk(self) -> Desk:
        raise NotImplementedError

    async def reload(self, origin: Origin) -> list[str]:  # noqa: ARG002
        return []

    def health(self) -> Health:
        return Health(healthy=True, ready=True)
