"""The site server over real loopback: 127.64.0.1 is this machine, in or out of a namespace."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest

from simulator import deeds
from simulator.live_world import LiveWorld
from simulator.web import SiteServer
from tests.simulator.worlds import action, small_world


class Web:
    """The server of a small world, at a port of its own."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self.live = LiveWorld(small_world(), datetime.now(UTC))
        self.server = SiteServer(self.live, lambda: 5.0)
        self._session = session

    async def get(self, address: str, path: str) -> tuple[int, Any]:
        url = f"http://{address}:{self.server.ports[0]}{path}"
        async with self._session.get(url) as answer:
            is_json = answer.content_type == "application/json"
            return answer.status, await (answer.json() if is_json else answer.text())

    def do(self, do: str, **named: object) -> None:
        deeds.apply(action(do, site="hospital", **named), self.live, 5.0)


@pytest.fixture
async def web() -> AsyncIterator[Web]:
    async with aiohttp.ClientSession() as session:
        web = Web(session)
        await web.server.start((0,), "0.0.0.0")
        yield web
        await web.server.stop()


async def test_health_says_who_was_called(web: Web) -> None:
    for address, component in (
        ("127.64.0.1", "hospital/link/cfe"),
        ("127.64.0.10", "hospital/area/uci"),
        ("127.64.0.33", "clinic/link/cfe"),
        ("127.79.240.1", "node/pop"),
        ("127.79.255.254", "anchor/127.79.255.254"),
    ):
        assert await web.get(address, "/health") == (200, {"status": "ok", "component": component})


async def test_a_service_answers_as_it_was_told(web: Web) -> None:
    expected = {"status": "ok", "component": "hospital/service/expediente"}
    assert await web.get("127.64.0.5", "/health") == (200, expected)
    assert await web.get("127.64.0.1", "/services/expediente") == (200, expected)
    web.do("service", service="expediente", status=503, latency="10ms")
    status, said = await web.get("127.64.0.5", "/health")
    assert (status, said["status"]) == (503, "fail")


async def test_power_by_unit_and_whole(web: Web) -> None:
    status, said = await web.get("127.64.0.10", "/power/ups-uci")
    assert (status, [ups["id"] for ups in said["ups"]]) == (200, ["ups-uci"])
    status, said = await web.get("127.64.0.1", "/power")
    assert (status, len(said["ups"])) == (200, 2)


async def test_what_is_not_there_is_not_found(web: Web) -> None:
    for address, path in (
        ("127.64.0.1", "/power/nobody"),
        ("127.64.0.1", "/services/nothing"),
        ("127.79.240.1", "/power"),
        ("127.64.9.9", "/health"),
        ("127.64.0.1", "/elsewhere"),
    ):
        assert (await web.get(address, path))[0] == 404


async def test_broken_telemetry(web: Web) -> None:
    web.do("telemetry", mode="garbage")
    status, said = await web.get("127.64.0.1", "/power/ups-uci")
    assert status == 200
    assert said.startswith("<html>")
    web.do("telemetry", mode="error")
    assert (await web.get("127.64.0.1", "/power/ups-uci"))[0] == 503
    web.do("telemetry", mode="frozen")
    assert (await web.get("127.64.0.1", "/power/ups-uci"))[1]["mains"] == "present"
