"""The filter, judged by the kernel itself: a Unix socket runs the same program on our bytes."""

import socket
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probes.icmp_filter import ID_BLOCK, admit_answers, attach, filter_for
from tests.probes.conftest import not_possible
from tests.probes.test_icmp_errors import error, ipv4, ipv6

FIRST_ID = 0x1400


def admits(family: int, message: bytes) -> bool:
    """Tell whether the message passes."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    with ours, theirs:
        ours.setblocking(False)
        attach(ours, filter_for(family, FIRST_ID))
        try:
            theirs.send(message)
            return ours.recv(65_536) == message
        except (BlockingIOError, PermissionError):
            return False


def echo(kind: int, echo_id: int) -> bytes:
    return bytes([kind, 0, 0, 0]) + echo_id.to_bytes(2, "big") + bytes(26)


@given(st.integers(0, 255), st.integers(0, 0xFFFF), st.integers(0, 10))
@settings(deadline=None)
def test_replies_pass_by_type_and_identifier_whatever_the_ip_options(
    kind: int, echo_id: int, options: int
) -> None:
    ours = FIRST_ID <= echo_id < FIRST_ID + ID_BLOCK
    packet = ipv4(echo(kind, echo_id), options=options * 4)
    assert admits(socket.AF_INET, packet) == (ours and kind == 0)
    assert admits(socket.AF_INET6, echo(kind, echo_id)) == (ours and kind == 129)


@given(
    st.sampled_from([0, 3, 4, 5, 11, 12]),
    st.sampled_from([FIRST_ID - 1, FIRST_ID, FIRST_ID + ID_BLOCK - 1, FIRST_ID + ID_BLOCK]),
    st.sampled_from([0, 8]),
    st.sampled_from([1, 6, 17]),
    st.integers(0, 10),
)
@settings(deadline=None)
def test_ipv4_errors_pass_when_they_quote_a_request_of_ours(
    kind: int, echo_id: int, quoted_kind: int, protocol: int, options: int
) -> None:
    quoted = ipv4(echo(quoted_kind, echo_id)[:8], options=options * 4, protocol=protocol)
    ours = FIRST_ID <= echo_id < FIRST_ID + ID_BLOCK and quoted_kind == 8 and protocol == 1
    assert admits(socket.AF_INET, ipv4(error(quoted, kind))) == (ours and kind in (3, 11))


@given(
    st.sampled_from([1, 2, 3, 4, 129]),
    st.sampled_from([FIRST_ID - 1, FIRST_ID, FIRST_ID + ID_BLOCK - 1, FIRST_ID + ID_BLOCK]),
    st.sampled_from([128, 129]),
)
@settings(deadline=None)
def test_ipv6_errors_pass_when_they_quote_a_request_of_ours(
    kind: int, echo_id: int, quoted_kind: int
) -> None:
    message = error(ipv6(echo(quoted_kind, echo_id), "fd00::7"), kind)
    ours = FIRST_ID <= echo_id < FIRST_ID + ID_BLOCK and quoted_kind == 128
    assert admits(socket.AF_INET6, message) == (ours and kind in (1, 2, 3))


def test_a_message_too_short_to_judge_is_dropped() -> None:
    whole = ipv4(echo(0, FIRST_ID))[: 20 + 6]  # up to the identifier
    assert admits(socket.AF_INET, whole)
    for length in range(1, len(whole)):
        assert not admits(socket.AF_INET, whole[:length])


@pytest.mark.parametrize(
    ("family", "protocol", "level", "answers"),
    [
        (socket.AF_INET, socket.IPPROTO_ICMP, 255, {0, 3, 11}),
        (socket.AF_INET6, socket.IPPROTO_ICMPV6, socket.IPPROTO_ICMPV6, {129, 1, 2, 3}),
    ],
)
def test_the_kernel_admits_answers_and_errors_alone(
    family: int, protocol: int, level: int, answers: set[int]
) -> None:
    try:
        opened = socket.socket(family, socket.SOCK_RAW, protocol)
    except PermissionError:
        not_possible("raw sockets are not permitted here")
    with opened:
        admit_answers(opened)
        told = opened.getsockopt(level, 1, 32)
    words = struct.unpack(f"@{len(told) // 4}I", told)  # of 32 types each; a set bit blocks one
    admitted = {
        32 * at + bit for at, word in enumerate(words) for bit in range(32) if not word >> bit & 1
    }
    assert admitted == answers
