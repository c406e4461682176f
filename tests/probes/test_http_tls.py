"""TLS against real certificates: which are taken, which are not and why, and when they expire."""

import asyncio
import contextlib
import os
import socket
import ssl
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from config.probe import TlsSettings
from probes.certificate import earliest_expiry, not_after
from probes.handshake import TlsClients
from probes.http import HttpProber
from probes.reading import Reading, Reason
from tests.probes.authority import CA
from tests.probes.http_servers import Caller, Script, serving, settings

ON_BOTH_LOOPS = True

NOW = datetime.now(UTC).replace(microsecond=0)


def context(certificate: trustme.LeafCert) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(made)
    return made


def issue(name: str = "127.0.0.1", days: float = 30, ca: trustme.CA = CA) -> trustme.LeafCert:
    ends = NOW + timedelta(days=days)
    return ca.issue_cert(name, not_before=NOW - timedelta(days=90), not_after=ends)


async def ask(
    tls: ssl.SSLContext, own: dict[str, object], script: Script | None = None, **changes: object
) -> Reading:
    async with HttpProber() as prober, serving(script or Caller.answer, tls) as server:
        asked = settings(server.url, tls=own, **changes)
        started = time.monotonic()
        reading = await prober.fetch(asked)
        assert time.monotonic() - started < asked.timeout + 2.0
    return reading


async def test_a_trusted_certificate_is_taken_and_its_expiry_known(ca_file: str) -> None:
    reading = await ask(context(issue()), {"ca_file": ca_file})

    assert reading.success, reading
    http = reading.http
    assert http is not None
    assert http.tls_version == "TLSv1.3"
    assert http.certificate_expires_at == NOW + timedelta(days=30)
    assert http.tls_s is not None
    assert http.tls_s > 0


@pytest.mark.parametrize(
    ("certificate", "said"),
    [
        (issue(days=-2), f"certificate expired on {NOW - timedelta(days=2):%Y-%m-%d}"),
        (issue("ups.example"), "certificate is for another name"),
        (issue(ca=trustme.CA()), "certificate of an unknown authority"),
    ],
)
async def test_a_certificate_that_is_refused_says_why_and_when_it_expires(
    ca_file: str, certificate: trustme.LeafCert, said: str
) -> None:
    reading = await ask(context(certificate), {"ca_file": ca_file})

    assert reading.reason is Reason.TLS_FAILED
    assert said in reading.detail
    http = reading.http
    assert http is not None
    expected = not_after(ssl.PEM_cert_to_DER_cert(certificate.cert_chain_pems[0].bytes().decode()))
    assert http.certificate_expires_at == expected
    assert http.processing_s is None


async def test_a_certificate_not_valid_yet_may_be_our_clock(ca_file: str) -> None:
    early = CA.issue_cert(
        "127.0.0.1", not_before=NOW + timedelta(days=1), not_after=NOW + timedelta(days=9)
    )

    reading = await ask(context(early), {"ca_file": ca_file})

    assert reading.reason is Reason.TLS_FAILED
    assert "not valid yet" in reading.detail


async def test_without_verification_anything_is_taken_and_the_expiry_still_known() -> None:
    reading = await ask(context(issue("other.example", days=-2)), {"verify": False})

    assert reading.success, reading
    assert reading.http is not None
    assert reading.http.certificate_expires_at == NOW - timedelta(days=2)


async def test_another_name_can_be_verified_than_the_one_called(ca_file: str) -> None:
    reading = await ask(
        context(issue("ups.example")), {"ca_file": ca_file, "server_name": "ups.example"}
    )

    assert reading.success, reading


async def test_a_certificate_about_to_expire_fails_when_asked_to(ca_file: str) -> None:
    expect = {"min_certificate_life": "60d"}

    early = await ask(context(issue()), {"ca_file": ca_file}, expect=expect)
    fine = await ask(context(issue(days=61)), {"ca_file": ca_file}, expect=expect)

    assert early.reason is Reason.CERTIFICATE_EXPIRING
    assert "in 30.0 days" in early.detail or "in 29.9 days" in early.detail
    assert fine.success


def _demanding() -> ssl.SSLContext:
    made = context(issue())
    made.verify_mode = ssl.CERT_REQUIRED
    CA.configure_trust(made)
    return made


async def test_a_client_certificate_is_shown(ca_file: str, tmp_path: Path) -> None:
    mine = CA.issue_cert("guardia@vantage.example")
    mine.private_key_pem.write_to_path(tmp_path / "key.pem")
    mine.cert_chain_pems[0].write_to_path(tmp_path / "cert.pem")
    shown: dict[str, object] = {
        "cert_file": str(tmp_path / "cert.pem"),
        "key_file": str(tmp_path / "key.pem"),
    }

    reading = await ask(_demanding(), {"ca_file": ca_file} | shown)

    assert reading.success, reading


async def test_a_client_certificate_that_is_missed_is_named(ca_file: str) -> None:
    """TLS 1.3 refuses after the handshake. A blocking server: asyncio's drops the alert."""
    heard = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def refuse() -> None:
            line, _ = listening.accept()
            wrapped = _demanding().wrap_socket(
                line, server_side=True, do_handshake_on_connect=False
            )
            with wrapped:
                with contextlib.suppress(ssl.SSLError):
                    wrapped.do_handshake()
                heard.wait(5)

        async with HttpProber() as prober:
            serving_it = asyncio.create_task(asyncio.to_thread(refuse))
            url = f"https://127.0.0.1:{listening.getsockname()[1]}/"
            reading = await prober.fetch(settings(url, tls={"ca_file": ca_file}))
            heard.set()
            await serving_it

    assert reading.reason is Reason.TLS_FAILED, reading
    assert "certificate required" in reading.detail


