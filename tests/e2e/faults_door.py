"""A TCP port that a test opens and closes: the simplest thing that can be up or down."""

import asyncio
from typing import Self

from tests.servers.program import free_port


class Door:
    """Open: it takes connections. Shut: the kernel refuses them."""

    def __init__(self) -> None:
        self.port = free_port()
        self.target = f"127.0.0.1:{self.port}"
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.shut()

    async def open(self) -> None:
        if self._server is None:
            self._server = await asyncio.start_server(_hang_up, "127.0.0.1", self.port)

    async def shut(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.close()
            await server.wait_closed()


async def _hang_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()
