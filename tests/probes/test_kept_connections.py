"""Power documents are asked for again on one connection, and nothing is believed less for it."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest

from config.probe import HttpSettings, PowerSettings
from probes import kept_lines
from probes.http import HttpProber, HttpQuestion
from probes.power import PowerProber
from probes.reading import Reading, Reason
from tests.probes.http_servers import Caller, Script, Server, serving

ON_BOTH_LOOPS = True

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
DOCUMENT = json.dumps(
    {"schema": "power-status/1", "observed_at": "2026-11-21T08:59:50Z", "mains": "present"}
).encode()

Step = Callable[[Caller], Awaitable[None]]


async def good(caller: Caller) -> None:
    await caller.answer(DOCUMENT)


async def silent(caller: Caller) -> None:
    await caller.request()
    await caller.stay_silent()


async def resetting(caller: Caller) -> None:
    await caller.request()
    caller.reset()


async def hanging_up(caller: Caller) -> None:
    await caller.request()


async def goodbye(caller: Caller) -> None:
    """End the connection as some servers do that have waited long enough."""
    await caller.send(b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n")


async def ending(caller: Caller) -> None:
    """End the connection, without a word."""


def playing(*steps: Step) -> Script:
    """Return what each connection plays, one step for each request; then it only listens."""

    async def script(caller: Caller) -> None:
        for step in steps:
            await step(caller)
        if steps[-1] is good:
            await caller.stay_silent()

    return script


def always(step: Step) -> Script:
    async def script(caller: Caller) -> None:
        while True:
            await step(caller)

    return script


@asynccontextmanager
async def asking(
    script: Script, *, interval_s: float = 15.0, places: int = 200, **changes: object
) -> AsyncIterator[tuple[HttpQuestion, Server, HttpProber]]:
    async with serving(script) as server, HttpProber(max_connections=places) as http:
        asked = {"url": server.url, "timeout": 10.0} | changes
        prober = PowerProber(http)
        question = prober.prepare(
            PowerSettings.model_validate(asked), interval_s=interval_s, now=lambda: NOW
        )
        yield question, server, http


async def succeed(question: HttpQuestion, times: int = 1, *, in_doubt: bool = False) -> None:
    for _ in range(times):
        reading = await question.ask(in_doubt)
        assert reading.success, reading


async def test_the_same_connection_serves_run_after_run() -> None:
    async with asking(always(good)) as (question, server, http):
        first = await question.ask()
        second = await question.ask()
        await succeed(question, 3)

        assert server.connections == len(http.kept) == 1
        assert (first.power, first.address) == (second.power, second.address)
        assert second.http is not None
        assert second.http.status == 200
        assert second.http.connect_s is not None
        assert second.http.processing_s is not None
        assert second.http.connect_s < 0.001 < second.duration_s + 1
    await asyncio.wait_for(server.ended.get(), 10)  # the prober hangs up when it closes


async def test_what_says_it_is_the_last_answer_is() -> None:
    async def last(caller: Caller) -> None:
        await caller.answer(DOCUMENT, "200 OK", "Connection: close")

    async with asking(always(last)) as (question, server, http):
        await succeed(question, 3)

        assert (server.connections, len(http.kept)) == (3, 0)


@pytest.mark.parametrize("coding", ["chunked", "until the end"])
async def test_only_an_answer_that_says_where_it_ends_leaves_the_connection(coding: str) -> None:
    async def script(caller: Caller) -> None:
        await caller.request()
        if coding == "chunked":
            head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            await caller.send(head, b"%x\r\n" % len(DOCUMENT), DOCUMENT, b"\r\n0\r\n\r\n")
            await caller.request()
        else:
            await caller.send(b"HTTP/1.1 200 OK\r\n\r\n", DOCUMENT)

    async with asking(script) as (question, _, http):
        await succeed(question)

        assert len(http.kept) == (coding == "chunked")


@pytest.mark.parametrize(
    ("headers", "keep_alive", "interval_s"),
    [
        ({}, False, 15.0),
        ({"Connection": "close"}, True, 15.0),
        ({}, True, kept_lines.LONGEST_WAIT_S + 1),
    ],
)
async def test_none_is_kept_that_nobody_wants_or_asks_soon(
    headers: dict[str, str], keep_alive: bool, interval_s: float
) -> None:
    requests = list[bytes]()

    async def obeying(caller: Caller) -> None:
        requests.append(await caller.request())
        closing = b"Connection: close\r\n" if b"Connection: close" in requests[-1] else b""
        length = b"Content-Length: %d\r\n\r\n" % len(DOCUMENT)
        await caller.send(b"HTTP/1.1 200 OK\r\n", closing, length, DOCUMENT)

    asked = asking(obeying, interval_s=interval_s, headers=headers, keep_alive=keep_alive)
    async with asked as (question, server, http):
        await succeed(question, 2)

        assert (server.connections, len(http.kept)) == (2, 0)
        assert all(b"Connection: close\r\n" in request for request in requests)


async def test_a_question_about_the_way_has_a_connection_of_its_own() -> None:
    async with serving(always(good)) as server, HttpProber() as http:
        question = http.prepare(HttpSettings.model_validate({"url": server.url}))
        for _ in range(2):
            reading = await question.ask()
            assert reading.success, reading

        assert (server.connections, len(http.kept)) == (2, 0)


@pytest.mark.parametrize("fault", [silent, resetting, hanging_up, goodbye, ending])
async def test_a_connection_that_died_costs_no_reading(fault: Step) -> None:
    async with asking(playing(good, fault), timeout=2.0) as (question, server, http):
        await succeed(question)
        if fault in (goodbye, ending):
            await asyncio.wait_for(server.ended.get(), 10)

        reading = await question.ask()

        assert reading.success, reading
        assert reading.duration_s < 0.5  # what was waited for in vain is not theirs
        assert (server.connections, len(http.kept)) == (2, 1)


@pytest.mark.parametrize("fault", [resetting, hanging_up, goodbye, ending])
async def test_a_server_that_keeps_none_is_called_anew_each_time(fault: Step) -> None:
    async with asking(playing(good, fault)) as (question, server, http):
        for run in range(1, 5):
            await succeed(question)
            if fault in (goodbye, ending):
                await asyncio.wait_for(server.ended.get(), 10)
            assert server.connections == run
        assert len(http.kept) == 0


async def test_one_that_died_now_and_then_is_still_kept() -> None:
    async with asking(playing(good, good, hanging_up)) as (question, server, http):
        await succeed(question, 9)

        assert (server.connections, len(http.kept)) == (5, 1)


async def test_an_answer_that_has_begun_is_the_answer() -> None:
    async def breaking_off(caller: Caller) -> None:
        await caller.request()
        await caller.send(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n", DOCUMENT)

    async with asking(playing(good, breaking_off)) as (question, server, _):
        await succeed(question)
        reading = await question.ask()

        assert reading.reason is Reason.RESET, reading
        assert server.connections == 1


async def test_in_doubt_a_new_connection_is_made() -> None:
    asked_again = list[bytes]()

    async def listening(caller: Caller) -> None:
        asked_again.append(await caller.reader.read())

    async with asking(playing(good, listening)) as (question, server, http):
        await succeed(question)
        await succeed(question, in_doubt=True)
        await asyncio.wait_for(server.ended.get(), 10)

        assert (server.connections, len(http.kept)) == (2, 1)
        assert asked_again == [b""]


async def test_what_was_said_unasked_is_no_answer() -> None:
    told = asyncio.Event()

    async def telling(caller: Caller) -> None:
        await caller.answer(DOCUMENT)
        await asyncio.sleep(0.05)  # for the first answer to have been read by itself
        await caller.send(b"HTTP/1.1 500 Surprise\r\nContent-Length: 0\r\n\r\n")
        told.set()
        await caller.stay_silent()

    async with asking(telling) as (question, server, _):
        await succeed(question)
        await asyncio.wait_for(told.wait(), 10)
        await succeed(question)

        assert server.connections == 2


async def test_a_failing_server_is_not_asked_again_on_the_same_connection() -> None:
    async def failing(caller: Caller) -> None:
        await caller.answer(b"", "503 Service Unavailable")

    async with asking(playing(good, failing)) as (question, server, http):
        await succeed(question)
        reading = await question.ask()

        assert (reading.reason, server.connections) == (Reason.STATUS, 1), reading
        assert len(http.kept) == 0


async def test_who_answers_slowly_is_called_anew() -> None:
    async def slow(caller: Caller) -> None:
        await caller.request()
        await asyncio.sleep(0.3)  # more than an eighth of the timeout
        length = b"Content-Length: %d\r\n\r\n" % len(DOCUMENT)
        await caller.send(b"HTTP/1.1 200 OK\r\n", length, DOCUMENT)
        await caller.stay_silent()

    async with asking(slow, timeout=2.0) as (question, server, http):
        await succeed(question, 2)

        assert (server.connections, len(http.kept)) == (2, 0)


async def test_a_dead_server_is_waited_for_no_longer_than_the_timeout() -> None:
    calls = 0

    async def dying(caller: Caller) -> None:
        nonlocal calls
        calls += 1
        if calls == 1:
            await caller.answer(DOCUMENT)
        await silent(caller)

    async with asking(dying, timeout=0.4) as (question, server, _):
        await succeed(question)
        reading = await asyncio.wait_for(question.ask(), 10)

        assert reading.reason is Reason.FIRST_BYTE_TIMEOUT, reading
        assert server.connections == 2


async def test_kept_ones_give_way_to_whoever_needs_the_place() -> None:
    async with asking(always(good), places=2) as (question, server, http):
        prober = PowerProber(http)
        others = [
            prober.prepare(PowerSettings.model_validate({"url": server.url}), interval_s=15.0)
            for _ in range(3)
        ]
        await succeed(question)
        for other in others:
            await other.ask()
            assert len(http.kept) <= 1

        await succeed(question, 2)


async def test_all_places_may_be_needed_at_once() -> None:
    """Kept connections are hung up on before anybody waits, and nobody who waits is passed over."""
    async with asking(always(good), places=2) as (question, server, http):
        prober = PowerProber(http)
        settings = PowerSettings.model_validate({"url": server.url})
        crowd = [
            prober.prepare(settings, interval_s=15.0, now=lambda: NOW).ask() for _ in range(20)
        ]
        readings: list[Reading] = await asyncio.gather(question.ask(), *crowd)

        assert all(reading.success for reading in readings)
        assert len(http.kept) <= 2
        assert http.places.take_now()
        assert http.places.take_now()
        assert not http.places.take_now()
        assert len(http.kept) == 0


async def test_no_connection_grows_old(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_lines, "_LIFE_S", (0.2, 0.2))
    async with asking(always(good)) as (question, server, http):
        await succeed(question, 2)
        assert server.connections == 1
        await asyncio.wait_for(server.ended.get(), 10)  # though nobody asks any more
        assert len(http.kept) == 0

        await succeed(question)
        assert server.connections == 2