async def test_a_port_without_tls_is_no_timeout_but_a_tls_failure() -> None:
    async def script(caller: Caller) -> None:
        await caller.reader.read(100)
        await caller.send(b"HTTP/1.0 400 Bad Request\r\n\r\n")

    async with HttpProber() as prober, serving(script) as server:
        reading = await prober.fetch(settings(server.url.replace("http:", "https:")))

    assert reading.reason is Reason.TLS_FAILED
    assert "does this port speak TLS?" in reading.detail


async def test_closing_during_the_handshake_is_a_reset() -> None:
    async def closes(caller: Caller) -> None:
        await caller.reader.read(100)

    async def resets(caller: Caller) -> None:
        await caller.reader.read(100)
        caller.reset()

    for script in (closes, resets):
        async with HttpProber() as prober, serving(script) as server:
            reading = await prober.fetch(settings(server.url.replace("http:", "https:")))
        assert reading.reason is Reason.RESET, reading
        assert "during the TLS handshake" in reading.detail


@pytest.mark.heavy
async def test_a_handshake_that_never_ends_is_a_tls_timeout() -> None:
    async with HttpProber() as prober, serving(Caller.stay_silent) as server:
        asked = settings(server.url.replace("http:", "https:"), timeout=1.5)
        await prober.network.clients.get(asked.tls)  # 0.1 s of ours that a busy machine makes 0.3
        reading = await prober.fetch(asked)
        await asyncio.wait_for(server.ended.get(), 5)

    assert reading.reason is Reason.TLS_TIMEOUT, reading
    assert reading.http is not None
    assert reading.http.connect_s is not None
    assert reading.http.tls_s == pytest.approx(1.5, abs=0.5)


async def test_a_peer_that_never_says_goodbye_is_left_at_once(ca_file: str) -> None:
    done = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer_and_stare() -> None:
            line, _ = listening.accept()
            with context(issue()).wrap_socket(line, server_side=True) as wrapped:
                wrapped.recv(4096)
                wrapped.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
                done.wait(10)

        async with HttpProber() as prober:
            staring = asyncio.create_task(asyncio.to_thread(answer_and_stare))
            url = f"https://127.0.0.1:{listening.getsockname()[1]}/"
            before = _sockets()
            reading = await prober.fetch(settings(url, tls={"ca_file": ca_file}))
            for _ in range(3):  # the loop closes descriptors in its next rounds
                await asyncio.sleep(0)
            held = _sockets() - before
            done.set()
            await staring

    assert reading.success, reading
    assert held == 1  # the server's own end


def _sockets() -> int:
    links = (str(Path(entry).readlink()) for entry in os.scandir("/proc/self/fd"))
    return sum(link.startswith("socket:") for link in links)


async def test_a_missing_authority_file_is_our_fault_and_is_named() -> None:
    async with HttpProber() as prober:
        asked = settings("https://127.0.0.1:1/", tls={"ca_file": "/nowhere/ca.pem"})
        reading = await prober.fetch(asked)

    assert reading.reason is Reason.INTERNAL_ERROR
    assert "/nowhere/ca.pem" in reading.detail


async def test_a_broken_authority_file_is_our_fault(tmp_path: Path) -> None:
    broken = tmp_path / "ca.pem"
    broken.write_text("no certificate")
    async with HttpProber() as prober:
        reading = await prober.fetch(settings("https://127.0.0.1:1/", tls={"ca_file": str(broken)}))

    assert reading.reason is Reason.INTERNAL_ERROR


async def test_a_context_is_made_once_and_again_when_its_file_changes(ca_file: str) -> None:
    clients, own = TlsClients(), TlsSettings(ca_file=ca_file)

    first = await clients.get(own)
    assert await clients.get(own) is first

    trustme.CA().cert_pem.write_to_path(ca_file)
    assert await clients.get(own) is not first


def test_the_first_certificate_of_a_chain_to_expire_counts() -> None:
    chain = [
        ssl.PEM_cert_to_DER_cert(issue(days=days).cert_chain_pems[0].bytes().decode())
        for days in (30, 3, 300)
    ]

    assert earliest_expiry(chain) == NOW + timedelta(days=3)
    assert earliest_expiry([]) is None


def test_dates_of_both_centuries_and_beyond_2050_are_read() -> None:
    eternal = CA.issue_cert("a.example")  # trustme: the year 3000, a GeneralizedTime
    der = ssl.PEM_cert_to_DER_cert(eternal.cert_chain_pems[0].bytes().decode())

    assert not_after(der) == datetime(3000, 1, 1, tzinfo=UTC)


@hypothesis_settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_have_an_expiry_or_none(noise: bytes) -> None:
    assert not_after(noise) is None


@hypothesis_settings(deadline=None)
@given(st.data())
def test_a_damaged_certificate_never_raises(data: st.DataObject) -> None:
    der = bytearray(ssl.PEM_cert_to_DER_cert(DAMAGED.decode()))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(der) - 1))
        der[at] = data.draw(st.integers(0, 255))

    found = not_after(bytes(der))

    assert found is None or found.tzinfo is not None


DAMAGED = issue().cert_chain_pems[0].bytes()
