"""A mail server on loopback that takes every message and keeps it."""

import asyncio
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Self

_READ_TIMEOUT_S = 10.0


class MailServer:
    """As much of RFC 5321 as a client needs that speaks neither TLS nor AUTH."""

    def __init__(self) -> None:
        self.messages: list[tuple[str, EmailMessage]] = []
        self.port = 0
        self._server: asyncio.Server | None = None
        self._came = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        await self._server.wait_closed()

    async def wait_for(self, recipient: str, within_s: float = 20.0) -> EmailMessage:
        """Return the first message to a recipient."""
        async with asyncio.timeout(within_s):
            while True:
                for to, message in self.messages:
                    if to == recipient:
                        return message
                self._came.clear()
                await self._came.wait()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 here\r\n")
        to = ""
        while line := await asyncio.wait_for(reader.readline(), _READ_TIMEOUT_S):
            verb = line[:4].upper()
            if verb == b"RCPT":
                to = line.decode().partition("<")[2].partition(">")[0]
            if verb == b"DATA":
                writer.write(b"354 go on\r\n")
                body = await asyncio.wait_for(reader.readuntil(b"\r\n.\r\n"), _READ_TIMEOUT_S)
                self._keep(to, body.removesuffix(b".\r\n"))
            writer.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 ok\r\n")
            if verb == b"QUIT":
                break
        writer.close()
        await writer.wait_closed()

    def _keep(self, to: str, body: bytes) -> None:
        message = message_from_bytes(body.replace(b"\r\n..", b"\r\n."), policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.messages.append((to, message))
        self._came.set()
