"""Ask a web server one question, and judge the answer.

Every run ends by its deadline, holds one connection and at most `max_body_bytes` of the far
side's words, and brings back one Reading, whatever the far side does. The connection is its own,
but for power documents: they are about what is behind the server, not about the way there.
"""

import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from typing import Self, TypeAlias

from config.probe import HttpRequestSettings, HttpSettings
from probes.deadlines import Deadlines
from probes.failure import Failure
from probes.handshake import TlsClients
from probes.http_answer import HttpAnswer
from probes.http_body import read_body
from probes.http_connection import Network
from probes.http_exchange import Exchange
from probes.http_expectation import (
    check_body,
    check_certificate,
    check_headers,
    check_status,
)
from probes.http_request import REDIRECTS, HttpRequest, first_request, redirected
from probes.http_run import HttpRun, Stage
from probes.kept_lines import Keeping, KeptLines
from probes.places import Places
from probes.quotation import DETAIL_CHARACTERS, quote
from probes.readiness import Readiness
from probes.reading import PowerFigures, Reading, Reason
from probes.regex import RegexRunner
from probes.resolve import Resolver

Judge: TypeAlias = Callable[[HttpAnswer, HttpRun], Awaitable[PowerFigures | None]]
"""Reads as much of an answer as it needs, and raises Failure where it is not good enough."""


class HttpProber:
    """Runs at most `max_connections` requests at once; more wait, within their own deadlines.

    One that had to wait too long for its turn is `stalled`. A connection holds one descriptor
    and, flooded, some 100 KiB besides its body. Others may share `places` and `readiness`.

    A `resolver` given stays the giver's to close. Use as an async context manager, or close().
    """

    def __init__(
        self,
        *,
        max_connections: int = 200,
        resolver: Resolver | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._own_resolver = Resolver() if resolver is None else None
        self.readiness = Readiness()
        self.network = Network(
            resolver or self._own_resolver or Resolver(), TlsClients(now), self.readiness
        )
        self.deadlines = Deadlines()
        self.places = Places(max_connections)
        self.kept = KeptLines(self.places, self.deadlines)
        self._regexes = RegexRunner()
        self._now = now

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Let go of connections, timer, epoll, the resolver's threads and the regex process."""
        self.deadlines.close()
        self.kept.close()
        self.readiness.close()
        if self._own_resolver is not None:
            self._own_resolver.close()
        await self._regexes.close()

    async def fetch(self, settings: HttpSettings) -> Reading:
        """Return what one run of an `http` probe brought back."""
        return await self.prepare(settings).ask()

    def prepare(self, settings: HttpSettings) -> "HttpQuestion":
        """Return an `http` probe ready to be asked, again and again."""
        return HttpQuestion(self, settings, partial(self._judge, settings))

    async def _judge(self, settings: HttpSettings, answer: HttpAnswer, run: HttpRun) -> None:
        expect = settings.expect
        check_status(answer.status, answer.reason, answer.headers, expect.status)
        if expect.headers:
            await check_headers(answer.headers, expect.headers, self._regexes)
        body = await body_of(answer, settings, run)
        await check_body(body, answer.headers, expect, self._regexes)
        if expect.min_certificate_life is not None:
            check_certificate(run.expires_at, expect.min_certificate_life, self._now())


class HttpQuestion:
    """One request, made ready once, and the judge of its answers."""

    __slots__ = ("_judge", "_keeping", "_max_redirects", "_prober", "_request", "_timeout_s")

    def __init__(
        self,
        prober: HttpProber,
        settings: HttpRequestSettings,
        judge: Judge,
        *,
        keeps_connection: bool = False,
    ) -> None:
        self._prober = prober
        self._judge = judge
        self._timeout_s = settings.timeout
        self._max_redirects = settings.max_redirects if isinstance(settings, HttpSettings) else 0
        try:
            request = first_request(settings, stays=keeps_connection)
        except Failure as failure:
            self._request: HttpRequest | Failure = failure
            self._keeping: Keeping | None = None
            return
        self._request = request
        self._keeping = Keeping(prober.kept, self._timeout_s) if request.stays else None

    async def ask(self, in_doubt: bool = False) -> Reading:
        """Send the request and let the judge have the answer. Never raises but CancelledError.

        In doubt it is asked on a new connection.
        """
        if in_doubt and self._keeping is not None:
            self._keeping.drop()
        run = HttpRun(time.monotonic)
        if isinstance(self._request, Failure):
            return _reading(run, None, self._request)
        try:
            power = await self._in_time(self._request, run)
        except Failure as failure:
            return _reading(run, failure.power, failure)
        return _reading(run, power)

    async def _in_time(self, request: HttpRequest, run: HttpRun) -> PowerFigures | None:
        deadline, places = self._prober.deadlines.within(self._timeout_s), self._prober.places
        readiness = self._prober.readiness
        was_behind_s = readiness.behind_s
        try:
            with deadline:
                if not places.take_now():
                    await places.take()
                try:
                    return await self._follow(request, run)
                finally:
                    places.give_back()
        except TimeoutError as error:
            run.end()
            if not deadline.expired:
                raise
            behind_s = readiness.behind_s - was_behind_s
            raise run.timed_out(self._timeout_s, behind_s) from error

    async def _follow(self, request: HttpRequest, run: HttpRun) -> PowerFigures | None:
        visited = {_place(request)} if self._max_redirects else set()
        while True:
            with Exchange(request, run, self._prober.network, self._keeping) as exchange:
                answer = await exchange.answer()
                run.status = answer.status
                location = answer.headers.get("Location") if answer.status in REDIRECTS else None
                if location is None or not self._max_redirects:
                    return await self._judge(answer, run)
            request = redirected(request, answer.status, location)
            _count(request, visited, self._max_redirects, run)


async def body_of(answer: HttpAnswer, settings: HttpRequestSettings, run: HttpRun) -> bytes:
    """Return the body within the configured limit.

    Raises:
        Failure: BODY_TOO_LARGE, BAD_HTTP, RESET

    """
    body = await read_body(answer, settings.max_body_bytes, run)
    run.enter(Stage.JUDGE)  # the goodbye is not of their time
    answer.leave()
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
    detail = run.note
    if failure is not None:
        detail = "; ".join(filter(None, (failure.detail, detail)))
    return Reading(
        success=failure is None,
        duration_s=run.duration_s(),
        reason=failure.reason if failure else None,
        detail=quote(detail, DETAIL_CHARACTERS) if detail else "",
        address=run.address,
        http=run.figures(),
        power=power,
    )
