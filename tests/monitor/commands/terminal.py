"""What the tests of commands share: a way to type them, and a daemon's API to ask."""

import asyncio
import io
import ssl
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager

from aiohttp import web
from click.testing import CliRunner, Result
from rich.console import Console, RenderableType

from exporters.exposition import Exposition
from exporters.web import application
from monitor.__main__ import main
from monitor.events import IncidentEvent, StateEvent
from tests.exporters.watched import FixedCommands, FixedRegistry, fleet


def typed(*words: str) -> Result:
    """Type `guardia …`; an exception that is no exit fails the test."""
    return CliRunner().invoke(main, words, catch_exceptions=False, prog_name="guardia")


@contextmanager
def served(app: web.Application, tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """Serve in a thread of its own, for commands run a loop of theirs; yield `host:port`."""
    ready: Future[int] = Future()
    over = asyncio.Event()
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        runner = web.AppRunner(app, handle_signals=False, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls).start()
        ready.set_result(int(runner.addresses[0][1]))
        await over.wait()
        await runner.cleanup()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    try:
        yield f"127.0.0.1:{ready.result(10)}"
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join(10)
        loop.close()


@contextmanager
def daemon(
    *incidents: IncidentEvent,
    states: tuple[StateEvent, ...] = (),
    commands: FixedCommands | None = None,
    **settings: object,
) -> Iterator[tuple[str, FixedRegistry]]:
    """Serve the API of a daemon that watches the usual two sites; yield its URL."""
    registry = FixedRegistry(fleet(**settings), states, incidents)
    with served(application(registry, commands or FixedCommands(), Exposition())) as place:
        yield f"http://{place}", registry


def shown(renderable: RenderableType, width: int = 100, height: int = 30) -> str:
    """Return what a terminal of that size would show."""
    console = Console(
        file=io.StringIO(), width=width, height=height, force_terminal=True, color_system=None
    )
    console.print(renderable)
    return str(console.file.getvalue())  # type: ignore[attr-defined]
