"""A power-status endpoint (docs/power-endpoint.md) that says what a test wants it to."""

from datetime import UTC, datetime
from typing import Any, Self

from aiohttp import web
from aiohttp.test_utils import TestServer


class PowerGateway:
    """One UPS, read this instant. `says` is all of it but the time."""

    def __init__(self, **ups: object) -> None:
        self.says: dict[str, Any] = {
            "schema": "power-status/1",
            "mains": "absent",
            "ups": [{"id": "ups-1", "state": "on_battery", "battery": "normal", **ups}],
        }
        app = web.Application()
        app.router.add_get("/power", self._answer)
        self._server = TestServer(app)

    async def __aenter__(self) -> Self:
        await self._server.start_server()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._server.close()

    @property
    def url(self) -> str:
        return str(self._server.make_url("/power"))

    async def _answer(self, _request: web.Request) -> web.Response:
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        return web.json_response(self.says | {"observed_at": now})
