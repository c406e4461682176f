"""TLS sessions are resumed to spare both ends, and never where a full handshake would tell more."""

import asyncio
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
import trustme

from probes.http import HttpProber
from probes.reading import Reading, Reason
from probes.tls_sessions import CAPACITY, FullHandshake, Place, TlsSessions
from tests.clock import FakeClock
from tests.probes.authority import CA
from tests.probes.http_servers import Caller, Server, serving, settings

ON_BOTH_LOOPS = True
NOW = datetime.now(UTC).replace(microsecond=0)


def context(ca: trustme.CA = CA, days: float = 30) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ends = NOW + timedelta(days=days)
    ca.issue_cert("127.0.0.1", not_before=NOW - timedelta(days=9), not_after=ends).configure_cert(
        made
    )
    return made


@dataclass
class Site:
    """A server that notes which handshakes were short, and answers with the statuses given."""

    statuses: list[str] = field(default_factory=list)
    resumed: list[bool] = field(default_factory=list)

    async def script(self, caller: Caller) -> None:
        tls: ssl.SSLObject = caller.writer.get_extra_info("ssl_object")
        self.resumed.append(bool(tls.session_reused))
        await caller.answer(b"ok", self.statuses.pop(0) if self.statuses else "200 OK")


async def ask(
    prober: HttpProber, server: Server, ca_file: str, times: int, every: str = "10m"
) -> list[Reading]:
    tls = {"ca_file": ca_file, "full_handshake_every": every}
    asked = settings(server.url, tls=tls)
    return [await prober.fetch(asked) for _ in range(times)]


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
async def test_after_a_full_handshake_sessions_are_resumed_and_tell_its_expiry(
    ca_file: str, version: ssl.TLSVersion
) -> None:
    site, tls = Site(), context()
    tls.maximum_version = version
    async with HttpProber() as prober, serving(site.script, tls) as server:
        readings = await ask(prober, server, ca_file, 4)

    assert [reading.success for reading in readings] == [True] * 4, readings
    assert site.resumed == [False, True, True, True]
    assert {_expiry(reading) for reading in readings} == {NOW + timedelta(days=30)}


async def test_zero_makes_every_handshake_a_full_one(ca_file: str) -> None:
    site = Site()
    async with HttpProber() as prober, serving(site.script, context()) as server:
        await ask(prober, server, ca_file, 3, every="0s")

    assert site.resumed == [False] * 3


async def test_after_a_failed_run_the_handshake_is_full(ca_file: str) -> None:
    site = Site(["200 OK", "200 OK", "503 Unavailable", "200 OK", "200 OK"])
    async with HttpProber() as prober, serving(site.script, context()) as server:
        readings = await ask(prober, server, ca_file, 5)

    assert [reading.success for reading in readings] == [True, True, False, True, True]
    assert site.resumed == [False, True, True, False, True]


async def test_another_server_at_the_address_is_verified_whatever_was_there_before(
    ca_file: str,
) -> None:
    site, impostor = Site(), Site()
    async with HttpProber() as prober:
        async with serving(site.script, context()) as server:
            assert (await ask(prober, server, ca_file, 2))[1].success
            port = server.port
        async with serving(impostor.script, context(trustme.CA()), port=port) as server:
            [reading] = await ask(prober, server, ca_file, 1)

    assert reading.reason is Reason.TLS_FAILED
    assert "unknown authority" in reading.detail


async def test_other_settings_make_a_handshake_of_their_own(ca_file: str) -> None:
    site = Site()
    async with HttpProber() as prober, serving(site.script, context()) as server:
        await ask(prober, server, ca_file, 2)
        await ask(prober, server, ca_file, 1, every="5m")
        CA.cert_pem.write_to_path(ca_file)  # the same authority, in a file written anew
        await ask(prober, server, ca_file, 1)

    assert site.resumed == [False, True, False, False]


async def test_a_server_without_tickets_is_asked_in_full_each_time(ca_file: str) -> None:
    site, tls = Site(), context()
    tls.num_tickets = 0
    async with HttpProber() as prober, serving(site.script, tls) as server:
        readings = await ask(prober, server, ca_file, 3)

    assert all(reading.success for reading in readings), readings
    assert site.resumed == [False] * 3


