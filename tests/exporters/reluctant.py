"""Somebody who asks for something large, and then does not read it."""

import asyncio
import socket
from asyncio import StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


@asynccontextmanager
async def reluctant(port: int, path: str) -> AsyncIterator[StreamWriter]:
    """Ask for a path on this machine; read the first line of the answer, and no more."""
    caller = socket.socket()
    caller.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    caller.connect(("127.0.0.1", port))
    reader, writer = await asyncio.open_connection(sock=caller, limit=1024)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
    assert (await reader.readline()).startswith(b"HTTP/1.1 200")
    yield writer
    writer.transport.abort()
