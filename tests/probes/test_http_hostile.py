"""What a broken or malicious web server can do costs one failed reading with its own reason."""

import asyncio
import gzip
import time

import pytest

from probes.http import HttpProber
from probes.reading import Reading, Reason
from tests.probes.http_servers import Caller, Script, serving, settings

ON_BOTH_LOOPS = True

HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
SHORT_S = 0.3
SPARE_S = 2.0  # the test machine is shared; what counts is that the run ends by its deadline


async def run(script: Script, **changes: object) -> Reading:
    """Ask once, and check what every answer must leave untouched: time, connections, success."""
    async with HttpProber() as prober, serving(script) as server:
        asked = settings(server.url, **changes)
        started = time.monotonic()
        reading = await prober.fetch(asked)
        assert time.monotonic() - started < asked.timeout + SPARE_S
        assert server.connections <= 1
        if server.connections:
            await asyncio.wait_for(server.ended.get(), 5)  # our end of the line is closed
    assert not reading.success
    assert reading.detail
    assert len(reading.detail) <= 200
    assert reading.detail.isprintable()
    return reading


async def closes_at_once(caller: Caller) -> None:
    """Accept and hang up."""


async def closes_after_the_request(caller: Caller) -> None:
    await caller.request()


async def resets_after_the_request(caller: Caller) -> None:
    await caller.request()
    caller.reset()


async def resets_in_the_body(caller: Caller) -> None:
    await caller.request()
    await caller.send(HEAD, b"Content-Length: 100\r\n\r\nhalf")
    await asyncio.sleep(0.05)
    caller.reset()


async def resets_in_a_body_without_length(caller: Caller) -> None:
    await caller.request()
    await caller.send(HEAD, b"Connection: close\r\n\r\nhalf")
    await asyncio.sleep(0.05)
    caller.reset()


async def closes_in_the_body(caller: Caller) -> None:
    await caller.request()
    await caller.send(HEAD, b"Content-Length: 100\r\n\r\nhalf")


async def closes_in_a_chunk(caller: Caller) -> None:
    await caller.request()
    await caller.send(CHUNKED, b"10\r\nhalf")


async def closes_in_the_headers(caller: Caller) -> None:
    await caller.request()
    await caller.send(HEAD, b"Content-Le")


async def breaks_a_chunk(caller: Caller) -> None:
    await caller.request()
    await caller.send(CHUNKED)
    await asyncio.sleep(0.05)
    await caller.send(b"zz\r\nnot hex\r\n0\r\n\r\n")


async def sends_garbage(caller: Caller) -> None:
    await caller.request()
    await caller.send(bytes(range(256)) * 8)


async def speaks_another_protocol(caller: Caller) -> None:
    await caller.request()
    await caller.send(b"220 ups-uci ESMTP\x1b[2J\r\n")


async def has_a_bad_status(caller: Caller) -> None:
    await caller.request()
    await caller.send(b"HTTP/1.1 twenty OK\r\nContent-Length: 0\r\n\r\n")


async def floods_headers(caller: Caller) -> None:
    await caller.request()
    await caller.send(HEAD)
    for number in range(100):
        await caller.send(b"X-%d: y\r\n" % number * 1000)


async def sends_a_header_without_end(caller: Caller) -> None:
    await caller.request()
    await caller.send(HEAD, b"X-Long: ")
    for _ in range(10_000):
        await caller.send(b"y" * 1000)


async def continues_for_ever(caller: Caller) -> None:
    await caller.request()
    while True:
        await caller.send(b"HTTP/1.1 100 Continue\r\n\r\n" * 10)


async def sends_50_megabytes(caller: Caller) -> None:
    await caller.request()
    await caller.send(HEAD, b"Connection: close\r\n\r\n")
    for _ in range(50):
        await caller.send(b"x" * 1_000_000)


async def announces_10_gigabytes(caller: Caller) -> None:
    await caller.request()
    await caller.send(HEAD, b"Content-Length: 10000000000\r\n\r\n", b"x" * 1000)
    await caller.stay_silent()


async def never_ends_its_chunks(caller: Caller) -> None:
    await caller.request()
    await caller.send(CHUNKED)
    while True:
        await caller.send(b"3e8\r\n", b"x" * 1000, b"\r\n")


async def sends_a_gzip_bomb(caller: Caller) -> None:
    bomb = gzip.compress(gzip.compress(b"\0" * 50_000_000))
    await caller.answer(gzip.decompress(bomb), "200 OK", "Content-Encoding: gzip")


