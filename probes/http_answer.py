"""An answer as it comes in, read by aiohttp's parser, bounded and timed by us.

Only the parser is aiohttp's. Its session, connector and request objects cost several times what
the exchange itself does, and neither tell a lookup from a handshake nor send a request only once.
"""

import asyncio
import ssl
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from aiohttp.base_protocol import BaseProtocol
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.http_parser import HttpResponseParser, RawResponseMessage
from aiohttp.streams import EMPTY_PAYLOAD, StreamReader

from probes.failure import Failure
from probes.handshake import tls_failure
from probes.http_run import HttpRun, Stage
from probes.known_heads import KnownHeads
from probes.line import CHUNK_BYTES, Line
from probes.quotation import quote
from probes.reading import Reason

MAX_HEAD_BYTES = 65_536
MAX_INTERIM_ANSWERS = 16
_MAX_LINE_BYTES = 8190
_MAX_HEADERS = 128
_WITHOUT_BODY = frozenset({101, 204, 304})  # after 101 another protocol follows
_UNPARSABLE = (HttpProcessingError, ValueError, RuntimeError, AssertionError, AttributeError)
"""What aiohttp's parser is known to raise, or could trip over, for what a stranger sent."""


class _Unhurried(BaseProtocol):
    """What aiohttp's body buffer wants to hold up. We read no further than it is empty."""

    def pause_reading(self) -> None:
        """Leave it: one chunk is at most on its way."""

    def resume_reading(self, resume_parser: bool = True) -> None:
        """Leave it."""


Heads: TypeAlias = KnownHeads[RawResponseMessage]


class _Whole:
    """A body that came with its head, and needs no parser."""

    def __init__(self, body: bytes) -> None:
        self._rest = body

    def read_nowait(self) -> bytes:
        """Return what was not read yet."""
        rest, self._rest = self._rest, b""
        return rest

    def is_eof(self) -> bool:
        """Tell that no more will come."""
        return True

    def at_eof(self) -> bool:
        """Tell whether all was read."""
        return not self._rest


