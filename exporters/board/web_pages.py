"""All routes of the board, for the application to serve."""

from aiohttp import web

from exporters.board.areas_page import AreasPage
from exporters.board.board import Board
from exporters.board.frame import Frame
from exporters.board.incident_export import IncidentExport
from exporters.board.incident_page import IncidentPage
from exporters.board.incidents_page import IncidentsPage
from exporters.board.map_page import MapPage
from exporters.board.now_page import NowPage
from exporters.board.rendering import compiled
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
    """Return the routes; all templates and files are read here, once."""
    compiled()
    frame = Frame(registry, board.feed, clock)
    reports = ReportsPage(registry, press, frame)
    export = IncidentExport(registry, past)
    return [
        web.get("/", NowPage(registry, board, frame).page),
        web.get("/sites", SitesPage(registry, board.picture, frame).page),
        web.get("/sites/{id}", SitePage(registry, board, desk, past, frame).page),
        web.get("/areas", AreasPage(registry, board.picture, frame).page),
        web.get("/incidents", IncidentsPage(registry, past, frame).page),
        web.get("/incidents.csv", export.as_csv),
        web.get("/incidents.json", export.as_json),
        web.get("/incidents/{id}", IncidentPage(registry, past, frame).page),
        web.get("/telemedicine", TelemedicinePage(registry, board.picture, frame).page),
        web.get("/rollout", RolloutPage(registry, board.picture, frame).page),
        web.get("/reports", reports.page),
        web.get("/report", reports.report, allow_head=False),
        web.get("/map", MapPage(registry, board.picture, frame).page),
        web.get("/wall", WallPage(frame).page),
        web.get("/events", Stream(board.feed, frame).serve, allow_head=False),
        web.get("/static/{name}", StaticFiles().serve),
    ]
