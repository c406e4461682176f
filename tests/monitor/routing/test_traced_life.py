"""One whole life of the daemon: what falls silent is traced, and the line is told."""

import asyncio
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.loader import load
from config.probe import AnyProbe
from monitor.app import App
from monitor.events import AnyEvent, IncidentEvent
from monitor.routing import routes
from monitor.vocabulary import OF_ROUTE, Fact
from probes.route import Hop
from probes.route_tracer import Route, RouteTracer

SETTINGS = """
include: [sites.yaml]
state_dir: state
bursts: {fiber: 1ms}
classes: {hospital: {interval: 200ms, reprobe: 100ms, false_downs: 1000}}
"""
SITES = """
sites:
  - id: hg
    name: HG
    type: hospital
    links: [{id: cfe, probes: [{tcp: {target: "PLACE", timeout: 100ms}}]}]
"""


@pytest.fixture
def deaf_place() -> Iterator[str]:
    """Where nobody answers: Linux drops what asks to connect once the queue is full."""
    with socket.socket() as server, socket.socket() as first, socket.socket() as second:
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        for held in (first, second):
            held.setblocking(False)
            held.connect_ex(server.getsockname())
        yield f"127.0.0.1:{server.getsockname()[1]}"


async def test_what_falls_silent_is_traced_and_the_line_is_told(
    deaf_place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sites.yaml").write_text(SITES.replace("PLACE", deaf_place))
    (tmp_path / "guardia.yaml").write_text(SETTINGS)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(routes, "SETTLE_S", 0.0)

    async def trace(_self: RouteTracer, asked: AnyProbe) -> Route:
        return Route("10.9.9.9", (Hop(1, "10.20.0.1", 0.001), Hop(2, None, None)))

    monkeypatch.setattr(RouteTracer, "trace", trace)
    path = tmp_path / "guardia.yaml"
    app = App(path, load(path), "127.0.0.1:0")
    told: list[IncidentEvent] = []
    publish = app._hub.publish

    def listen(event: AnyEvent) -> None:
        publish(event)
        if isinstance(event, IncidentEvent):
            told.append(event)
            if any(line.fact in OF_ROUTE for line in event.evidence):
                app.stop()

    monkeypatch.setattr(app._hub, "publish", listen)
    async with asyncio.timeout(20):
        await app.serve()
    (line,) = [line for line in told[-1].evidence if line.fact in OF_ROUTE]
    assert (line.fact, line.figures["address"]) == (Fact.ROUTE_ENDS, "10.20.0.1")
    assert told[0].revision == 1
