"""The one port: metrics, health, reload and the API, as clients see them."""

import asyncio
import gzip
import json
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import Application, Request

from exporters import web_operations
from exporters.board.board import Board
from exporters.board.web_pages import board_routes
from exporters.exposition import Exposition
from exporters.metric_family import Family
from exporters.prometheus import PrometheusExporter
from exporters.web import ListenError, WebServer, application
from monitor.ports import Health
from monitor.vocabulary import State
from tests.clock import FakeClock
from tests.conftest import require
from tests.exporters.heard import Heard
from tests.exporters.incident import closed, opened
from tests.exporters.reluctant import reluctant
from tests.exporters.watched import (
    FixedCommands,
    FixedPast,
    FixedPress,
    FixedRegistry,
    fleet,
    state,
)

Browser = TestClient[Request, Application]


class Served:
    """The application with what it reads and commands."""

    def __init__(self) -> None:
        watched = fleet(board_url="https://noc.example.mx/guardia")
        self.registry = FixedRegistry(
            watched,
            states=[
                state(watched, "hg-ensenada", State.DEGRADED),
                state(watched, "hg-ensenada/area/uci", State.DOWN),
                state(watched, "cs-maneadero", State.UP),
            ],
            incidents=[opened("INC-1"), closed(opened("INC-0"))],
        )
        self.commands = FixedCommands()
        self.exposition = Exposition()
        PrometheusExporter(self.exposition, self.registry)
        clock = FakeClock()
        board = Board(self.registry, clock)
        pages = board_routes(
            self.registry, board, self.commands.desk, FixedPast(), FixedPress(), clock
        )
        self.app = application(self.registry, self.commands, self.exposition, pages)


@pytest.fixture
def served() -> Served:
    return Served()


@pytest.fixture
async def web(served: Served) -> AsyncIterator[Browser]:
    async with TestClient(TestServer(served.app), auto_decompress=False) as client:
        yield client


async def read(client: Browser, path: str, status: int = 200) -> Any:  # noqa: ANN401
    async with client.get(path) as answer:
        assert answer.status == status, await answer.text()
        assert answer.content_type == "application/json"
        return await answer.json()


async def test_metrics_are_served_plain_and_compressed(web: Browser) -> None:
    async with web.get("/metrics", headers={"Accept-Encoding": "identity"}) as answer:
        plain = await answer.read()
        assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
        assert "Content-Encoding" not in answer.headers
    async with web.get("/metrics", headers={"Accept-Encoding": "gzip"}) as answer:
        squeezed = await answer.read()
        assert answer.headers["Content-Encoding"] == "gzip"
        assert answer.headers["Vary"] == "Accept, Accept-Encoding"
    line = b'guardia_component_state{site="hg-ensenada",component="link/cfe",kind="link",state="'
    assert line in plain
    assert line in gzip.decompress(squeezed)


async def test_openmetrics_is_served_when_prometheus_asks_for_it(web: Browser) -> None:
    accept = "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3"
    headers = {"Accept": accept, "Accept-Encoding": "identity"}
    async with web.get("/metrics", headers=headers) as answer:
        assert answer.content_type == "application/openmetrics-text"
        assert (await answer.read()).endswith(b"# EOF\n")


async def test_a_head_request_gets_the_headers_of_the_page_and_no_page(web: Browser) -> None:
    for accepted in ("identity", "gzip"):
        headers = {"Accept-Encoding": accepted}
        async with web.get("/metrics", headers=headers) as whole:
            await whole.read()
        async with web.head("/metrics", headers=headers) as answer:
            assert await answer.read() == b""
            for name in ("Content-Type", "Content-Encoding", "Vary", "Cache-Control"):
                assert answer.headers.get(name) == whole.headers.get(name)
            assert int(answer.headers["Content-Length"]) > 1000
        async with web.get("/-/healthy") as next_on_the_connection:
            assert next_on_the_connection.status == 200


