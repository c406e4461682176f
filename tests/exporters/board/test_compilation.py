"""The templates at the start: compiled beside the loop, once, and never in silence when wrong."""

import asyncio
import threading
from collections.abc import Iterable, Iterator

import pytest
from aiohttp.test_utils import TestClient, TestServer
from jinja2 import DictLoader, Environment, TemplateSyntaxError

from exporters.board import compilation, rendering
from exporters.board.compilation import Compilation
from tests.exporters.board.served import PAGES, Served


class Compiler:
    """Stands still, in its thread, until it may go on."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.may_end = threading.Event()
        self.times = 0

    def compiled(self) -> Iterable[str]:
        self.times += 1
        self.begun.set()
        self.may_end.wait(20)
        return rendering.compiled()


@pytest.fixture
def compiler(monkeypatch: pytest.MonkeyPatch) -> Iterator[Compiler]:
    slow = Compiler()
    monkeypatch.setattr(compilation, "compiled", slow.compiled)
    yield slow
    slow.may_end.set()


async def test_pages_wait_for_their_templates_and_nothing_else_does(compiler: Compiler) -> None:
    async with TestClient(TestServer(Served().app)) as web:
        pages = [asyncio.ensure_future(web.get(path)) for path in PAGES]
        await asyncio.to_thread(compiler.begun.wait, 20)
        for path in ("/api/v1/sites", "/incidents.csv", "/static/board.css", "/-/healthy"):
            async with web.get(path) as answer:
                assert answer.status == 200, path
        assert not any(page.done() for page in pages)
        compiler.may_end.set()
        assert [(await page).status for page in pages] == [200] * len(PAGES)
        assert compiler.times == 1


async def test_who_gives_up_waiting_spoils_it_for_nobody(compiler: Compiler) -> None:
    templates = Compilation()
    impatient = asyncio.ensure_future(templates.done())
    await asyncio.to_thread(compiler.begun.wait, 20)
    patient = asyncio.ensure_future(templates.done())
    impatient.cancel()
    compiler.may_end.set()
    await patient
    assert impatient.cancelled()


async def test_a_viewer_of_news_alone_waits_too(compiler: Compiler) -> None:
    served = Served()
    served.board.feed.open()
    async with TestClient(TestServer(served.app)) as web:
        stream = asyncio.ensure_future(web.get("/events"))
        await asyncio.to_thread(compiler.begun.wait, 20)
        assert not stream.done()
        compiler.may_end.set()
        async with await stream as answer:
            assert answer.content_type == "text/event-stream"
        served.board.feed.close()


async def test_a_template_with_a_fault_is_named_with_its_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    broken = Environment(loader=DictLoader({"now.html.j2": "fine\n{% if %}"}), autoescape=True)
    monkeypatch.setattr(rendering, "_TEMPLATES", broken)
    templates = Compilation()
    for _ in range(2):  # it is not forgotten that it has failed
        with pytest.raises(TemplateSyntaxError) as caught:
            await templates.done()
        assert (caught.value.name, caught.value.lineno) == ("now.html.j2", 2)
