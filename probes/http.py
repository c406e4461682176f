"""Ask a web server one question, on a connection of its own, and judge the answer.

Every run ends by its deadline, holds one connection and at most `max_body_bytes` of the far
side's words, and brings back one Reading, whatever the far side does.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Self, TypeAlias

from config.probe import HttpRequestSettings, HttpSettings
from probes.failure import Failure
from probes.handshake import TlsContexts
from probes.http_body import read_body
from probes.http_connection import Network
from probes.http_exchange import HttpAnswer, exchange
from probes.http_expectation import (
    check_body,
    check_certificate,
    check_headers,
    check_status,
)
from probes.http_request import REDIRECTS, HttpRequest, first_request, redirected
from probes.http_run import HttpRun, Stage
from probes.quotation import DETAIL_CHARACTERS, quote
from probes.reading import PowerFigures, Reading, Reason
from probes.regex import RegexRunner
from probes.resolve import Resolver

Judge: TypeAlias = Callable[[HttpAnswer, HttpRun], Awaitable[PowerFigures | None]]
"""Reads as much of an answer as it needs, and raises Failure where it is not good enough."""


class HttpProber:
    """Runs at most `max_connections` requests at once; more wait, within their own deadlines.

    A connection holds one descriptor and, flooded, some 100 KiB besides its body. One that had
    to wait too long for its turn is `stalled`: size the number for the day when all time out.

    A `resolver` given stays the giver's to close. Use as an async context manager, or close().
    """

    def __init__(
        self,
        *,
        max_connections: int = 200,
        resolver: Resolver | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._places = asyncio.Semaphore(max_connections)
        self._own_resolver = Resolver() if resolver is None else None
        self._network = Network(resolver or self._own_resolver or Resolver(), TlsContexts())
        self._regexes = RegexRunner()
        self._now = now

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Let go of the resolver's threads and of the regex process."""
        if self._own_resolver is not None:
            self._own_resolver.close()
        await self._regexes.close()

    async def fetch(self, settings: HttpSettings) -> Reading:
        """Return what one run of an `http` probe brought back."""

        async def judge(answer: HttpAnswer, run: HttpRun) -> None:
            await self._judge(settings, answer, run)

        return await self.ask(settings, judge)

    async def ask(self, settings: HttpRequestSettings, judge: Judge) -> Reading:
        """Send the request and let `judge` have the answer. Never raises but CancelledError."""
        run = HttpRun(asyncio.get_running_loop().time)
        try:
            power = await self._in_time(settings, judge, run)
        except Failure as failure:
            return _reading(run, failure.power, failure)
        return _reading(run, power)

    async def _in_time(
        self, settings: HttpRequestSettings, judge: Judge, run: HttpRun
    ) -> PowerFigures | None:
        deadline = asyncio.timeout_at(run.started_s + settings.timeout)
        try:
            async with deadline, self._places:
                return await self._follow(settings, judge, run)
        except TimeoutError as error:
            run.end()
            if not deadline.expired():
                raise
            raise run.timed_out(settings.timeout) from error

    async def _follow(
        self, settings: HttpRequestSettings, judge: Judge, run: HttpRun
    ) -> PowerFigures | None:
        most = settings.max_redirects if isinstance(settings, HttpSettings) else 0
        request = first_request(settings)
        visited = {_place(request)}
        while True:
            async with exchange(request, run, self._network) as answer:
                run.status = answer.status
                location = answer.headers.get("Location")
                if not most or answer.status not in REDIRECTS or location is None:
                    return await judge(answer, run)
            request = redirected(request, answer.status, location)
            _count(request, visited, most, run)

    async def _judge(self, settings: HttpSettings, answer: HttpAnswer, run: HttpRun) -> None:
        expect = settings.expect
        check_status(answer.status, answer.reason, answer.headers, expect.status)
        await check_headers(answer.headers, expect.headers, self._regexes)
        body = await body_of(answer, settings, run)
        await check_body(body, answer.headers, expect, self._regexes)
        check_certificate(run.expires_at, expect.min_certificate_life, self._now())


async def body_of(answer: HttpAnswer, settings: HttpRequestSettings, run: HttpRun) -> bytes:
    """Return the body within the configured limit.

    Raises:
        Failure: BODY_TOO_LARGE, BAD_HTTP, RESET

    """
    coding = answer.headers.get("Content-Encoding", "")
    body = await read_body(
        answer.chunks, answer.declared_bytes, coding, settings.max_body_bytes, run
    )
    run.enter(Stage.JUDGE)
    return body


def _place(request: HttpRequest) -> tuple[str, str]:
    return request.method, str(request.url)


def _count(request: HttpRequest, visited: set[tuple[str, str]], most: int, run: HttpRun) -> None:
    run.redirects += 1
    run.status = None
    where = quote(str(request.url))
    if _place(request) in visited:
        raise Failure(Reason.REDIRECT, f"goes round in circles, back to {where}")
    if run.redirects > most:
        raise Failure(Reason.REDIRECT, f"more than {most} redirects; the next would be {where}")
    visited.add(_place(request))


def _reading(run: HttpRun, power: PowerFigures | None, failure: Failure | None = None) -> Reading:
    run.end()
    detail = "; ".join(part for part in (failure.detail if failure else "", run.note) if part)
    return Reading(
        success=failure is None,
        duration_s=run.duration_s(),
        reason=failure.reason if failure else None,
        detail=quote(detail, DETAIL_CHARACTERS),
        address=run.address,
        http=run.figures(),
        power=power,
    )