async def test_curl_reads_the_compressed_page_to_its_end(served: Served) -> None:
    numbers = Family("gauge", "guardia_example", "An example.", ("number",))
    served.exposition.register(numbers)
    for number in range(5000):
        numbers.one(str(number)).set(number)
    async with TestServer(served.app) as server:
        curl = await asyncio.create_subprocess_exec(
            require("curl", "curl"), "-sS", "--compressed", str(server.make_url("/metrics")),
            stdout=PIPE, stderr=STDOUT,
        )  # fmt: skip
        page, _ = await curl.communicate()
    assert curl.returncode == 0
    assert page.count(b"guardia_example{") == 5000
    assert page.endswith(b'guardia_example{number="4999"} 4999\n')


@asynccontextmanager
async def listening(served: Served) -> AsyncIterator[int]:
    """Serve on a port of its own, as the daemon does; aiohttp's test server cancels handlers."""
    server = WebServer(served.registry, served.commands, served.exposition)
    _, port = await server.start("127.0.0.1:0")
    try:
        yield port
    finally:
        await server.stop()


def enlarge(page: Exposition) -> None:
    """Make the page larger than what sockets take without a reader: 16 MB."""
    for number in range(16):
        family = Family("info", f"guardia_large_{number}", "Made to be large.", ("text",))
        family.one("x" * 1_000_000).set(1)
        page.register(family)


async def test_a_scraper_that_does_not_read_holds_up_nobody(served: Served) -> None:
    enlarge(served.exposition)
    async with (
        listening(served) as port,
        reluctant(port, "/metrics"),
        reluctant(port, "/metrics"),
        ClientSession() as session,
        session.get(f"http://127.0.0.1:{port}/metrics") as answer,
    ):
        assert (await answer.read()).count(b"\nguardia_large_") == 16


async def test_a_scraper_that_does_not_read_is_dropped_in_the_end(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    enlarge(served.exposition)
    monkeypatch.setattr(web_operations, "SEND_S", 0.05)
    async with (
        Heard("scraper too slow") as log,
        listening(served) as port,
        reluctant(port, "/metrics"),
    ):
        await log.came()
    assert [record.levelname for record in log.records] == ["WARNING"]


async def test_a_scraper_that_leaves_is_nobodys_concern(served: Served) -> None:
    enlarge(served.exposition)
    async with (
        Heard("scraper left") as log,
        listening(served) as port,
        reluctant(port, "/metrics") as scraper,
    ):
        scraper.transport.abort()
        await log.came()
    assert [record.levelname for record in log.records] == ["DEBUG"]


@pytest.mark.parametrize(
    ("health", "healthy", "ready"),
    [
        (Health(healthy=True, ready=True), (200, "healthy\n"), (200, "ready\n")),
        (
            Health(healthy=True, ready=False, reason="still loading"),
            (200, "healthy\n"),
            (503, "still loading\n"),
        ),
        (
            Health(healthy=False, ready=False, reason="the scheduler stands still"),
            (503, "the scheduler stands still\n"),
            (503, "the scheduler stands still\n"),
        ),
        (Health(healthy=False, ready=False), (503, "not healthy\n"), (503, "not ready\n")),
    ],
)
async def test_health_says_what_is_wrong(
    served: Served,
    web: Browser,
    health: Health,
    healthy: tuple[int, str],
    ready: tuple[int, str],
) -> None:
    served.commands.answer = health
    for path, expected in (("/-/healthy", healthy), ("/-/ready", ready)):
        async with web.get(path) as answer:
            assert (answer.status, await answer.text()) == expected


async def test_a_reload_that_succeeds(served: Served, web: Browser) -> None:
    async with web.post("/-/reload") as answer:
        assert (answer.status, await answer.text()) == (200, "reloaded\n")
    assert served.commands.reloads == 1


async def test_a_reload_that_fails_lists_every_problem(served: Served, web: Browser) -> None:
    served.commands.problems = [
        "sites/bc.yaml:3:5: unknown key `intervall`, did you mean `interval`?",
        "sites/bc.yaml:9:1: `uci` is the id of two areas",
    ]
    async with web.post("/-/reload") as answer:
        assert answer.status == 400
        assert (await answer.text()).splitlines() == served.commands.problems


async def test_a_reload_cannot_be_asked_with_get(served: Served, web: Browser) -> None:
    async with web.get("/-/reload") as answer:
        assert answer.status == 405
        assert answer.headers["Allow"] == "POST"
        assert (await answer.json())["error"] == "method_not_allowed"
    assert served.commands.reloads == 0


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://[::1"},
        # DNS rebinding: the attacker's own name, pointed at us
        {"Origin": "http://evil.example:9710", "Host": "evil.example:9710"},
        # another port of the same machine is another application
        {"Origin": "http://127.0.0.1:8080", "Host": "127.0.0.1:9710"},
    ],
)
async def test_another_page_cannot_make_a_browser_reload_us(
    served: Served, web: Browser, headers: dict[str, str]
) -> None:
    async with web.post("/-/reload", headers=headers) as answer:
        assert answer.status == 403
        assert (await answer.json())["error"] == "forbidden"
    assert served.commands.reloads == 0


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://127.0.0.1:9710", "Host": "127.0.0.1:9710"},
        {"Origin": "http://[::1]:9710", "Host": "[::1]:9710"},
        {"Origin": "http://localhost:9710", "Host": "localhost:9710"},
        {"Origin": "https://noc.example.mx", "Host": "noc.example.mx"},
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
    ],
)
async def test_our_own_pages_may_reload(
    served: Served, web: Browser, headers: dict[str, str]
) -> None:
    async with web.post("/-/reload", headers=headers) as answer:
        assert answer.status == 200
    assert served.commands.reloads == 1


