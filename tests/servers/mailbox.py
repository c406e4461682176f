"""A mail server on loopback with TLS, accounts, and a script of what goes wrong (RFC 5321)."""

import asyncio
import base64
import contextlib
import ssl
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Self

HANG = "hang"
"""Say nothing until the server stops."""
DROP = "drop"
"""Do what was asked, and cut the connection instead of answering."""


@dataclass(frozen=True, slots=True)
class Mail:
    """One message that was taken, with its envelope. `user` is empty without a login."""

    sender: str
    recipient: str
    message: EmailMessage
    octets: bytes
    is_secured: bool
    user: str


class Mailbox:
    """Answers what its `script` says next for a command, then what a healthy server would.

    The keys of the script are commands; `CONNECT` is the greeting and `BODY` the end of a message.
    """

    def __init__(
        self,
        tls: ssl.SSLContext | None = None,
        *,
        is_wrapped: bool = False,
        accounts: dict[str, str] | None = None,
    ) -> None:
        self.taken: list[Mail] = []
        self.commands: list[str] = []
        self.script: defaultdict[str, deque[str]] = defaultdict(deque)
        self.port = 0
        self.tls = tls
        self.is_wrapped = is_wrapped
        self.accounts = accounts or {}
        self._server: asyncio.Server | None = None
        self._talks: set[_Talk] = set()
        self._stirred = asyncio.Event()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        tls = self.tls if self.is_wrapped else None
        self._server = await asyncio.start_server(
            self._serve, "127.0.0.1", self.port, ssl=tls, reuse_address=True
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            for talk in tuple(self._talks):
                talk.cut()
            await self._server.wait_closed()
            self._server = None
        await self.until(lambda: not self._talks)

    async def until(self, condition: Callable[[], bool], within_s: float = 10.0) -> None:
        """Return once it holds, looking again whenever a command has come."""
        async with asyncio.timeout(within_s):
            while not condition():
                self._stirred.clear()
                await self._stirred.wait()

    def heard(self, command: str) -> None:
        self.commands.append(command)
        self._stirred.set()

    def keep(self, mail: Mail) -> None:
        self.taken.append(mail)
        self._stirred.set()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = _Talk(self, reader, writer)
        self._talks.add(talk)
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, _GoneError):
                await talk.run()
        finally:
            talk.cut()
            self._talks.discard(talk)
            self._stirred.set()


class _GoneError(Exception):
    """One end has gone."""


class _Talk:
    """One connection."""

    def __init__(
        self, box: Mailbox, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._box = box
        self._reader = reader
        self._writer = writer
        self._is_secured = box.is_wrapped
        self._user = ""
        self._sender = ""
        self._recipient = ""
        self._over = asyncio.Event()

    def cut(self) -> None:
        self._over.set()
        self._writer.transport.abort()

    async def run(self) -> None:
        await self._say("CONNECT", "220 mailbox ready")
        while line := (await self._reader.readline()).decode().strip():
            verb, _, rest = line.partition(" ")
            self._box.heard(verb.upper())
            await self._answer(verb.upper(), rest)

    async def _answer(self, verb: str, rest: str) -> None:
        if verb == "EHLO":
            await self._say(verb, self._greeting())
        elif verb == "STARTTLS" and self._box.tls is not None:
            await self._say(verb, "220 go on")
            await self._writer.start_tls(self._box.tls)
            self._is_secured = True
        elif verb == "AUTH":
            await self._say(verb, self._login(rest))
        elif verb == "DATA":
            await self._say(verb, "354 go on")
            await self._take()
        elif verb == "QUIT":
            raise _GoneError
        elif verb in {"MAIL", "RCPT"}:
            address = rest.partition("<")[2].partition(">")[0]
            self._sender = address if verb == "MAIL" else self._sender
            self._recipient = address if verb == "RCPT" else self._recipient
            await self._say(verb, "250 ok")
        else:
            await self._say(verb, "250 ok" if verb == "RSET" else "502 what?")

    def _greeting(self) -> str:
        offers = ["mailbox"]
        if self._box.tls is not None and not self._is_secured:
            offers.append("STARTTLS")
        if self._box.accounts and self._is_secured:
            offers.append("AUTH PLAIN")
        return "\r\n".join(f"250{' ' if offer is offers[-1] else '-'}{offer}" for offer in offers)

    def _login(self, rest: str) -> str:
        _, user, password = base64.b64decode(rest.partition(" ")[2]).decode().split("\0")
        if self._box.accounts.get(user) != password:
            return "535 5.7.8 not that password"
        self._user = user
        return "235 welcome"

    async def _take(self) -> None:
        octets = b""
        while (line := await self._reader.readline()) != b".\r\n":
            if not line:
                raise _GoneError
            octets += line.removeprefix(b".") if line.startswith(b"..") else line
        message = message_from_bytes(octets, policy=policy.default)
        assert isinstance(message, EmailMessage)
        mail = Mail(self._sender, self._recipient, message, octets, self._is_secured, self._user)
        script = self._box.script["BODY"]
        if not script or script[0] in (HANG, DROP):
            self._box.keep(mail)
        await self._say("BODY", "250 2.0.0 taken")

    async def _say(self, verb: str, usual: str) -> None:
        script = self._box.script[verb]
        said = script.popleft() if script else usual
        if said == HANG:
            await self._over.wait()
        if said in (HANG, DROP):
            raise _GoneError
        self._writer.write(f"{said}\r\n".encode())
        await self._writer.drain()
