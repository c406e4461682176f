"""A head that was read before is known again, and what it is taken for is what it says."""

import time
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.failure import Failure
from probes.http_answer import HttpAnswer
from probes.http_body import read_body
from probes.http_run import HttpRun
from probes.known_heads import LONGEST_BYTES, MOST, KnownHeads
from tests.probes.http_servers import Pieces

SUNDAY, LATER = "Sun, 22 Nov 2026 14:00:00 GMT", "Sun, 22 Nov 2026 14:00:15 GMT"


def answer(body: str = "ok", *headers: str, status: str = "200 OK", date: str = SUNDAY) -> bytes:
    head = [f"HTTP/1.1 {status}", "Server: clinic", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join([*head, f"Date: {date}", "X-Last: 1", "", body]).encode()


def is_known(heads: KnownHeads[str], received: bytes) -> bool:
    return heads.find(received) is not None


def knowing(received: bytes, body_bytes: int, date: str | None) -> KnownHeads[str]:
    heads = KnownHeads[str]()
    heads.learn(received, "the head", body_bytes, date)
    return heads


async def read(heads: KnownHeads[Any], *pieces: bytes) -> tuple[object, ...]:
    """Return all that a judge may see of an answer."""
    left = list[bool]()
    run = HttpRun(time.monotonic)
    heard = HttpAnswer(Pieces(*pieces), run, heads, is_head=False, leave=left.append)
    try:
        await heard.read_head()
        body = await read_body(heard, 65_536, run)
    except Failure as failure:
        return failure.reason, failure.detail
    heard.leave()
    headers = [(name.lower(), value) for name, value in heard.headers.items()]
    return heard.status, heard.reason, sorted(headers), body, left, run.body_bytes


def test_only_the_date_may_differ() -> None:
    heads = knowing(answer(), 2, SUNDAY)

    known = heads.find(answer("no", date=LATER))
    assert known is not None
    assert (known.head, known.date, known.body) == ("the head", LATER, b"no")
    for other in (
        answer(status="500 Oh"),
        answer("longer"),
        answer("ok", "X-More: 1"),
        answer() + b"more",
        answer()[:-1],
        answer().replace(b"clinic", b"Clinic"),
        answer(date="Sun, 22 Nov 2026 14:00:00 UTC"),
        answer(date="Sun, 22 Nov 2026\t14:00:00 GMT"),
        answer(date="Sun, 22 Nov 2026 14:00:0\x00 GMT"),
        b"",
    ):
        assert not is_known(heads, other), other


def test_an_answer_without_a_date_is_known_as_well() -> None:
    bare = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"
    heads = knowing(bare + b"ok", 2, None)

    assert is_known(heads, bare + b"no")
    assert not is_known(heads, answer())


@pytest.mark.parametrize(
    ("received", "date"),
    [
        (answer("ok", f"Date: {LATER}"), SUNDAY),  # twice, and another was believed
        (answer().replace(b"Date:", b"date:"), SUNDAY),
        (answer().replace(b"Date: ", b"Date:  "), SUNDAY),
        (answer("ok", "X-Long: " + "x" * LONGEST_BYTES), SUNDAY),
        (answer() + b"more", SUNDAY),
        (answer()[:40], SUNDAY),
    ],
)
def test_what_is_not_plain_is_not_remembered(received: bytes, date: str) -> None:
    assert not is_known(knowing(received, 2, date), received)


def test_the_latest_heads_are_remembered_and_no_more() -> None:
    heads = KnownHeads[int]()
    for number in range(MOST + 1):
        heads.learn(answer("ok", f"X-Id: {number}"), number, 2, SUNDAY)
        assert heads.find(answer("ok", "X-Id: 0")) is not None  # asked for again and again

    assert heads.find(answer("ok", "X-Id: 1")) is None
    assert heads.find(answer("ok", f"X-Id: {MOST}")) is not None


async def test_an_answer_read_anew_and_one_known_say_the_same() -> None:
    heads = KnownHeads[Any]()
    first = await read(heads, answer())
    again = await read(heads, answer("no", date=LATER))

    assert first != again
    assert heads.find(answer()) is not None
    assert again == await read(KnownHeads(), answer("no", date=LATER))


async def test_no_server_teaches_us_what_another_says() -> None:
    """One that sends a head in pieces, the last of which is a whole answer of somebody else's."""
    for first in (b"HTTP/1.1 500 Oh\r\nX: ", b"HTTP/1.1 100 Continue\r\n\r\n"):
        heads = KnownHeads[Any]()
        await read(heads, first, answer())

        assert (await read(heads, answer()))[0] == 200


@pytest.mark.parametrize(
    ("before", "pieces"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n", (b"HTTP/1.1 200 OK\r\n\r\n", b"until the end")),
        (answer(), (b"HTTP/1.1 500 Oh\r\nX: ", answer())),
        (answer(), (answer()[:-1], b"k")),
        (answer(), (answer(), answer("no"))),
    ],
)
async def test_only_what_comes_whole_is_known(before: bytes, pieces: tuple[bytes, ...]) -> None:
    heads = KnownHeads[Any]()
    await read(heads, before)

    assert await read(heads, *pieces) == await read(KnownHeads(), *pieces)


PARTS = st.sampled_from(
    [
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.1 204 No Content\r\n",
        b"HTTP/1.1 100 Continue\r\n",
        b"HTTP/1.0 200 OK\r\n",
        b"HTTP/1.1 304 Not Modified\r\n",
        b"Content-Length: 2\r\n",
        b"content-length: 2\r\n",
        b"Content-Length: 3\r\n",
        b"Content-Encoding: gzip\r\n",
        b"Transfer-Encoding: chunked\r\n",
        b"Connection: close\r\n",
        b"Connection: keep-alive\r\n",
        b"Date: Sun, 22 Nov 2026 14:00:00 GMT\r\n",
        b"Date: Sun, 22 Nov 2026 14:00:15 GMT\r\n",
        b"Date: Sun, 22 Nov 2026 14:00:1\xff GMT\r\n",
        b"Date: yesterday\r\n",
        b"X-Odd: \r\nDate: no\r\n",
        b"\r\n",
        b"ok",
        b"no!",
    ]
)
USUAL = st.sampled_from([answer(), answer(date=LATER), answer("no"), answer("oui")])
ODD = st.lists(PARTS, min_size=1, max_size=7).map(b"".join)


@st.composite
def changed(draw: st.DrawFn) -> bytes:
    """Return a usual answer with some bytes of it changed, added or missing."""
    usual = draw(USUAL)
    at = draw(st.integers(0, len(usual)))
    return usual[:at] + draw(st.binary(max_size=2)) + usual[at + draw(st.integers(0, 2)) :]


@given(st.lists(st.lists(USUAL | ODD | changed(), min_size=1, max_size=3), min_size=2, max_size=6))
async def test_knowing_heads_changes_no_outcome(answers: Sequence[Sequence[bytes]]) -> None:
    heads = KnownHeads[Any]()
    for pieces in answers:
        assert await read(heads, *pieces) == await read(KnownHeads(), *pieces)