async def test_a_reload_changes_whose_pages_are_ours(served: Served, web: Browser) -> None:
    served.registry.watched = fleet(board_url="https://moved.example.mx")
    for host, status in (("noc.example.mx", 403), ("moved.example.mx", 200)):
        headers = {"Origin": f"https://{host}", "Host": host}
        async with web.post("/-/reload", headers=headers) as answer:
            assert answer.status == status, host


async def test_a_large_request_is_refused(served: Served, web: Browser) -> None:
    async with web.post("/-/reload", data=b"x" * 70_000) as answer:
        assert answer.status == 413
        assert (await answer.json())["error"] == "too_large"
    assert served.commands.reloads == 0


async def test_sites_are_listed_with_the_states_of_their_parts(web: Browser) -> None:
    page = await read(web, "/api/v1/sites")
    assert (page["total"], page["offset"], page["limit"]) == (2, 0, 100)
    clinic, hospital = page["sites"]
    assert clinic["id"] == "cs-maneadero"
    assert clinic["federal_state"] == "BC"
    assert clinic["location"] == {"latitude": 31.72, "longitude": -116.57}
    assert (hospital["state"], hospital["incidents"]) == ("degraded", ["INC-1"])
    assert hospital["since"] == "2026-11-21T09:00:00Z"
    parts = {part["component"]: part for part in hospital["components"]}
    assert parts["area/uci"]["state"] == "down"
    assert parts["area/uci"]["criticality"] == "life"
    assert parts["area/uci"]["because"] == "icmp no_reply"
    assert (parts["link/cfe"]["state"], parts["link/cfe"]["since"]) == ("unknown", None)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=up", ["cs-maneadero"]),
        ("state=down,degraded", ["hg-ensenada"]),
        ("state=up&state=degraded", ["cs-maneadero", "hg-ensenada"]),
        ("state=unknown", []),
        ("q=MANEADERO", ["cs-maneadero"]),
        ("q=bcimb000010", ["hg-ensenada"]),
        ("q=énsenada", ["cs-maneadero", "hg-ensenada"]),
        ("q=ensenada&state=up", ["cs-maneadero"]),
        ("limit=1", ["cs-maneadero"]),
        ("limit=1&offset=1", ["hg-ensenada"]),
        ("offset=5", []),
    ],
)
async def test_sites_can_be_filtered_and_paged(web: Browser, query: str, found: list[str]) -> None:
    page = await read(web, f"/api/v1/sites?{query}")
    assert [site["id"] for site in page["sites"]] == found


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ("state=broken", "`state` is one or more of: up, degraded, down, unknown"),
        ("limit=0", "`limit` is a number from 1 to 1000"),
        ("limit=1001", "`limit` is a number from 1 to 1000"),
        ("limit=ten", "`limit` is a number"),
        ("offset=-1", "`offset` is a number"),
        ("limit=99999999999999999999", "`limit` is a number"),
        ("limit=٣", "`limit` is a number"),
        ("stat=up", "unknown query parameter `stat`; known are: state, q, limit, offset"),
    ],
)
async def test_a_query_that_makes_no_sense_is_told_so(web: Browser, query: str, fault: str) -> None:
    problem = await read(web, f"/api/v1/sites?{query}", 400)
    assert problem["error"] == "bad_request"
    assert fault in problem["detail"]


