"""Orders over HTTP: who may give them, how they are read, and what they are answered."""

from collections.abc import AsyncIterator
from typing import Any, Literal

import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import Application, Request, middleware

from exporters.exposition import Exposition
from exporters.web import application
from exporters.web_reply import Handler
from monitor.orders import (
    Acknowledge,
    Action,
    AddWindow,
    AuditEntry,
    EndWindow,
    LetGo,
    Refusal,
    WindowView,
)
from tests.exporters.incident import OPENED_AT, opened
from tests.exporters.watched import FixedCommands, FixedRegistry, fleet

ACK = "/api/v1/incidents/INC-1/acknowledgement"
WINDOWS = "/api/v1/maintenance"
ORDERS = (("POST", ACK), ("DELETE", ACK), ("POST", WINDOWS), ("DELETE", f"{WINDOWS}/w-1"))
TOKEN = "correct-horse-battery"
NOC = {"by": "NOC"}
WINDOW = WindowView(
    id="w-1", reason="Cambio del switch", by="TI", source="order", recurring=False, active=True,
    starts=OPENED_AT, ends=OPENED_AT, ended_at=None, where=("hg-ensenada",), parts=(),
    critical_areas=("uci",), expects=None, sites=1,
)  # fmt: skip
Browser = TestClient[Request, Application]


class Served:
    def __init__(self, **settings: object) -> None:
        self.commands = FixedCommands()
        self.commands.desk.incident = opened("INC-1")
        self.commands.desk.window = WINDOW
        self.registry = FixedRegistry(fleet(**settings))
        self.app = application(self.registry, self.commands, Exposition())

    @property
    def orders(self) -> list[tuple[str, object, Any]]:
        return self.commands.desk.orders

    def browser(self) -> Browser:
        return TestClient(TestServer(self.app))


@pytest.fixture
def served() -> Served:
    return Served()


@pytest.fixture
async def web(served: Served) -> AsyncIterator[Browser]:
    async with served.browser() as client:
        yield client


async def detail(answer: ClientResponse, status: int, error: str) -> str:
    document = await answer.json()
    assert (answer.status, document["error"]) == (status, error), document
    return str(document["detail"])


async def test_each_order_reaches_the_desk_with_where_it_came_from(
    web: Browser, served: Served
) -> None:
    body = {"by": "Ing. Ruiz", "for": "45m", "note": "voy en camino"}
    async with web.post(ACK, json=body) as answer:
        assert answer.status == 200
        assert (await answer.json())["id"] == "INC-1"
    async with web.delete(ACK, json=NOC) as answer:
        assert answer.status == 200
    async with web.post(WINDOWS, json={"sites": "hg-ensenada"}) as answer:
        assert answer.status == 201
        assert (await answer.json())["critical_areas"] == ["uci"]
    async with web.delete(f"{WINDOWS}/w-1", json=NOC) as answer:
        assert answer.status == 200
    assert [(name, type(order)) for name, order, _ in served.orders] == [
        ("INC-1", Acknowledge), ("INC-1", LetGo), ("", AddWindow), ("w-1", EndWindow)
    ]  # fmt: skip
    (_, order, origin), *_ = served.orders
    assert isinstance(order, Acknowledge)
    assert (order.lasts, order.note, origin.place) == (2700.0, "voy en camino", "127.0.0.1")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("{}", "`by` is missing; add it"),
        ('{"by": ""}', "`by`"),
        ('{"by": "x", "for": 30}', "`for`: a duration is a number and a unit; write `30s`"),
        ('{"by": "x", "for": "2d"}', "`for`"),
        ('{"by": "x", "until": "mañana"}', "`until`: an instant is a date and a time"),
        ('{"by": "x", "until": "2026-12-01 06:00"}', "no offset from UTC; write such as"),
        (
            '{"by": "x", "for": "1h", "until": "2026-12-01 06:00Z"}',
            "it ends once; write `until` or `for`",
        ),
        ('{"by": "x", "hasta": "1h"}', "`hasta` is no known key; remove or correct it"),
        ('{"by": "x\\nforged line"}', "`by`"),
        ('{"by": "x", "by": "y"}', "appears twice"),
        ("[]", "the body is a JSON object"),
        ("no", "the body is no JSON"),
    ],
)
async def test_a_body_that_cannot_be_is_refused_with_the_place_and_the_fix(
    web: Browser, served: Served, body: str, said: str
) -> None:
    headers = {"Content-Type": "application/json"}
    async with web.post(ACK, data=body.encode(), headers=headers) as answer:
        assert said in await detail(answer, 400, "bad_request")
    assert served.orders == []


