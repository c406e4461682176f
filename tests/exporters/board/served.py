"""The board in front of a registry that a test lays down."""

from collections.abc import Iterable
from typing import Any

from aiohttp.test_utils import TestClient
from aiohttp.web import Application, Request

from config.fleet import Fleet
from exporters.board.board import Board
from exporters.board.web_pages import board_routes
from exporters.exposition import Exposition
from exporters.web import application
from monitor.events import IncidentEvent, StateEvent
from tests.clock import FakeClock
from tests.exporters.watched import (
    HOSPITAL,
    USUAL,
    FixedCommands,
    FixedPast,
    FixedPress,
    FixedRegistry,
    fleet,
)

Browser = TestClient[Request, Application]
HOSTILE = "<script>alert('x')</script>\u202e\"&"
PAGES = (
    "/", "/areas", "/sites", "/incidents", "/telemedicine", "/rollout", "/map", "/reports", "/wall",
)  # fmt: skip


class Served:
    """The whole application, as the daemon serves it."""

    def __init__(
        self,
        watched: Fleet | None = None,
        states: Iterable[StateEvent] = (),
        incidents: Iterable[IncidentEvent] = (),
    ) -> None:
        self.clock = FakeClock()
        self.registry = FixedRegistry(watched or fleet(), states, incidents)
        self.commands = FixedCommands()
        self.past = FixedPast()
        self.board = Board(self.registry, self.clock)
        self.board.picture.begin(self.registry.states())
        self.press = FixedPress()
        routes = board_routes(
            self.registry, self.board, self.commands.desk, self.past, self.press, self.clock
        )
        self.app = application(self.registry, self.commands, Exposition(), routes)


async def text_of(client: Browser, path: str, status: int = 200, **headers: str) -> str:
    async with client.get(path, headers=headers) as answer:
        assert answer.status == status, await answer.text()
        assert answer.content_type == "text/html"
        return await answer.text()


def clinic(**changes: Any) -> dict[str, Any]:  # noqa: ANN401
    return {**USUAL, **changes}


def hospital(**changes: Any) -> dict[str, Any]:  # noqa: ANN401
    return {**HOSPITAL, **changes}