@contextmanager
def hanging_up_on(numbers: set[int], resumed: list[bool]) -> Iterator[int]:
    """Serve TLS at a port, but close the connections of these numbers in the handshake."""

    def serve(listening: socket.socket, tls: ssl.SSLContext) -> None:
        number = 0
        while True:
            line, _ = listening.accept()
            with line:
                if stopping.is_set():
                    return
                if number not in numbers:
                    answer(line, tls)
                number += 1

    def answer(line: socket.socket, tls: ssl.SSLContext) -> None:
        with tls.wrap_socket(line, server_side=True) as wrapped:
            resumed.append(bool(wrapped.session_reused))
            wrapped.recv(4096)
            wrapped.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    stopping = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve, args=(listening, context()))
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            stopping.set()
            socket.create_connection(listening.getsockname()).close()
            thread.join()


async def test_a_resumption_that_breaks_is_no_failure_and_is_not_tried_again(
    ca_file: str,
) -> None:
    resumed: list[bool] = []
    with hanging_up_on({1}, resumed) as port:
        async with HttpProber() as prober:
            server = Server(port, "https")
            readings = await ask(prober, server, ca_file, 3)

    assert [reading.success for reading in readings] == [True] * 3, readings
    assert resumed == [False, False, False]


async def test_a_full_handshake_that_breaks_after_a_resumption_is_the_failure(
    ca_file: str,
) -> None:
    with hanging_up_on({1, 2}, []) as port:
        async with HttpProber() as prober:
            good, bad, again = await ask(prober, Server(port, "https"), ca_file, 3)

    assert (good.success, bad.reason, again.success) == (True, Reason.RESET, True)
    assert "during the TLS handshake" in bad.detail


async def test_many_at_once_make_one_context(ca_file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str | None] = []
    create = ssl.create_default_context

    def counted(*, cafile: str | None) -> ssl.SSLContext:
        made.append(cafile)
        return create(cafile=cafile)

    monkeypatch.setattr(ssl, "create_default_context", counted)
    site = Site()
    async with HttpProber() as prober, serving(site.script, context()) as server:
        asked = settings(server.url, tls={"ca_file": ca_file})
        readings = await asyncio.gather(*(prober.fetch(asked) for _ in range(5)))

    assert all(reading.success for reading in readings), readings
    assert made == [ca_file]


# ---- what is remembered, and for how long --------------------------------------------------------

PLACE = Place("127.0.0.1", 443, "a.example")


def test_a_handshake_stands_for_others_until_its_time_at_the_latest(clock: FakeClock) -> None:
    sessions = TlsSessions(clock.monotonic, clock.now)
    renewals = {sessions.renewal_s(600.0) - clock.monotonic() for _ in range(50)}
    assert all(300.0 <= renewal_s <= 600.0 for renewal_s in renewals)
    assert len(renewals) > 1  # those of a fleet spread

    made = FullHandshake(None, None, clock.monotonic() + 600.0)
    sessions.keep(PLACE, made)
    assert sessions.take(PLACE) is made
    assert sessions.take(PLACE) is None  # a run that does not put it back has failed

    sessions.keep(PLACE, FullHandshake(None, None, clock.monotonic()))
    assert sessions.take(PLACE) is None


def test_a_certificate_that_expires_meanwhile_ends_it(clock: FakeClock) -> None:
    sessions = TlsSessions(clock.monotonic, clock.now)
    later_s = clock.monotonic() + 600.0

    sessions.keep(PLACE, FullHandshake(None, clock.now() + timedelta(seconds=1), later_s))
    assert sessions.take(PLACE) is not None
    sessions.keep(PLACE, FullHandshake(None, clock.now(), later_s))
    assert sessions.take(PLACE) is None


def test_the_memory_is_bounded(clock: FakeClock) -> None:
    sessions = TlsSessions(clock.monotonic, clock.now)
    made = FullHandshake(None, None, clock.monotonic() + 600.0)
    for port in range(CAPACITY + 1):
        sessions.keep(Place("127.0.0.1", port, ""), made)
    assert sessions.take(Place("127.0.0.1", CAPACITY, "")) is None
    assert sessions.take(Place("127.0.0.1", 1, "")) is made

    sessions.keep(PLACE, made)
    clock.skip(600.0)  # nobody asks for those of retired probes: they make room in time
    renewed = FullHandshake(None, None, clock.monotonic() + 600.0)
    for port in range(CAPACITY):
        sessions.keep(Place("127.0.0.2", port, ""), renewed)
    assert sessions.take(Place("127.0.0.2", CAPACITY - 1, "")) is renewed


def _expiry(reading: Reading) -> datetime | None:
    return reading.http.certificate_expires_at if reading.http is not None else None