async def sends_empty_gzip_members(caller: Caller) -> None:
    await caller.answer(gzip.compress(b"") * 3000, "200 OK", "Content-Encoding: gzip")


async def sends_broken_gzip(caller: Caller) -> None:
    await caller.answer(b"\x1f\x8bnot gzip at all", "200 OK", "Content-Encoding: gzip")


async def sends_half_a_gzip(caller: Caller) -> None:
    await caller.answer(gzip.compress(b"ok")[:-9], "200 OK", "Content-Encoding: gzip")


async def sends_an_unknown_coding(caller: Caller) -> None:
    await caller.answer(b"\x0b\x02", "200 OK", "Content-Encoding: br")


async def never_answers(caller: Caller) -> None:
    await caller.stay_silent()


async def drips_headers(caller: Caller) -> None:
    await caller.request()
    for byte in HEAD + b"X: y\r\n" * 1000:
        await caller.send(bytes([byte]))
        await asyncio.sleep(0.05)


async def drips_the_body(caller: Caller) -> None:
    await caller.request()
    await caller.send(HEAD, b"Content-Length: 10000\r\n\r\n")
    for _ in range(10_000):
        await caller.send(b"x")
        await asyncio.sleep(0.05)


@pytest.mark.parametrize(
    ("script", "reason", "said"),
    [
        (closes_at_once, Reason.RESET, "an answer"),  # FIN, or RST where the request was sent
        (closes_after_the_request, Reason.RESET, "closed without an answer"),
        (resets_after_the_request, Reason.RESET, "reset before an answer"),
        (resets_in_the_body, Reason.RESET, "reset after 4 bytes of the body"),
        (resets_in_a_body_without_length, Reason.RESET, "reset after 4 bytes of the body"),
        (closes_in_the_body, Reason.RESET, "closed after 4 bytes of the body"),
        (closes_in_a_chunk, Reason.RESET, "closed after 4 bytes of the body"),
        (closes_in_the_headers, Reason.BAD_HTTP, "closed in the middle of the headers"),
        (breaks_a_chunk, Reason.BAD_HTTP, "broken transfer coding"),
        (sends_garbage, Reason.BAD_HTTP, "the answer is no HTTP"),
        (speaks_another_protocol, Reason.BAD_HTTP, "the answer is no HTTP"),
        (has_a_bad_status, Reason.BAD_HTTP, "the answer is no HTTP"),
        (floods_headers, Reason.BAD_HTTP, "the answer is no HTTP"),
        (sends_a_header_without_end, Reason.BAD_HTTP, "the answer is no HTTP"),
        (continues_for_ever, Reason.BAD_HTTP, "interim answers without end"),
        (sends_50_megabytes, Reason.BODY_TOO_LARGE, "more than the 65536 bytes allowed"),
        (announces_10_gigabytes, Reason.BODY_TOO_LARGE, "10000000000 bytes announced"),
        (never_ends_its_chunks, Reason.BODY_TOO_LARGE, "more than the 65536 bytes allowed"),
        (sends_a_gzip_bomb, Reason.BODY_TOO_LARGE, "more than the 65536 bytes allowed"),
        (sends_empty_gzip_members, Reason.BAD_HTTP, "over 1024 parts"),
        (sends_broken_gzip, Reason.BAD_HTTP, "body is broken"),
        (sends_half_a_gzip, Reason.BAD_HTTP, "cut short"),
        (sends_an_unknown_coding, Reason.BAD_HTTP, "br was not asked for"),
    ],
)
async def test_a_wrong_answer_has_its_own_reason(script: Script, reason: Reason, said: str) -> None:
    reading = await run(script)

    assert (reading.reason, said in reading.detail) == (reason, True), reading


@pytest.mark.parametrize(
    ("script", "reason", "said"),
    [
        (never_answers, Reason.FIRST_BYTE_TIMEOUT, "no byte of an answer within 0.3 s"),
        (drips_headers, Reason.BODY_TIMEOUT, "an answer began and did not end within 0.3 s"),
        (drips_the_body, Reason.BODY_TIMEOUT, "status 200 and"),
    ],
)
async def test_a_slow_answer_ends_at_the_deadline(
    script: Script, reason: Reason, said: str
) -> None:
    reading = await run(script, timeout=SHORT_S)

    assert (reading.reason, said in reading.detail) == (reason, True), reading
    assert reading.duration_s == pytest.approx(SHORT_S, abs=0.4)
