"""Answers in any pieces, early, late and mad: the parser's words become readings, or reasons."""

import asyncio
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from probes.failure import Failure
from probes.http import HttpProber
from probes.http_answer import HttpAnswer
from probes.http_request import first_request
from probes.http_run import HttpRun
from probes.known_heads import KnownHeads
from probes.reading import Reason
from tests.probes.http_servers import Caller, Pieces, serving, settings

ON_BOTH_LOOPS = True
A_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
CHUNKED = A_HEAD + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nX: y\r\n\r\n"


async def heard(*pieces: bytes, is_head: bool = False) -> tuple[int, bytes]:
    """Return status and body of what these pieces make."""
    line = Pieces(*pieces)
    answer = HttpAnswer(
        line, HttpRun(time.monotonic), KnownHeads(), is_head=is_head, leave=lambda _: None
    )
    await answer.read_head()
    body = b""
    while piece := await answer.read():
        body += piece
    return answer.status, body


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        (CHUNKED, b"abcde"),
        (A_HEAD + b"Content-Length: 5\r\n\r\nabcde", b"abcde"),
        (A_HEAD + b"\r\nabcde", b"abcde"),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nA: b\r\n\r\n" + CHUNKED, b"abcde"),
        (b"HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", b""),
        (b"HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n", b""),
        (b"HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n\x81", b""),
        (A_HEAD + b"Content-Length: 2\r\n\r\nokHTTP/1.1 500 X\r\n\r\n", b"ok"),
    ],
)
async def test_an_answer_is_the_same_in_one_piece_and_byte_by_byte(
    answer: bytes, body: bytes
) -> None:
    whole = await heard(answer)
    dripped = await heard(*(bytes([byte]) for byte in answer))

    assert whole == dripped
    assert whole[1] == body


async def test_an_answer_to_head_has_no_body_whatever_it_says() -> None:
    for said in (b"Content-Length: 5\r\n\r\n", b"Transfer-Encoding: chunked\r\n\r\n", b"\r\n"):
        assert await heard(A_HEAD + said, is_head=True) == (200, b"")


async def test_many_tiny_chunks_in_one_piece_are_all_read() -> None:
    head = A_HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
    status, body = await heard(head, b"1\r\nx\r\n" * 2700, b"0\r\n\r\n")

    assert (status, body) == (200, b"x" * 2700)


@given(
    st.lists(
        st.one_of(
            st.binary(max_size=60),
            st.sampled_from(
                [CHUNKED, A_HEAD, b"HTTP/1.1 ", b"\r\n", b"\r\n\r\n", b"5\r\n", b"0\r\n"]
            ),
            st.sampled_from([b"Content-Length: 3\r\n", b"Transfer-Encoding: chunked\r\n", b"101 "]),
        ),
        max_size=12,
    ),
    st.booleans(),
)
@example(
    [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"fffffffffffffffffff\r\n"], False
)
@example([A_HEAD + b"Content-Length: 18446744073709551615\r\n\r\n", b"x"], False)
@example([A_HEAD + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\n", b"abcd"], False)
@example([A_HEAD + b"Sec-WebSocket-Key1: x\r\n\r\n"], False)
def test_whatever_comes_is_an_answer_or_a_fault_of_theirs(
    pieces: list[bytes], is_head: bool
) -> None:
    async def outcome() -> int | Reason:
        try:
            return (await heard(*filter(None, pieces), is_head=is_head))[0]
        except Failure as failure:
            return failure.reason

    told = asyncio.run(outcome())
    assert isinstance(told, int) or told in (Reason.BAD_HTTP, Reason.RESET)


BIG = "x" * 8_000_000


async def test_a_long_request_is_sent_to_its_end() -> None:
    received: list[int] = []

    async def script(caller: Caller) -> None:
        head = await caller.request()
        assert b"Content-Length: 8000000\r\n" in head
        received.append(len(await caller.reader.readexactly(len(BIG))))
        await caller.send(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    async with HttpProber() as prober, serving(script) as server:
        reading = await prober.fetch(settings(server.url, method="POST", body=BIG, timeout=20.0))

    assert reading.success, reading
    assert received == [len(BIG)]


async def test_an_answer_before_the_request_was_taken_is_heard() -> None:
    async def script(caller: Caller) -> None:
        await caller.request()
        await caller.send(b"HTTP/1.1 413 Too Much\r\nContent-Length: 0\r\n\r\n")
        await asyncio.Event().wait()

    async with HttpProber() as prober, serving(script) as server:
        reading = await prober.fetch(settings(server.url, method="POST", body=BIG))

    assert reading.reason is Reason.STATUS, reading
    assert reading.detail.startswith("status 413 Too Much")


async def test_a_request_that_is_not_taken_is_told_from_an_answer_that_does_not_come() -> None:
    async def script(caller: Caller) -> None:
        await caller.request()
        await asyncio.Event().wait()

    async with HttpProber() as prober, serving(script) as server:
        reading = await prober.fetch(settings(server.url, method="POST", body=BIG, timeout=0.3))

    assert reading.reason is Reason.FIRST_BYTE_TIMEOUT
    assert reading.detail == "the request was not taken within 0.3 s"


async def test_how_long_a_request_is_says_its_body_alone() -> None:
    longer = settings("http://a.example/", method="POST", body="ñ", headers={"content-length": "9"})
    assert first_request(longer).wire.lower().count(b"content-length: 2\r\n") == 1
    assert b"9\r\n" not in first_request(longer).wire

    chunked = settings("http://a.example/", headers={"Transfer-Encoding": "chunked"})
    with pytest.raises(Failure) as failed:
        first_request(chunked)
    assert failed.value.reason is Reason.INTERNAL_ERROR


@pytest.mark.parametrize("evil", ["a\r\nX: 1", "a\nX: 1", "a\x00", "a\x7f", "a\x0b", "\udc80"])
async def test_no_configured_text_can_add_to_a_request(evil: str) -> None:
    for asked in (
        settings("http://a.example/", headers={"X-Token": f"s3cret{evil}"}),
        settings("http://a.example/", auth={"bearer": f"s3cret{evil}"}),
    ):
        with pytest.raises(Failure) as failed:
            first_request(asked)
        assert failed.value.reason is Reason.INTERNAL_ERROR
        assert "s3cret" not in failed.value.detail
