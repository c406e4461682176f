import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.packet import Kind, checksum, echo_reply, host_unreachable, kind_of, reset
from tests.simulator.worlds import echo_request, tcp_segment

SYN, ACK, RST, FIN = 0x02, 0x10, 0x04, 0x01


def _sum_by_words(octets: bytes) -> int:
    total: int = sum(struct.unpack(f"!{len(octets) // 2}H", octets))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total ^ 0xFFFF


def _is_intact(covered: bytes) -> bool:
    return _sum_by_words(covered + b"\0" * (len(covered) % 2)) == 0


@given(st.binary(max_size=200).filter(lambda octets: len(octets) % 2 == 0))
def test_the_checksum_is_the_sum_of_words(octets: bytes) -> None:
    assert checksum(octets) == _sum_by_words(octets)


@given(st.binary(max_size=300), st.integers(0, 65_535))
def test_an_echo_reply_is_the_request_turned_round(payload: bytes, number: int) -> None:
    request = echo_request("127.64.0.1", payload=payload, number=number)
    reply = echo_reply(request)
    assert (reply[12:16], reply[16:20]) == (request[16:20], request[12:16])
    assert reply[20] == 0
    assert reply[24:] == request[24:]  # id, sequence, payload
    assert _is_intact(reply[:20])
    assert _is_intact(reply[20:])


def test_a_damaged_request_gets_a_damaged_reply() -> None:
    request = bytearray(echo_request("127.64.0.1"))
    request[30] ^= 0xFF
    assert not _is_intact(echo_reply(bytes(request))[20:])


def test_unreachable_quotes_the_packet_that_could_not_be_delivered() -> None:
    request = echo_request("127.64.0.1")
    answer = host_unreachable(request)
    assert answer[20:22] == b"\x03\x01"
    assert answer[28:] == request[:28]
    assert (answer[12:16], answer[16:20]) == (request[16:20], request[12:16])
    assert _is_intact(answer[:20])
    assert _is_intact(answer[20:])


@pytest.mark.parametrize(
    ("flags", "payload", "sequence", "acknowledges", "answered_with"),
    [
        (SYN, b"", 0, 1001, RST | ACK),  # a SYN takes one sequence number
        (FIN, b"abc", 0, 1004, RST | ACK),
        (ACK, b"abc", 2000, 0, RST),
    ],
)
def test_a_closed_port_resets(
    flags: int, payload: bytes, sequence: int, acknowledges: int, answered_with: int
) -> None:
    answer = reset(tcp_segment("127.64.0.1", flags, payload=payload))
    assert answer is not None
    ports = struct.unpack_from("!HHIIBB", answer, 20)
    assert ports == (80, 40_000, sequence, acknowledges, 0x50, answered_with)
    pseudo = answer[12:20] + struct.pack("!BBH", 0, 6, len(answer) - 20)
    assert _is_intact(pseudo + answer[20:])


def test_a_reset_is_never_answered() -> None:
    assert reset(tcp_segment("127.64.0.1", RST)) is None


@given(st.binary(max_size=80))
def test_any_octets_have_a_kind_or_none(octets: bytes) -> None:
    assert kind_of(octets) in {None, *Kind}


def test_kinds() -> None:
    echo = echo_request("127.64.0.1")
    assert kind_of(echo) is Kind.ECHO
    assert kind_of(tcp_segment("127.64.0.1", SYN)) is Kind.TCP
    fragment = echo[:6] + b"\x20\x00" + echo[8:]
    assert kind_of(fragment) is Kind.ICMP_OTHER
    assert kind_of(echo_reply(echo)) is Kind.ICMP_OTHER
    assert kind_of(b"\x60" + echo[1:]) is None
