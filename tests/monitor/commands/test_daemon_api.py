"""A client that knows a daemon from a stranger, and says which it met."""

import asyncio

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from exporters.exposition import Exposition
from exporters.web import application
from monitor.commands import daemon_api
from monitor.commands.daemon_api import DaemonApi, DaemonUnreachableError
from monitor.vocabulary import State
from tests.exporters.incident import closed, opened
from tests.exporters.watched import USUAL, FixedCommands, FixedRegistry, fleet, state
from tests.servers.program import free_port


async def test_it_counts_names_and_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(daemon_api, "_PAGE", 2)  # more than one page
    watched = fleet(*({**USUAL, "id": f"cs-{n}", "name": f"Clinic {n}"} for n in range(5)))
    states = [state(watched, "cs-0", State.DOWN), state(watched, "cs-1", State.UP)]
    registry = FixedRegistry(watched, states, [opened("INC-1"), closed(opened("INC-0"))])
    app = application(registry, FixedCommands(), Exposition())
    async with TestServer(app) as server, DaemonApi(str(server.make_url("/"))) as api:
        assert await api.counts() == {
            State.UP: 1, State.DEGRADED: 0, State.DOWN: 1, State.UNKNOWN: 3,
        }  # fmt: skip
        assert await api.names() == {f"cs-{n}": f"Clinic {n}" for n in range(5)}
        assert [incident.id for incident in await api.incidents()] == ["INC-1"]
        assert len(await api.incidents(closed_too=True)) == 2


async def test_nobody_there_is_said_in_words() -> None:
    async with DaemonApi(f"http://127.0.0.1:{free_port()}") as api:
        with pytest.raises(DaemonUnreachableError, match=r"\(connection refused\): is it running"):
            await api.counts()


async def test_a_name_that_does_not_exist_is_said_in_words() -> None:
    async with DaemonApi("http://no host/") as api:
        with pytest.raises(DaemonUnreachableError, match="no Guardia answers at http://no host"):
            await api.counts()


def answering(body: str | None, content_type: str = "", status: int = 200) -> TestServer:
    """Return a server that gives one answer to everything; None is silence."""

    async def handle(_request: web.Request) -> web.Response:
        if body is None:
            await asyncio.Event().wait()
        return web.Response(text=body, content_type=content_type, status=status)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handle)
    return TestServer(app)


async def test_silence_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(daemon_api, "TIMEOUT_S", 0.05)
    async with answering(None) as server, DaemonApi(str(server.make_url("/"))) as api:
        with pytest.raises(DaemonUnreachableError, match="no answer within"):
            await api.counts()


JSON = "application/json"


@pytest.mark.parametrize(
    ("body", "content_type", "status", "said"),
    [
        ("<html>", "text/html", 200, "it speaks no JSON"),
        ("{", JSON, 200, "no Guardia answers"),
        ("[]", JSON, 200, "is no Guardia"),
        ("{}", JSON, 200, "is no Guardia"),
        ('{"incidents": [{}], "sites": [{}], "total": null}', JSON, 200, "is no Guardia"),
        ('{"incidents": 5, "sites": 5, "total": "x"}', JSON, 200, "is no Guardia"),
        ("{}", JSON, 404, "HTTP status 404"),
    ],
    ids=["html", "cut", "list", "empty", "nulls", "numbers", "404"],
)
async def test_a_stranger_is_noticed(body: str, content_type: str, status: int, said: str) -> None:
    server = answering(body, content_type, status)
    async with server, DaemonApi(str(server.make_url("/"))) as api:
        for question in (api.counts, api.names, api.incidents):
            with pytest.raises(DaemonUnreachableError, match=said):
                await question()
