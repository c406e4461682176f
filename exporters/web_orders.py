"""/api/v1, where people order: acknowledge, maintenance; and what was ordered (docs/api.md)."""

from typing import TypeVar

from aiohttp import web
from pydantic import BaseModel, ValidationError

from config.model import WRITTEN, Model
from exporters.api_view import AuditPage, WindowPage
from exporters.web_api import only, whole_number
from exporters.web_door import Door
from exporters.web_reply import document
from monitor.orders import Acknowledge, AddWindow, EndWindow, LetGo, Origin, Refusal, problems_of
from monitor.ports import Desk
from probes.json_strict import JsonValue, NotJsonError, parse_json

AUDIT_LIMIT = 100
MAX_AUDIT_LIMIT = 10_000
_STATUS = {
    "unknown": web.HTTPNotFound,
    "conflict": web.HTTPConflict,
    "unusable": web.HTTPBadRequest,
}
Order = TypeVar("Order", bound=Model)


class Orders:
    """Each order passes the door, is read strictly, and is answered once it is on disk."""

    def __init__(self, desk: Desk, door: Door) -> None:
        self._desk = desk
        self._door = door

    def routes(self) -> list[web.RouteDef]:
        acknowledgement = "/api/v1/incidents/{id}/acknowledgement"
        return [
            web.post(acknowledgement, self.acknowledge),
            web.delete(acknowledgement, self.let_go),
            web.get("/api/v1/maintenance", self.windows),
            web.post("/api/v1/maintenance", self.add_window),
            web.delete("/api/v1/maintenance/{id}", self.end_window),
            web.get("/api/v1/audit", self.audit),
        ]

    async def acknowledge(self, request: web.Request) -> web.Response:
        order = _read(Acknowledge, await self._body(request))
        incident = request.match_info["id"]
        return _answer(await self._desk.acknowledge(incident, order, _origin(request)))

    async def let_go(self, request: web.Request) -> web.Response:
        order = _read(LetGo, await self._body(request))
        return _answer(await self._desk.let_go(request.match_info["id"], order, _origin(request)))

    async def add_window(self, request: web.Request) -> web.Response:
        order = AddWindow(await self._body(request))
        return _answer(await self._desk.add_window(order, _origin(request)), status=201)

    async def end_window(self, request: web.Request) -> web.Response:
        order = _read(EndWindow, await self._body(request))
        window = request.match_info["id"]
        return _answer(await self._desk.end_window(window, order, _origin(request)))

    async def windows(self, request: web.Request) -> web.Response:
        """Return the windows that are under way or to come; with `all=1` also what is over."""
        only(request, "all")
        everything = whole_number(request, "all", 0, 0, 1)
        shown = tuple(
            window for window in self._desk.windows() if everything or window.ends is not None
        )
        return document(WindowPage(windows=shown))

    async def audit(self, request: web.Request) -> web.Response:
        """Return the newest entries of the audit log, the newest first."""
        only(request, "limit")
        most = whole_number(request, "limit", AUDIT_LIMIT, 1, MAX_AUDIT_LIMIT)
        return document(AuditPage(entries=tuple(self._desk.audit(most))))

    async def _body(self, request: web.Request) -> dict[str, JsonValue]:
        self._door.check(request)
        only(request)
        try:
            body = parse_json(await request.read())
        except NotJsonError as error:
            raise web.HTTPBadRequest(text=f"the body is no JSON: {error}") from error
        if not isinstance(body, dict):
            raise web.HTTPBadRequest(text='the body is a JSON object, such as {"by": "NOC"}')
        return body


def _read(model: type[Order], body: dict[str, JsonValue]) -> Order:
    try:
        return model.model_validate(body, context=WRITTEN)
    except ValidationError as error:
        raise web.HTTPBadRequest(text="\n".join(problems_of(error))) from error


def _answer(given: BaseModel | Refusal, status: int = 200) -> web.Response:
    if isinstance(given, Refusal):
        raise _STATUS[given.kind](text="\n".join(given.problems))
    return document(given, status)


def _origin(request: web.Request) -> Origin:
    return Origin(request.remote or "unknown")
