"""Web servers on loopback that answer exactly what a test tells them to, badly if it likes."""

import asyncio
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from config.probe import HttpSettings
from probes.line import Line

Script = Callable[["Caller"], Awaitable[None]]

LOGIN_PAGE = b"<!DOCTYPE html><html><body><form>Password</form></body></html>"


class Pieces(Line):
    """A line on which exactly these arrive, then its end."""

    def __init__(self, *pieces: bytes) -> None:
        self._pieces = list(pieces)

    async def receive(self) -> bytes:
        return self._pieces.pop(0) if self._pieces else b""


class Caller:
    """One connection that came in."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def request(self) -> bytes:
        """Read the head of the request, and what came with it."""
        return await self.reader.readuntil(b"\r\n\r\n")

    async def send(self, *parts: bytes) -> None:
        self.writer.write(b"".join(parts))
        await self.writer.drain()
        await asyncio.sleep(0)  # drain() alone lets nobody else run

    async def answer(self, body: bytes = b"ok", status: str = "200 OK", *headers: str) -> None:
        await self.request()
        head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
        await self.send("\r\n".join(head).encode(), b"\r\n\r\n", body)

    async def stay_silent(self) -> None:
        """Keep the connection until the caller ends it, reading and saying nothing."""
        while await self.reader.read(65_536):
            continue

    def reset(self) -> None:
        """End by RST instead of FIN."""
        linger_0 = struct.pack("ii", 1, 0)
        line: socket.socket = self.writer.get_extra_info("socket")
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_0)
        self.writer.transport.abort()


@dataclass
class Server:
    """Where it listens, and what it was asked."""

    port: int
    scheme: str = "http"
    connections: int = 0
    begun: asyncio.Queue[None] = field(default_factory=asyncio.Queue)
    ended: asyncio.Queue[None] = field(default_factory=asyncio.Queue)

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}/"


@asynccontextmanager
async def serving(
    script: Script, tls: ssl.SSLContext | None = None, *, port: int = 0
) -> AsyncIterator[Server]:
    """Run a server whose every connection plays the script, then closes."""
    served = Server(0, "https" if tls else "http")
    playing: set[asyncio.Task[None]] = set()
    lines: list[asyncio.StreamWriter] = []

    async def play(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        served.connections += 1
        served.begun.put_nowait(None)
        try:
            await script(Caller(reader, writer))
        except (OSError, asyncio.IncompleteReadError):
            writer.transport.abort()
        finally:
            writer.close()
            served.ended.put_nowait(None)

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lines.append(writer)
        task = asyncio.ensure_future(play(reader, writer))
        playing.add(task)
        task.add_done_callback(playing.discard)

    server = await asyncio.start_server(
        connected, "127.0.0.1", port, ssl=tls, ssl_shutdown_timeout=0.1 if tls else None
    )
    served.port = server.sockets[0].getsockname()[1]
    try:
        yield served
    finally:
        server.close()
        for _ in range(3):  # what was accepted a moment ago has yet to tell of itself
            await asyncio.sleep(0)
        for task in playing:
            task.cancel()
        await asyncio.gather(*playing, return_exceptions=True)
        for line in lines:
            line.transport.abort()
        await asyncio.gather(*(line.wait_closed() for line in lines), return_exceptions=True)
        await server.wait_closed()


def settings(url: str, **changes: object) -> HttpSettings:
    """Return settings whose deadline only a test that waits for it will see."""
    return HttpSettings.model_validate({"url": url, "timeout": 10.0} | changes)
