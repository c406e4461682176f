"""The daemon as a whole, in this process: the order in which it starts."""

import asyncio
import errno
import os
import sys
import threading
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from jinja2 import TemplateSyntaxError

from config.loader import load
from exporters.board import compilation, rendering
from monitor.app import App

SETTINGS = "include: [sites.yaml]\nstate_dir: state\n"
SITES = "sites: [{id: cs-1, name: One, links: [{id: cfe, probes: [{tcp: '127.0.0.1:1'}]}]}]\n"


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> App:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "guardia.yaml"
    path.write_text(SETTINGS, encoding="utf-8")
    (tmp_path / "sites.yaml").write_text(SITES, encoding="utf-8")
    return App(path, load(path), "127.0.0.1:0")


@asynccontextmanager
async def serving(app: App) -> AsyncIterator[str]:
    """Let it serve; yield its URL."""
    listening = asyncio.get_running_loop().create_future()

    def on_listening(address: str, port: int) -> None:
        listening.set_result(f"http://{address}:{port}")

    async with asyncio.TaskGroup() as group:
        group.create_task(app.serve(on_listening), name="app")
        yield await listening
        app.stop()


async def test_it_watches_before_the_pages_of_the_board_are_compiled(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, may_end, usual_s = threading.Event(), threading.Event(), sys.getswitchinterval()

    def compiled() -> Iterable[str]:
        begun.set()
        may_end.wait(20)
        return rendering.compiled()

    monkeypatch.setattr(compilation, "compiled", compiled)
    async with serving(app) as url, aiohttp.ClientSession(url) as client:
        try:
            await asyncio.to_thread(begun.wait, 20)
            assert sys.getswitchinterval() < usual_s / 10  # the loop goes first
            async with client.get("/-/ready") as answer:
                assert answer.status == 200
        finally:
            may_end.set()
        async with client.get("/") as answer:
            assert answer.status == 200
        assert sys.getswitchinterval() == usual_s


async def test_without_the_pages_of_the_board_it_watches_and_says_which_fault_it_is(
    app: App, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    faults: list[Exception] = [
        TemplateSyntaxError("unexpected end", 7, "now.html.j2"),
        OSError(errno.EMFILE, os.strerror(errno.EMFILE), "now.html.j2"),
    ]

    def compiled() -> Iterable[str]:
        if faults:
            raise faults.pop()
        return rendering.compiled()

    monkeypatch.setattr(compilation, "compiled", compiled)
    async with serving(app) as url, aiohttp.ClientSession(url) as client:
        while "can be shown" not in caplog.text:  # noqa: ASYNC110 - only its log tells
            await asyncio.sleep(0.01)
        assert "Too many open files: 'now.html.j2'" in caplog.text
        for status in (500, 200):  # the second fault is met by the first who asks for a page
            async with client.get("/") as answer:
                assert answer.status == status
        assert 'unexpected end\n  File "now.html.j2", line 7' in caplog.text
        async with client.get("/api/v1/sites/cs-1") as answer:
            assert answer.status == 200
        async with client.get("/-/ready") as answer:
            assert answer.status == 200
