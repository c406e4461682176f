"""One HTTP/1.1 request and its answer, through aiohttp."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import SimpleNamespace

import aiohttp

from probes.failure import Failure
from probes.http_connection import Network, OneConnection
from probes.http_request import HttpRequest
from probes.http_run import HttpRun, Stage
from probes.reading import Reason

_CHUNK_BYTES = 16_384
_NO_TIMEOUT = aiohttp.ClientTimeout(total=None, connect=None, sock_connect=None, sock_read=None)
"""The prober owns the one deadline."""


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """Status and headers; the body has yet to be read. Header names match in any case."""

    status: int
    reason: str
    headers: Mapping[str, str]
    declared_bytes: int | None
    chunks: AsyncIterator[bytes]


@asynccontextmanager
async def exchange(
    request: HttpRequest, run: HttpRun, network: Network
) -> AsyncIterator[HttpAnswer]:
    """Send the request; the connection ends with the context, read to its end or not.

    Raises:
        Failure: any fault of the network, the far side or this machine

    """
    connector = OneConnection(request, run, network)
    try:
        async with aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=_NO_TIMEOUT,
            trust_env=False,
            auto_decompress=False,
            read_bufsize=_CHUNK_BYTES,
            trace_configs=[_TRACE],
            middlewares=(connector.once,),
        ) as session:
            response = await _send(session, request, run)
            try:
                yield _answer(response, connector)
            finally:
                response.close()
    finally:
        connector.hang_up()


async def _send(
    session: aiohttp.ClientSession, request: HttpRequest, run: HttpRun
) -> aiohttp.ClientResponse:
    try:
        return await session.request(
            request.method,
            request.url,
            headers=request.headers,
            data=request.body,
            allow_redirects=False,
            trace_request_ctx=run,
        )
    except ValueError as error:  # its text may hold what the headers hold: secrets
        said = "the configured headers, body or URL cannot be sent in HTTP"
        raise Failure(Reason.INTERNAL_ERROR, said) from error


def _answer(response: aiohttp.ClientResponse, connector: OneConnection) -> HttpAnswer:
    has_body = response.method != "HEAD" and response.status not in (204, 304)
    return HttpAnswer(
        status=response.status,
        reason=response.reason or "",
        headers=response.headers,
        declared_bytes=response.content_length if has_body else None,
        chunks=_chunks(response, connector),
    )


async def _chunks(
    response: aiohttp.ClientResponse, connector: OneConnection
) -> AsyncIterator[bytes]:
    if response.status == 101:  # another protocol follows, and no body
        return
    try:
        async for chunk in response.content.iter_chunked(_CHUNK_BYTES):
            yield chunk
    except (aiohttp.ClientError, OSError) as error:
        raise connector.broken_off(error) from error
    if isinstance(connector.end.error, OSError):  # a body without a length, ended by a reset
        raise connector.broken_off(connector.end.error)


async def _sent(
    session: aiohttp.ClientSession,  # noqa: ARG001
    context: SimpleNamespace,
    params: object,  # noqa: ARG001
) -> None:
    run: HttpRun = context.trace_request_ctx
    if run.stage is Stage.SEND:
        run.enter(Stage.PROCESSING)


_TRACE = aiohttp.TraceConfig()
_TRACE.on_request_headers_sent.append(_sent)
_TRACE.on_request_chunk_sent.append(_sent)
_TRACE.freeze()
