"""A page of the fleet as it stands: its query goes in, what its template shows comes out."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import ClassVar

from aiohttp import web

from exporters.board.frame import Frame
from exporters.board.picture import Picture
from monitor.ports import Registry


class FleetPage(ABC):
    """What a page adds is its template, and what the template is shown."""

    template: ClassVar[str]

    def __init__(self, registry: Registry, picture: Picture, frame: Frame) -> None:
        self._registry = registry
        self._picture = picture
        self._frame = frame

    async def page(self, request: web.Request) -> web.Response:
        query = dict(request.query)
        return self._frame.answer(request, self.template, lambda _now: self._shown(query))

    @abstractmethod
    def _shown(self, query: Mapping[str, str]) -> Mapping[str, object]:
        """Gather what a query asks for; asked only when the page has to be made."""
