"""What routers say about our packets, and what they cannot make us believe."""

import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.echo import ICMP, ICMPV6, MESSAGE, Dialect, Requests
from probes.icmp_errors import Quote, read_error, read_quote
from probes.reading import Reason
from tests.probes.echo_fakes import TARGET, Bench

COOKIE = b"sixteen bytes ok"
ROUTER = "10.1.2.3"


def ipv4(request: bytes, destination: str = TARGET, options: int = 0, protocol: int = 1) -> bytes:
    """Return a packet as a router quotes it."""
    first = 0x45 + options // 4
    ends = socket.inet_aton("127.0.0.1") + socket.inet_aton(destination)
    return bytes([first, 0, 0, 0, 0, 0, 0, 0, 1, protocol, 0, 0]) + ends + bytes(options) + request


def ipv6(request: bytes, destination: str) -> bytes:
    ends = bytes(16) + socket.inet_pton(socket.AF_INET6, destination)
    return bytes([0x60, 0, 0, 0, 0, 0, 58, 1]) + ends + request


def error(quoted: bytes, kind: int = 3, code: int = 1) -> bytes:
    return bytes([kind, code, 0, 0, 0, 0, 0, 0]) + quoted


async def test_host_unreachable_names_the_code_and_the_router(raw: Bench) -> None:
    run = await raw.start()
    raw.port.arrive(error(ipv4(raw.port.sent[0][0])), source=ROUTER)
    reading = await raw.end(run)
    assert reading.reason is Reason.UNREACHABLE
    assert reading.detail == "host unreachable, says 10.1.2.3 (ICMP type 3 code 1)"
    assert reading.echo is not None
    assert reading.echo.loss_ratio == 1
    assert not raw.ignored


async def test_a_router_may_quote_eight_bytes_only_and_ip_options(raw: Bench) -> None:
    run = await raw.start()
    raw.port.arrive(error(ipv4(raw.port.sent[0][0][:8], options=8), 11, 0), source=ROUTER)
    reading = await raw.end(run)
    assert reading.reason is Reason.UNREACHABLE
    assert reading.detail.startswith("time to live exceeded, says 10.1.2.3")


async def test_address_unreachable_on_ipv6(raw: Bench) -> None:
    run = await raw.start(target="fd00::7")
    port = raw.kernel.port(socket.AF_INET6)
    port.arrive(error(ipv6(port.sent[0][0], "fd00::7"), 1, 3), source="fd00::1")
    reading = await raw.end(run)
    assert reading.detail == "address unreachable, says fd00::1 (ICMPv6 type 1 code 3)"


@pytest.mark.parametrize(
    "quoted",
    [
        lambda request: ipv4(request, "127.64.0.9"),  # another destination
        lambda request: ipv4(request, protocol=17),
        lambda request: ipv4(bytes([0]) + request[1:]),  # a reply, not a request
        lambda request: ipv4(request[:4] + b"\xff\xff" + request[6:]),  # another identifier
        lambda request: ipv4(request[:10] + b"other" + request[15:]),  # another cookie
        lambda request: ipv4(request[:-1] + b"\xff"),  # another serial number
        lambda request: ipv4(request[:7]),
        lambda request: ipv4(request)[:19],
        lambda request: b"",
    ],
)
async def test_an_error_that_does_not_quote_a_waiting_packet_is_ignored(
    raw: Bench, quoted: object
) -> None:
    assert callable(quoted)
    run = await raw.start()
    raw.port.arrive(error(quoted(raw.port.sent[0][0])), source=ROUTER)
    await raw.turn()
    assert not run.done()
    assert raw.ignored == {"quote": 1}


async def test_an_error_for_one_packet_leaves_the_others_waiting(raw: Bench) -> None:
    run = await raw.start(packets=2, spacing="10ms")
    raw.clock.advance(0.02)
    raw.port.arrive(error(ipv4(raw.port.sent[0][0])), source=ROUTER)
    await raw.turn()
    assert not run.done()
    raw.port.answer(1)
    reading = await raw.end(run)
    assert reading.success
    assert "host unreachable" in reading.detail
    assert reading.echo is not None
    assert reading.echo.loss_ratio == 0.5


async def test_a_ping_socket_hears_it_on_the_error_queue(dgram: Bench) -> None:
    run = await dgram.start()
    request = dgram.port.sent[0][0]
    dgram.port.fault(
        read_quote(ICMP, 3, 13, ROUTER, TARGET, request, dgram.engine._requests.cookie)
    )
    reading = await dgram.end(run)
    assert reading.reason is Reason.UNREACHABLE
    assert "administratively prohibited" in reading.detail


@pytest.mark.parametrize(
    ("dialect", "kind", "code", "words"),
    [
        (ICMP, 3, 0, "network unreachable"),
        (ICMP, 3, 250, "unreachable"),
        (ICMP, 11, 1, "reassembly time exceeded"),
        (ICMPV6, 1, 0, "no route"),
        (ICMPV6, 3, 0, "time to live exceeded"),
    ],
)
def test_words_for_codes(dialect: Dialect, kind: int, code: int, words: str) -> None:
    said = Quote(dialect, kind, code, ROUTER, TARGET, 1, 1, None).describe()
    assert said.startswith(f"{words}, says {ROUTER} (")


@given(st.binary(max_size=300), st.sampled_from([socket.AF_INET, socket.AF_INET6]))
def test_arbitrary_bytes_quote_nothing_of_ours(message: bytes, family: int) -> None:
    quote = read_error(family, message, ROUTER, COOKIE)
    assert quote is None or quote.serial is None


@given(st.integers(0, 0xFFFF), st.integers(0, 2**64 - 1), st.integers(0, MESSAGE.size))
def test_a_quote_of_any_length_is_read_as_far_as_it_goes(
    echo_id: int, serial: int, length: int
) -> None:
    request = Requests(COOKIE).write(8, echo_id, serial)[:length]
    quote = read_error(socket.AF_INET, error(ipv4(request)), ROUTER, COOKIE)
    if length < 8:
        assert quote is None
    else:
        assert quote is not None
        assert (quote.echo_id, quote.sequence) == (echo_id, serial & 0xFFFF)
        assert quote.serial == (serial if length == MESSAGE.size else None)
