"""The one port: metrics, health, reload, the API and the board."""

import errno
from collections.abc import Iterable
from urllib.parse import urlsplit

from aiohttp import web

from config.settings import Settings
from exporters.web_api import Api
from exporters.web_door import Door
from exporters.web_guard import CrossSiteGuard
from exporters.web_operations import Metrics, Operations
from exporters.web_orders import Orders
from exporters.web_reply import problems_as_json, set_headers
from exporters.web_runbooks import Runbooks
from monitor.ports import Commands, Registry

MAX_REQUEST_BYTES = 64 * 1024
_STOP_S = 1.0
_WHY = {
    errno.EADDRINUSE: "in use by another process; choose another `listen`",
    errno.EACCES: "not permitted; ports below 1024 need CAP_NET_BIND_SERVICE",
    errno.EADDRNOTAVAIL: "no address of this machine; choose another `listen`",
}


class ListenError(Exception):
    """We cannot serve; the text says where, why and what to do."""


def application(
    registry: Registry,
    commands: Commands,
    metrics: Metrics,
    board: Iterable[web.RouteDef] = (),
) -> web.Application:
    """Return the application: all routes, those of the board too, with their answers made safe."""
    guard = CrossSiteGuard(lambda: _own_names(registry.fleet().settings))
    app = web.Application(middlewares=[problems_as_json], client_max_size=MAX_REQUEST_BYTES)
    app.on_response_prepare.append(set_headers)
    door = Door(guard, lambda: registry.fleet().settings.api_token)
    for part in (
        Api(registry),
        Orders(commands.desk, door),
        Operations(commands, metrics, guard),
        Runbooks(),
    ):
        app.add_routes(part.routes())
    app.add_routes(board)
    return app


def _own_names(settings: Settings) -> list[str]:
    """Return the hosts that are called by a name, and are us."""
    named = settings.listen.rpartition(":")[0], urlsplit(settings.board_url or "").hostname
    return [host for host in named if host]


class WebServer:
    """Serves until stopped. Whoever reaches it can read; who may order, its door says."""

    def __init__(
        self,
        registry: Registry,
        commands: Commands,
        metrics: Metrics,
        board: Iterable[web.RouteDef] = (),
    ) -> None:
        self._runner = web.AppRunner(
            application(registry, commands, metrics, board),
            access_log=None,
            handle_signals=False,
            shutdown_timeout=_STOP_S,
        )

    async def start(self, listen: str) -> tuple[str, int]:
        """Listen on `host:port` (no host: every address); return the address and port taken.

        Raises:
            ListenError: the port is taken, not permitted, or the address not ours.

        """
        host, _, port = listen.rpartition(":")
        await self._runner.setup()
        site = web.TCPSite(self._runner, host.strip("[]") or None, int(port))
        try:
            await site.start()
        except OSError as error:
            await self._runner.cleanup()
            why = _WHY.get(error.errno or 0, error.strerror or str(error))
            raise ListenError(f"listen {listen}: {why}") from error
        address, taken = self._runner.addresses[0][:2]
        return str(address), int(taken)

    async def stop(self) -> None:
        """Close the port; requests under way get a second to end."""
        await self._runner.cleanup()