@pytest.mark.parametrize(
    ("kind", "status", "error"),
    [
        ("unknown", 404, "not_found"),
        ("conflict", 409, "conflict"),
        ("unusable", 400, "bad_request"),
    ],
)
async def test_a_refusal_says_why(
    web: Browser,
    served: Served,
    kind: Literal["unknown", "conflict", "unusable"],
    status: int,
    error: str,
) -> None:
    served.commands.desk.incident = Refusal(kind, ("one; mend it", "two"))
    async with web.post(ACK, json=NOC) as answer:
        assert await detail(answer, status, error) == "one; mend it\ntwo"


@pytest.mark.parametrize(("method", "path"), ORDERS)
async def test_what_a_page_of_others_can_send_is_no_order(
    web: Browser, served: Served, method: str, path: str
) -> None:
    for headers, status, error in (
        ({"Content-Type": "text/plain"}, 415, "unsupported_media_type"),
        ({"Content-Type": "application/x-www-form-urlencoded"}, 415, "unsupported_media_type"),
        ({"Origin": "https://evil.example"}, 403, "forbidden"),
        ({"Sec-Fetch-Site": "cross-site"}, 403, "forbidden"),
    ):
        given = {"Content-Type": "application/json"} | headers
        async with web.request(method, path, data=b'{"by": "x"}', headers=given) as answer:
            await detail(answer, status, error)
    assert served.orders == []


@pytest.mark.parametrize(("method", "path"), ORDERS)
async def test_where_a_token_is_set_everybody_shows_it(method: str, path: str) -> None:
    served = Served(api_token=TOKEN)
    async with served.browser() as web:
        for shown in (None, "", "Bearer", f"Basic {TOKEN}", "Bearer correct-horse", "Bearer ñ"):
            headers = {} if shown is None else {"Authorization": shown}
            async with web.request(method, path, json=NOC, headers=headers) as answer:
                assert TOKEN not in await detail(answer, 401, "unauthorized")
                assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        assert served.orders == []
        headers = {"Authorization": f"bearer {TOKEN}"}
        async with web.request(method, path, json=NOC, headers=headers) as answer:
            assert answer.status < 300
        served.registry.watched = fleet(api_token=f"{TOKEN}-of-a-reload")
        async with web.request(method, path, json=NOC, headers=headers) as answer:
            assert answer.status == 401


@pytest.mark.parametrize(
    ("remote", "status"),
    [
        ("127.0.0.1", 200), ("::1", 200), ("::ffff:127.0.0.1", 200), ("10.1.2.3", 403),
        ("fe80::1%eth0", 403), ("", 403),
    ],
)  # fmt: skip
async def test_without_a_token_orders_come_from_this_machine(remote: str, status: int) -> None:
    served = Served()

    @middleware
    async def from_elsewhere(request: Request, handler: Handler) -> Any:  # noqa: ANN401
        return await handler(request.clone(remote=remote))

    served.app.middlewares.append(from_elsewhere)
    async with served.browser() as web:
        async with web.post(ACK, json=NOC) as answer:
            assert answer.status == status, await answer.text()
            if status == 403:
                assert "set `api_token:`" in (await answer.json())["detail"]
        async with web.get("/api/v1/incidents") as answer:
            assert answer.status == 200  # whoever reaches it can read


async def test_windows_and_the_audit_log_can_be_read(web: Browser, served: Served) -> None:
    over = WINDOW.model_copy(update={"id": "w-0", "starts": None, "ends": None, "active": False})
    served.commands.desk.known = [over, WINDOW]
    served.commands.desk.entries = [
        AuditEntry(number=n, at=OPENED_AT, action=Action.RELOADED, by="", origin="127.0.0.1")
        for n in (2, 1)
    ]
    for path, ids in ((WINDOWS, ["w-1"]), (f"{WINDOWS}?all=1", ["w-0", "w-1"])):
        async with web.get(path) as answer:
            assert [one["id"] for one in (await answer.json())["windows"]] == ids
    async with web.get("/api/v1/audit?limit=1") as answer:
        assert [one["number"] for one in (await answer.json())["entries"]] == [2]
    async with web.get("/api/v1/audit?limit=0") as answer:
        assert "`limit` is a number from 1" in await detail(answer, 400, "bad_request")


async def test_a_reload_says_where_it_came_from(web: Browser, served: Served) -> None:
    async with web.post("/-/reload") as answer:
        assert answer.status == 200
    assert served.commands.origin.place == "127.0.0.1"
