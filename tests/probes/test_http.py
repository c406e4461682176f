"""A web server that behaves: what is sent to it, what is measured, what is accepted."""

import asyncio
import base64
import gzip
import zlib
from typing import Any

import pytest

from probes.http import HttpProber
from probes.reading import Reading, Reason
from tests.probes.http_servers import Caller, serving, settings

ON_BOTH_LOOPS = True


async def ask(
    body: bytes = b"ok", *headers: str, status: str = "200 OK", **changes: object
) -> Reading:
    async def script(caller: Caller) -> None:
        await caller.answer(body, status, *headers)

    async with HttpProber() as prober, serving(script) as server:
        return await prober.fetch(settings(server.url, **changes))


async def sent(path: str = "", **changes: object) -> tuple[bytes, Reading]:
    """Return what reached the server, and the reading."""
    requests: list[bytes] = []

    async def script(caller: Caller) -> None:
        requests.append(await caller.request())
        await caller.send(b"HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n")

    async with HttpProber() as prober, serving(script) as server:
        reading = await prober.fetch(settings(server.url + path, **changes))
        assert server.connections == 1
    return requests[0], reading


async def test_a_good_answer_is_a_success_with_its_phases() -> None:
    reading = await ask(b"all well")

    assert (reading.success, reading.reason, reading.detail) == (True, None, "")
    assert reading.address == "127.0.0.1"
    http = reading.http
    assert http is not None
    assert (http.status, http.body_bytes, http.redirects) == (200, 8, 0)
    assert http.tls_s is None
    assert http.tls_version is None
    phases = (http.resolve_s, http.connect_s, http.processing_s, http.transfer_s)
    assert all(phase is not None and phase >= 0 for phase in phases)
    assert sum(phase or 0 for phase in phases) <= reading.duration_s


