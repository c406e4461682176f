"""The templates at the start: compiled beside the loop, once, and never in silence when wrong."""

import asyncio
import logging
import threading
from collections.abc import Iterable, Iterator

import pytest
from aiohttp.test_utils import TestClient, TestServer
from jinja2 import DictLoader, Environment, TemplateSyntaxError, nodes

from exporters.board import compilation, rendering
from exporters.board.compilation import Compilation
from tests.descriptors import descriptors
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
    monkeypatch.setattr(rendering, "_NAMES", ("now.html.j2",))
    templates = Compilation()
    for _ in range(2):  # it is not forgotten that it has failed
        with pytest.raises(TemplateSyntaxError) as caught:
            await templates.done()
        assert (caught.value.name, caught.value.lineno) == ("now.html.j2", 2)


async def test_folders_that_cannot_be_read_are_not_taken_for_empty_ones(
    fresh: "Unhurried", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compilation, "_COMMAND", ("false",))
    templates = Compilation()
    await asyncio.to_thread(int)  # there is a thread to compile in
    with descriptors(0), pytest.raises(OSError, match="Too many open files"):
        await templates.done()
    assert not rendering.is_compiled()
    await templates.done()
    assert rendering.is_compiled()


class Unhurried(Environment):
    """An environment of ours that counts what it had to compile itself."""

    def __init__(self, like: Environment) -> None:
        super().__init__(
            loader=like.loader, undefined=like.undefined, autoescape=True,
            trim_blocks=True, lstrip_blocks=True, auto_reload=False,
            bytecode_cache=like.bytecode_cache,
        )  # fmt: skip
        self.filters = like.filters
        self.parsed: list[str] = []

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        self.parsed.append(name or "?")
        return super()._parse(source, name, filename)


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch) -> Unhurried:
    """Templates as at the start of a process: none is compiled."""
    environment = Unhurried(rendering._TEMPLATES)
    monkeypatch.setattr(rendering, "_TEMPLATES", environment)
    return environment


async def test_another_process_compiles_and_we_take_it_over(fresh: Unhurried) -> None:
    assert not rendering.is_compiled()
    await Compilation().done()
    assert fresh.parsed == []
    assert rendering.is_compiled()


@pytest.mark.parametrize(
    ("command", "seconds"),
    [(("false",), 30.0), (("/no/such/python",), 30.0), (("sleep", "60"), 0.05)],
)
async def test_where_no_other_process_can_we_compile_ourselves(
    fresh: Unhurried, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
    command: tuple[str, ...], seconds: float,
) -> None:  # fmt: skip
    caplog.set_level(logging.INFO)
    monkeypatch.setattr(compilation, "_COMMAND", command)
    monkeypatch.setattr(compilation, "ELSEWHERE_S", seconds)
    await Compilation().done()
    assert "now.html.j2" in fresh.parsed
    assert rendering.is_compiled()
    assert "templates are compiled here" in caplog.text


async def test_one_that_nobody_waited_for_leaves_no_process(
    fresh: Unhurried, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compilation, "_COMMAND", ("sleep", "60"))
    templates = Compilation()
    templates.begin()
    process = templates._process
    assert process is not None
    templates.close()
    assert process.returncode is not None
    assert fresh.parsed == []


async def test_bytecode_of_another_version_is_not_believed(fresh: Unhurried) -> None:
    rendering.take({"anything": b"not bytecode"})
    rendering.take(dict.fromkeys(rendering.bytecode(), b"not bytecode"))
    fresh.parsed.clear()
    assert fresh.cache is not None
    fresh.cache.clear()
    rendering.compiled()
    assert "now.html.j2" in fresh.parsed
    rendering.forget()
