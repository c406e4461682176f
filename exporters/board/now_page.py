"""The page "Now": what is open, the worst first; how many sites are how; whether we can see."""

from collections.abc import Mapping
from datetime import datetime

from aiohttp import web

from exporters.board.board import Board
from exporters.board.cards import Card, ranked
from exporters.board.frame import Frame
from monitor.ports import Registry


class NowPage:
    """`/`."""

    def __init__(self, registry: Registry, board: Board, frame: Frame) -> None:
        self._registry = registry
        self._board = board
        self._frame = frame

    async def page(self, request: web.Request) -> web.Response:
        return self._frame.answer(request, "now.html.j2", self._shown)

    def _shown(self, now: datetime) -> Mapping[str, object]:
        blind = self._board.blind()
        return {
            "cards": ranked(self._registry.incidents(), now),
            "counts": self._board.picture.counts(),
            "blind": None if blind is None else Card(blind, now),
        }