class HttpAnswer:
    """Status and headers, once `read_head` is through; then the body. Names match in any case.

    `heads` are those of other answers; one among them need not be read again.
    """

    def __init__(
        self,
        line: Line,
        run: HttpRun,
        heads: Heads,
        *,
        is_head: bool,
        leave: Callable[[bool], None],
    ) -> None:
        self._leave = leave
        self._line = line
        self._run = run
        self._heads = heads
        self._has_body = not is_head
        self._parser: HttpResponseParser | None = None
        self._body: StreamReader | _Whole = EMPTY_PAYLOAD
        self._is_last = True
        self.status = 0
        self.reason = ""
        self.headers: Mapping[str, str] = {}

    @property
    def declared_bytes(self) -> int | None:
        """The length that the head promises of the body, if it does and there is one."""
        declared = self.headers.get("Content-Length", "")
        return int(declared) if self._has_body and declared.isdecimal() else None

    async def read_head(self) -> None:
        """Wait for the final answer, past interim ones (1xx).

        Raises:
            Failure: RESET, BAD_HTTP, TLS_FAILED

        """
        heads = head_bytes = 0
        while True:
            received = await self._receive_head()
            if not head_bytes and self._has_body and self._recognise(received):
                return
            for message, body in self._parse_head(received):
                if not 100 <= message.code < 200 or message.code == 101:
                    self._begin(message, message.headers, body)
                    if not head_bytes:  # it began with this
                        self._remember(received, message)
                    return
                heads += 1
            head_bytes += len(received)
            if heads > MAX_INTERIM_ANSWERS:
                raise _no_http("interim answers without end")
            if head_bytes > MAX_HEAD_BYTES:
                raise _no_http(f"headers of more than {MAX_HEAD_BYTES} bytes")

    @property
    def is_over(self) -> bool:
        """Tell whether the body was read to its end."""
        return self._body.at_eof()

    def leave(self) -> None:
        """Be done with the connection; what has come is kept.

        Another answer may come on it, unless this one was not read to its end, ends with it, or
        said that it is the last (RFC 9112 section 9.3).
        """
        self._leave(self.is_over and not self._is_last)

    def come(self) -> bytes:
        """Return what has come of the body, as it was sent, and was not read yet."""
        return self._body.read_nowait()

    async def read(self) -> bytes:
        """Return the next piece of the body, as it was sent; nothing at its end.

        Raises:
            Failure: RESET, BAD_HTTP, TLS_FAILED

        """
        while True:
            piece = self._body.read_nowait()
            if piece or self._body.is_eof():
                return piece
            received = await self._receive_body()
            parser = self._reading()
            try:
                if received:
                    parser.feed_data(received)
                else:
                    parser.feed_eof()
            except _UNPARSABLE as error:
                raise self._broken_off(is_end=not received) from error

    def _recognise(self, received: bytes) -> bool:
        known = self._heads.find(received)
        if known is None:
            return False
        message, date, body = known
        headers = message.headers.copy()
        if date is not None:
            headers["Date"] = date
        self._begin(message, headers, _Whole(body))
        return True

    def _remember(self, received: bytes, message: RawResponseMessage) -> None:
        length = self.declared_bytes
        if length is not None and not message.chunked and message.code not in _WITHOUT_BODY:
            self._heads.learn(received, message, length, self.headers.get("Date"))

    def _begin(
        self, message: RawResponseMessage, headers: Mapping[str, str], body: StreamReader | _Whole
    ) -> None:
        self.status, self.reason, self.headers = message.code, message.reason or "", headers
        self._is_last = message.should_close or message.code == 101
        self._has_body = self._has_body and message.code not in _WITHOUT_BODY
        if self._has_body:
            self._body = body

    async def _receive_head(self) -> bytes:
        run = self._run
        try:
            received = await self._line.receive()
        except OSError as error:
            where = "in the headers" if run.stage is Stage.TRANSFER else "before an answer"
            raise broken_line(error, where) from error
        if received:
            if run.stage is not Stage.TRANSFER:
                run.enter(Stage.TRANSFER)
            return received
        if run.stage is Stage.TRANSFER:
            raise Failure(Reason.BAD_HTTP, "closed in the middle of the headers")
        raise Failure(Reason.RESET, "closed without an answer")

    def _parse_head(self, received: bytes) -> Sequence[tuple[RawResponseMessage, StreamReader]]:
        parser = self._reading()
        try:
            messages, _, _ = parser.feed_data(received)
        except HttpProcessingError as error:
            raise _no_http(error.message) from error
        except _UNPARSABLE as error:
            raise _no_http(str(error)) from error
        return messages

    def _reading(self) -> HttpResponseParser:
        if self._parser is None:
            loop = asyncio.get_running_loop()
            self._parser = HttpResponseParser(
                _Unhurried(loop),
                loop,
                CHUNK_BYTES,
                max_line_size=_MAX_LINE_BYTES,
                max_field_size=_MAX_LINE_BYTES,
                max_headers=_MAX_HEADERS,
                response_with_body=self._has_body,
                read_until_eof=True,
                auto_decompress=False,
            )
        return self._parser

    async def _receive_body(self) -> bytes:
        try:
            return await self._line.receive()
        except OSError as error:
            raise broken_line(error, self._so_far()) from error

    def _broken_off(self, *, is_end: bool) -> Failure:
        if is_end:
            return Failure(Reason.RESET, f"closed {self._so_far()}, which was to be longer")
        return Failure(Reason.BAD_HTTP, f"broken transfer coding {self._so_far()}")

    def _so_far(self) -> str:
        return f"after {self._run.body_bytes} bytes of the body"


def broken_line(error: OSError, where: str) -> Failure:
    """Return what it means that the connection failed there."""
    if isinstance(error, ssl.SSLError):
        return tls_failure(error)
    return Failure(Reason.RESET, f"connection reset {where}")


def _no_http(why: str) -> Failure:
    said = quote(" ".join(why.replace("^", " ").split()), 120)
    return Failure(Reason.BAD_HTTP, f"the answer is no HTTP: {said}")
