"""All routes of the board, for the application to serve."""

from aiohttp import web
from aiohttp.typedefs import Handler

from exporters.board.areas_page import AreasPage
from exporters.board.board import Board
from exporters.board.compilation import Compilation
from exporters.board.frame import Frame
from exporters.board.incident_export import IncidentExport
from exporters.board.incident_page import IncidentPage
from exporters.board.incidents_page import IncidentsPage
from exporters.board.map_page import MapPage
from exporters.board.now_page import NowPage
from exporters.board.reports_page import ReportsPage
from exporters.board.rollout_page import RolloutPage
from exporters.board.site_page import SitePage
from exporters.board.sites_page import SitesPage
from exporters.board.static_files import StaticFiles
from exporters.board.stream import Stream
from exporters.board.telemedicine_page import TelemedicinePage
from exporters.board.wall_page import WallPage
from monitor.past import Past
from monitor.ports import Clock, Desk, Press, Registry


def board_routes(
    registry: Registry, board: Board, desk: Desk, past: Past, press: Press, clock: Clock
) -> list[web.RouteDef]:
    """Return the routes. What renders waits until all templates are compiled, off the loop."""

    def page(path: str, render: Handler, *, allow_head: bool = True) -> web.RouteDef:
        return web.get(path, _when_compiled(board.compilation, render), allow_head=allow_head)

    frame = Frame(registry, board.feed, clock)
    reports = ReportsPage(registry, press, frame)
    export = IncidentExport(registry, past)
    return [
        page("/", NowPage(registry, board, frame).page),
        page("/sites", SitesPage(registry, board.picture, frame).page),
        page("/sites/{id}", SitePage(registry, board, desk, past, frame).page),
        page("/areas", AreasPage(registry, board.picture, frame).page),
        page("/incidents", IncidentsPage(registry, past, frame).page),
        web.get("/incidents.csv", export.as_csv),
        web.get("/incidents.json", export.as_json),
        page("/incidents/{id}", IncidentPage(registry, past, frame).page),
        page("/telemedicine", TelemedicinePage(registry, board.picture, frame).page),
        page("/rollout", RolloutPage(registry, board.picture, frame).page),
        page("/reports", reports.page),
        page("/report", reports.report, allow_head=False),
        page("/map", MapPage(registry, board.picture, frame).page),
        page("/wall", WallPage(frame).page),
        page("/events", Stream(board.feed, frame).serve, allow_head=False),
        web.get("/static/{name}", StaticFiles().serve),
    ]


def _when_compiled(compilation: Compilation, render: Handler) -> Handler:
    async def serve(request: web.Request) -> web.StreamResponse:
        await compilation.done()
        return await render(request)

    return serve