async def test_one_site_can_be_asked_for(web: Browser) -> None:
    site = await read(web, "/api/v1/sites/hg-ensenada")
    assert site["clues"] == "BCIMB000010"
    missing = await read(web, "/api/v1/sites/nowhere", 404)
    assert missing == {"error": "not_found", "detail": "no site has this id"}


async def test_open_incidents_are_listed_and_ended_ones_on_request(web: Browser) -> None:
    page = await read(web, "/api/v1/incidents")
    assert page["incidents"] == [json.loads(opened("INC-1").to_json())]
    everything = await read(web, "/api/v1/incidents?all=1")
    assert [incident["id"] for incident in everything["incidents"]] == ["INC-1", "INC-0"]
    assert everything["incidents"][1]["schema"] == "guardia/v1"
    closed_at = datetime.fromisoformat(everything["incidents"][1]["closed_at"])
    assert closed_at.tzinfo == UTC


async def test_every_answer_carries_the_security_headers(web: Browser) -> None:
    for path in ("/", "/metrics", "/-/healthy", "/api/v1/sites", "/nowhere"):
        async with web.get(path) as answer:
            policy = answer.headers["Content-Security-Policy"]
            assert policy.startswith("default-src 'none'")
            assert "frame-ancestors 'none'" in policy
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Cache-Control"] == "no-store"
            assert answer.headers["Server"] == "guardia"
            assert "Access-Control-Allow-Origin" not in answer.headers


async def test_unknown_paths_and_methods_are_answered_in_json(web: Browser) -> None:
    assert (await read(web, "/nowhere", 404))["error"] == "not_found"
    async with web.delete("/api/v1/sites") as answer:
        assert answer.status == 405
        assert (await answer.json())["error"] == "method_not_allowed"


async def test_a_bug_is_a_500_that_tells_the_caller_nothing(
    served: Served, web: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> Health:
        raise RuntimeError("a secret of ours")

    served.commands.health = broken  # type: ignore[method-assign]
    async with web.get("/-/healthy") as answer:
        assert answer.status == 500
        assert "secret" not in await answer.text()
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "a secret of ours" in caplog.text


async def test_the_server_listens_where_told_and_says_when_the_port_is_taken(
    served: Served,
) -> None:
    first = WebServer(served.registry, served.commands, served.exposition)
    host, port = await first.start("127.0.0.1:0")
    try:
        assert host == "127.0.0.1"
        url = f"http://127.0.0.1:{port}/-/healthy"
        async with ClientSession() as session, session.get(url) as answer:
            assert answer.status == 200
        second = WebServer(served.registry, served.commands, served.exposition)
        taken = f"listen 127.0.0.1:{port}: in use by another process; choose another `listen`"
        with pytest.raises(ListenError) as refused:
            await second.start(f"127.0.0.1:{port}")
        assert str(refused.value) == taken
    finally:
        await first.stop()


async def test_an_address_that_is_not_ours_is_named(served: Served) -> None:
    server = WebServer(served.registry, served.commands, served.exposition)
    with pytest.raises(ListenError, match=r"listen 192\.0\.2\.1:9710: no address of this machine"):
        await server.start("192.0.2.1:9710")


async def test_ipv6_is_served_too(served: Served) -> None:
    server = WebServer(served.registry, served.commands, served.exposition)
    try:
        host, port = await server.start("[::1]:0")
    except ListenError as error:
        pytest.skip(f"no IPv6 on this machine: {error}")
    assert (host, port > 0) == ("::1", True)
    await server.stop()
