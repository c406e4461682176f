"""The one web server behind all site addresses: what it says depends on which was called."""

import asyncio
from collections.abc import Callable

from aiohttp import web

from simulator.live_site import LiveSite
from simulator.live_world import LiveWorld

_BACKLOG = 4096
_GOODBYE_S = 0.5


class SiteServer:
    """`GET /health`, `/power`, `/power/<unit>`, `/services/<id>` at every simulated address."""

    def __init__(self, live: LiveWorld, clock: Callable[[], float]) -> None:
        self._live = live
        self._clock = clock
        self._places: dict[str, str] = {
            str(address): key.removesuffix("/address") for address, key in live.world.addresses()
        }
        application = web.Application()
        application.router.add_get("/health", self._health)
        application.router.add_get("/power", self._power)
        application.router.add_get("/power/{unit}", self._power)
        application.router.add_get("/services/{service}", self._service)
        self._runner = web.AppRunner(
            application, access_log=None, handle_signals=False, shutdown_timeout=_GOODBYE_S
        )

    async def start(self, ports: tuple[int, ...], host: str = "0.0.0.0") -> None:
        """Listen at every address of the present namespace."""
        await self._runner.setup()
        for port in ports:
            await web.TCPSite(self._runner, host, port, backlog=_BACKLOG).start()

    @property
    def ports(self) -> list[int]:
        """Return where it listens: of use where port 0 was asked for."""
        return [int(address[1]) for address in self._runner.addresses]

    async def stop(self) -> None:
        """Stop listening and drop who is connected."""
        await self._runner.cleanup()

    async def _health(self, request: web.Request) -> web.Response:
        place = self._place(request)
        site_id, _, part = place.partition("/")
        live = self._live.sites.get(site_id)
        if live is not None and part.startswith("service/"):
            return await self._answer(live, part.removeprefix("service/"))
        return web.json_response({"status": "ok", "component": place})

    async def _service(self, request: web.Request) -> web.Response:
        live = self._site(request)
        service = request.match_info["service"]
        if service not in live.services:
            raise web.HTTPNotFound(text=f"{live.site.id} has no service {service}")
        return await self._answer(live, service)

    async def _answer(self, live: LiveSite, service: str) -> web.Response:
        answer = live.services[service]
        if answer.latency_s:
            await asyncio.sleep(answer.latency_s)
        said = {
            "status": "fail" if answer.fails else "ok",
            "component": f"{live.site.id}/service/{service}",
        }
        return web.json_response(said, status=answer.status)

    async def _power(self, request: web.Request) -> web.Response:
        live = self._site(request)
        if live.telemetry == "garbage":
            return web.Response(
                text="<html><body>It works!</body></html>", content_type="text/html"
            )
        if live.telemetry == "error":
            raise web.HTTPServiceUnavailable(text="the power card does not answer")
        unit = request.match_info.get("unit", "")
        document = self._live.document(live.site.id, unit, self._clock())
        if document is None:
            raise web.HTTPNotFound(text=f"{live.site.id} has no power unit {unit}")
        return web.json_response(document)

    def _place(self, request: web.Request) -> str:
        called = request.transport.get_extra_info("sockname")[0] if request.transport else ""
        place = self._places.get(called)
        if place is None:
            raise web.HTTPNotFound(text=f"nobody has the address {called}")
        return place

    def _site(self, request: web.Request) -> LiveSite:
        live = self._live.sites.get(self._place(request).partition("/")[0])
        if live is None:
            raise web.HTTPNotFound(text="this address belongs to no site")
        return live
