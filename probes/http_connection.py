"""The connection of one exchange: resolved, dialled, encrypted, timed and bounded by us.

aiohttp speaks HTTP over it. Its own connector is not used, because it cannot say whether it
waits for a name, for TCP or for TLS, and its session would try a failed GET a second time.
"""

import asyncio
import socket
import ssl
from dataclasses import dataclass

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.http_parser import RawResponseMessage
from aiohttp.streams import StreamReader
from aiohttp.tracing import Trace

from probes.certificate import earliest_expiry, presented_chain
from probes.dial import dial
from probes.failure import Failure
from probes.handshake import TlsContexts, handshake_failure, tls_failure
from probes.http_request import HttpRequest
from probes.http_run import HttpRun, Stage
from probes.quotation import quote
from probes.reach import may_lead
from probes.reading import Reason
from probes.resolve import Address, Resolver, Unresolved

MAX_HEAD_BYTES = 65_536
MAX_INTERIM_ANSWERS = 16
_HANDSHAKE_S = 90_000.0  # beyond any configured timeout: the prober owns the one deadline
_GOODBYE_S = 0.5  # a TLS peer that does not say goodbye is dropped


@dataclass(frozen=True, slots=True)
class Network:
    """What every connection of the daemon shares."""

    resolver: Resolver
    contexts: TlsContexts


@dataclass(slots=True)
class _End:
    """How the connection ended, when it did."""

    came: bool = False
    error: BaseException | None = None
    broken: bool = False  # by us, for what came could not be parsed