async def test_processing_is_the_wait_for_the_first_byte_and_transfer_what_follows() -> None:
    async def script(caller: Caller) -> None:
        await caller.request()
        await asyncio.sleep(0.15)
        await caller.send(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab")
        await asyncio.sleep(0.25)
        await caller.send(b"cd")

    async with HttpProber() as prober, serving(script) as server:
        reading = await prober.fetch(settings(server.url))

    http = reading.http
    assert http is not None
    processing_s, transfer_s = http.processing_s or 0.0, http.transfer_s or 0.0
    assert processing_s > 0.14
    assert transfer_s > 0.1  # a loaded machine may come late to the first byte, and only to that
    assert 0.39 < processing_s + transfer_s <= reading.duration_s


async def test_every_run_takes_a_connection_of_its_own_and_keeps_no_cookie() -> None:
    requests: list[bytes] = []

    async def script(caller: Caller) -> None:
        requests.append(await caller.request())
        await caller.send(b"HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n")
        await caller.stay_silent()

    async with HttpProber() as prober, serving(script) as server:
        for _ in range(3):
            assert (await prober.fetch(settings(server.url))).success
        assert server.connections == 3

    assert all(b"Cookie" not in request for request in requests)
    assert all(b"Connection: close" in request for request in requests)


async def test_the_request_is_plain_http_1_1_and_asks_for_no_packing() -> None:
    request, _ = await sent("health?deep=1")

    assert request.startswith(b"GET /health?deep=1 HTTP/1.1\r\nHost: 127.0.0.1:")
    assert b"\r\nAccept-Encoding: identity\r\n" in request
    assert b"\r\nUser-Agent: guardia\r\n" in request
    assert b"Authorization" not in request


async def test_proxies_and_netrc_of_the_environment_are_ignored(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")

    _, reading = await sent()

    assert reading.success


async def test_headers_and_credentials_are_sent_and_replace_ours() -> None:
    request, _ = await sent(
        headers={"X-Token": "s3cret", "user-agent": "NOC"},
        auth={"username": "monitor", "password": "café"},
    )

    pair = base64.b64encode("monitor:café".encode())
    assert b"\r\nX-Token: s3cret\r\n" in request
    assert b"\r\nAuthorization: Basic " + pair + b"\r\n" in request
    assert request.lower().count(b"user-agent") == 1
    assert b"user-agent: NOC" in request


async def test_a_bearer_token_is_sent() -> None:
    request, _ = await sent(auth={"bearer": "abc.def"})

    assert b"\r\nAuthorization: Bearer abc.def\r\n" in request


async def test_a_header_that_cannot_be_sent_is_our_fault_and_stays_secret() -> None:
    async with HttpProber() as prober, serving(Caller.answer) as server:
        asked = settings(server.url, headers={"X-Token": "s3cret\r\nX-Evil: 1"})
        reading = await prober.fetch(asked)

    assert reading.reason is Reason.INTERNAL_ERROR
    assert "s3cret" not in str(reading)


async def test_a_port_that_cannot_be_is_our_fault() -> None:
    async with HttpProber() as prober:
        reading = await prober.fetch(settings("http://127.0.0.1:99999/"))

    assert reading.reason is Reason.INTERNAL_ERROR
    assert "configured URL" in reading.detail


async def test_a_body_is_posted() -> None:
    bodies: list[bytes] = []

    async def script(caller: Caller) -> None:
        head = await caller.request()
        assert head.startswith(b"POST / ")
        assert b"Content-Length: 9\r\n" in head
        bodies.append(await caller.reader.readexactly(9))
        await caller.send(b"HTTP/1.1 204 No Content\r\n\r\n")

    async with HttpProber() as prober, serving(script) as server:
        asked = settings(server.url, method="POST", body='{"a": 1}\n', expect={"status": ["204"]})
        reading = await prober.fetch(asked)

    assert reading.success, reading
    assert bodies == [b'{"a": 1}\n']


async def test_head_has_no_body_however_long_it_says_it_would_be() -> None:
    async def script(caller: Caller) -> None:
        await caller.request()
        await caller.send(b"HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n")

    async with HttpProber() as prober, serving(script) as server:
        reading = await prober.fetch(settings(server.url, method="HEAD"))

    assert reading.success, reading


async def test_an_interim_answer_is_skipped() -> None:
    async def script(caller: Caller) -> None:
        await caller.request()
        await caller.send(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")
        await caller.send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    async with HttpProber() as prober, serving(script) as server:
        reading = await prober.fetch(settings(server.url))

    assert reading.success, reading


async def test_a_body_without_length_ends_with_the_connection() -> None:
    async def script(caller: Caller) -> None:
        await caller.request()
        await caller.send(b"HTTP/1.0 200 OK\r\n\r\n", b"until the end")

    async with HttpProber() as prober, serving(script) as server:
        reading = await prober.fetch(settings(server.url, expect={"body_regex": "the end$"}))

    assert reading.success, reading


@pytest.mark.parametrize(
    ("packed", "coding"),
    [
        (gzip.compress(b"all ", mtime=0) + gzip.compress(b"well", mtime=0), "gzip"),
        (gzip.compress(b"all well", mtime=0), "X-Gzip"),
        (zlib.compress(b"all well"), "deflate"),
        (zlib.compress(b"all well", wbits=-15), "deflate"),
        (b"all well", "identity"),
    ],
)
async def test_a_packed_body_is_unpacked(packed: bytes, coding: str) -> None:
    reading = await ask(packed, f"Content-Encoding: {coding}", expect={"body_regex": "^all well$"})

    assert reading.success, reading


async def test_a_body_may_be_exactly_as_long_as_allowed() -> None:
    exact = await ask(b"x" * 1000, max_body_bytes=1000)
    longer = await ask(b"x" * 1001, max_body_bytes=1000)
    none = await ask(b"", max_body_bytes=0)

    assert (exact.success, none.success) == (True, True)
    assert longer.reason is Reason.BODY_TOO_LARGE


async def test_an_unexpected_status_is_told_before_the_body_is_read() -> None:
    async def script(caller: Caller) -> None:
        await caller.request()
        await caller.send(b"HTTP/1.1 503 Mantenimiento\r\nContent-Length: 999999999\r\n\r\n")
        await caller.stay_silent()

    async with HttpProber() as prober, serving(script) as server:
        reading = await prober.fetch(settings(server.url))

    assert reading.reason is Reason.STATUS
    assert reading.detail == "status 503 Mantenimiento, expected 2xx"
    assert reading.http is not None
    assert reading.http.status == 503


async def test_a_login_redirect_is_judged_by_its_status() -> None:
    refused = await ask(b"", "Location: /login", status="302 Found")
    accepted = await ask(b"", "Location: /login", status="302 Found", expect={"status": ["302"]})

    assert refused.reason is Reason.STATUS
    assert refused.detail == "status 302 Found, leads to /login, expected 2xx"
    assert accepted.success


@pytest.mark.parametrize(
    ("expect", "reason", "said"),
    [
        ({"body_regex": "falla"}, Reason.BODY, "regex falla not found in estado: normal"),
        ({"not_body_regex": "normal"}, Reason.BODY, "regex normal found"),
        ({"json": {"path": "a"}}, Reason.NOT_JSON, "at line 1 column 1"),
        ({"headers": {"X-Role": "primary"}}, Reason.HEADER, "no header X-Role"),
        ({"headers": {"content-length": "^9$"}}, Reason.HEADER, "content-length is 14"),
    ],
)
async def test_an_expectation_that_fails_has_its_reason(
    expect: dict[str, Any], reason: Reason, said: str
) -> None:
    reading = await ask(b"estado: normal", expect=expect)

    assert (reading.reason, said in reading.detail) == (reason, True), reading


async def test_all_expectations_together() -> None:
    expect = {
        "status": ["200"],
        "headers": {"Content-Type": "^application/json"},
        "body_regex": "farmac[ií]a",
        "not_body_regex": "(?i)error|fault",
        "json": {"path": "checks.1.ok", "equals": True},
        "min_certificate_life": "7d",
    }
    body = '{"name": "farmacía", "checks": [{"ok": false}, {"ok": true}]}'.encode()

    reading = await ask(body, "Content-Type: application/json; charset=utf-8", expect=expect)

    assert reading.success, reading


async def test_a_hostile_body_cannot_stop_the_loop_with_our_regex() -> None:
    async with HttpProber() as prober:

        async def script(caller: Caller) -> None:
            await caller.answer(b"a" * 40)

        async with serving(script) as server:
            asked = settings(server.url, expect={"body_regex": "(a+)+b"})
            fetching = asyncio.ensure_future(prober.fetch(asked))
            turns = 0
            while not fetching.done():
                await asyncio.sleep(0.01)
                turns += 1
            reading = await fetching

    assert reading.reason is Reason.BODY
    assert "not decided within 0.25 s" in reading.detail
    assert turns > 5  # a loop that waited for the regex would have had two or three


async def test_ipv6_is_spoken() -> None:
    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(script, "::1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, HttpProber() as prober:
        reading = await prober.fetch(settings(f"http://[::1]:{port}/"))

    assert reading.success, reading
    assert reading.address == "::1"