class OneConnection(aiohttp.BaseConnector):
    """Resolves, connects and shakes hands, saying where it is. Serves one request, then ends."""

    def __init__(self, request: HttpRequest, run: HttpRun, network: Network) -> None:
        super().__init__(force_close=True, limit=0)
        self._request = request
        self._run = run
        self._network = network
        self._transport: asyncio.Transport | None = None
        self.end = _End()

    async def once(
        self, request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        """Translate aiohttp's errors, which also keeps it from sending a request twice."""
        try:
            return await handler(request)
        except (aiohttp.ClientError, OSError) as error:
            raise self._no_answer(error) from error

    def _no_answer(self, error: Exception) -> Failure:
        """Return why no complete head of an answer came."""
        began = self._run.stage is Stage.TRANSFER
        if isinstance(self.end.error, ssl.SSLError):
            return tls_failure(self.end.error)
        if isinstance(error, aiohttp.ClientResponseError):
            said = quote(" ".join(error.message.replace("^", " ").split()), 120)
            return Failure(Reason.BAD_HTTP, f"the answer is no HTTP: {said}")
        if isinstance(self.end.error, OSError) or isinstance(error, OSError):
            where = "in the headers" if began else "before an answer"
            return Failure(Reason.RESET, f"connection reset {where}")
        if began:
            return Failure(Reason.BAD_HTTP, "closed in the middle of the headers")
        return Failure(Reason.RESET, "closed without an answer")

    def broken_off(self, error: Exception) -> Failure:
        """Return why a body did not come to its end."""
        so_far = f"after {self._run.body_bytes} bytes of the body"
        if isinstance(self.end.error, ssl.SSLError):
            return tls_failure(self.end.error)
        if isinstance(self.end.error, OSError) or isinstance(error, OSError):
            return Failure(Reason.RESET, f"connection reset {so_far}")
        if self.end.came and not self.end.broken:
            return Failure(Reason.RESET, f"closed {so_far}, which was to be longer")
        return Failure(Reason.BAD_HTTP, f"broken transfer coding {so_far}")

    async def _create_connection(
        self,
        req: aiohttp.ClientRequest,  # noqa: ARG002
        traces: list[Trace],  # noqa: ARG002
        timeout: aiohttp.ClientTimeout,  # noqa: ARG002, ASYNC109
    ) -> ResponseHandler:
        url, run = self._request.url, self._run
        secure = url.scheme == "https"
        context = await self._network.contexts.get(self._request.tls) if secure else None
        run.enter(Stage.RESOLVE)
        address = await self._address()
        run.enter(Stage.CONNECT)
        line = await dial(address, url.port or 0)
        if context is None:
            return await self._speak(line)
        run.enter(Stage.TLS)
        return await self._shake_hands(line, context)

    async def _address(self) -> Address:
        run, host = self._run, self._request.url.raw_host or ""
        address = await self._network.resolver.resolve(host, self._request.family)
        if isinstance(address, Unresolved):
            raise Failure(address.reason, address.detail)
        if run.redirects and not may_lead(run.address, address.host):
            raise Failure(Reason.REDIRECT, f"leads inwards, to {address.host}: not followed")
        run.address, run.note = address.host, address.note
        return address

    async def _speak(self, line: socket.socket) -> ResponseHandler:
        loop = asyncio.get_running_loop()
        self._transport, handler = await loop.create_connection(self._handler, sock=line)
        self._run.enter(Stage.SEND)
        return handler

    async def _shake_hands(self, line: socket.socket, context: ssl.SSLContext) -> ResponseHandler:
        loop = asyncio.get_running_loop()
        try:
            self._transport, handler = await loop.create_connection(
                self._handler,
                sock=line,
                ssl=context,
                server_hostname=self._request.tls.server_name or self._request.url.raw_host,
                ssl_handshake_timeout=_HANDSHAKE_S,
                ssl_shutdown_timeout=_GOODBYE_S,
            )
        except OSError as error:
            self._run.expires_at = getattr(error, "expires_at", None)
            raise handshake_failure(error) from error
        tls: ssl.SSLObject = self._transport.get_extra_info("ssl_object")
        self._run.tls_version = tls.version()
        self._run.expires_at = earliest_expiry(presented_chain(tls))
        self._run.enter(Stage.SEND)
        return handler

    def _handler(self) -> ResponseHandler:
        return _Handler(self._run, self.end)

    def hang_up(self) -> None:
        """End the connection now. TLS says goodbye, and does not wait for the far side's."""
        if self._transport is None:
            return
        if not self._transport.is_closing():
            self._transport.close()
        self._transport.abort()


class _Handler(ResponseHandler):
    """Notes the first byte and the manner of the end, and bounds what comes before a body."""

    def __init__(self, run: HttpRun, end: _End) -> None:
        super().__init__(asyncio.get_running_loop())
        self._run = run
        self._end = end
        self._head_bytes = 0
        self._heads = 0
        self._final = False

    def data_received(self, data: bytes) -> None:
        if self._run.stage in (Stage.SEND, Stage.PROCESSING):
            self._run.enter(Stage.TRANSFER)
        super().data_received(data)
        if self._final or self._heads > MAX_INTERIM_ANSWERS:
            return
        self._head_bytes += len(data)
        if self._head_bytes > MAX_HEAD_BYTES:
            self._refuse(f"headers of more than {MAX_HEAD_BYTES} bytes")

    def feed_data(self, data: tuple[RawResponseMessage, StreamReader], size: int = 0) -> None:
        """Take one parsed head, interim (1xx) or final."""
        self._heads += 1
        self._final = not 100 <= data[0].code < 200 or data[0].code == 101
        if self._heads <= MAX_INTERIM_ANSWERS:
            super().feed_data(data, size)
        elif self._heads == MAX_INTERIM_ANSWERS + 1:
            self._refuse("interim answers without end")

    def set_exception(self, exc: BaseException, *exc_cause: BaseException) -> None:
        """Tell the reader of the body too; aiohttp would let it wait for the deadline."""
        super().set_exception(exc, *exc_cause)
        if isinstance(exc, HttpProcessingError):
            self._end.broken = True
            if self._payload is not None and not self._payload.is_eof():
                self._payload.set_exception(aiohttp.ClientPayloadError(exc.message))

    def connection_lost(self, exc: BaseException | None) -> None:
        self._end.came, self._end.error = True, exc
        super().connection_lost(exc)

    def _refuse(self, why: str) -> None:
        if self.transport is not None:
            self.transport.close()
        refused = HttpProcessingError(code=400, message=why)
        self.set_exception(refused)
