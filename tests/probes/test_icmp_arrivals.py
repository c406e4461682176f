"""What comes in through real sockets: UDP carries the bytes that ICMP would, for anybody."""

import socket
import struct
import time
from collections.abc import Iterator

import pytest

from probes.echo import ICMP, ICMPV6, MESSAGE
from probes.icmp_arrivals import Reply, Stray
from probes.icmp_batch import READ_AT_ONCE, SO_TIMESTAMPNS, Inbox
from probes.icmp_opening import _STAMP_DEPARTURES
from probes.icmp_socket import SO_TIMESTAMPING, EchoSocket

COOKIE = bytes(range(16))
LOOPBACK = socket.inet_aton("127.0.0.1")
SLACK_NS = 1_000_000  # the kernel's stamp and ours come from clocks of different grain


class Wire:
    """An echo socket, and one that sends to it."""

    def __init__(self, inbox: Inbox, mode: str = "dgram", family: int = socket.AF_INET) -> None:
        self.near = socket.socket(family, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        self.far = socket.socket(family, socket.SOCK_DGRAM)
        self.near.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 212_992)
        for end in (self.near, self.far):
            end.bind(("127.0.0.1" if family == socket.AF_INET else "::1", 0))
        self.far.connect(self.near.getsockname())
        self.port = EchoSocket(self.near, "raw" if mode == "raw" else "dgram", 100, inbox)

    def stamped(self) -> "Wire":
        self.near.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        return self

    def hear(self, *messages: bytes) -> tuple[list[Reply], list[Stray]]:
        for message in messages:
            self.far.send(message)
        return self.port.receive(512)

    def close(self) -> None:
        self.near.close()
        self.far.close()


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def wire(inbox: Inbox) -> Iterator[Wire]:
    made = Wire(inbox).stamped()
    yield made
    made.close()


def echo(serial: int, kind: int = ICMP.reply, code: int = 0, padding: int = 0) -> bytes:
    return MESSAGE.pack(kind, code, 0, 100, serial & 0xFFFF, COOKIE, serial) + bytes(padding)


def ip_header(options: int = 0) -> bytes:
    return bytes([0x45 + options]) + bytes(19 + 4 * options)


def fields(reply: Reply) -> tuple[object, ...]:
    """Return a reply without its stamp."""
    size, _, *rest = reply
    return size, *rest


def test_a_reply_comes_with_its_source_and_the_kernels_stamp(wire: Wire) -> None:
    before_ns = time.time_ns()
    (reply,), strays = wire.hear(echo(70_000))
    assert not strays
    assert fields(reply) == (MESSAGE.size, LOOPBACK, 100, 70_000 & 0xFFFF, COOKIE, 70_000)
    assert before_ns - SLACK_NS <= reply[1] <= time.time_ns() + SLACK_NS


def test_stamps_of_departure_do_not_hide_those_of_arrival(wire: Wire) -> None:
    wire.near.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPING, _STAMP_DEPARTURES)
    (reply,), _ = wire.hear(echo(1))
    assert reply[1] > 0


def test_a_message_without_a_stamp_does_not_inherit_one(wire: Wire, inbox: Inbox) -> None:
    wire.hear(echo(1), echo(2))
    unstamped = Wire(inbox)
    (reply,), _ = unstamped.hear(echo(3))
    unstamped.close()
    assert reply[1] == 0


def test_ipv6_sources_are_whole_though_ipv4_ones_came_before(wire: Wire, inbox: Inbox) -> None:
    wire.hear(echo(1))
    six = Wire(inbox, family=socket.AF_INET6).stamped()
    (reply,), strays = six.hear(echo(2, ICMPV6.reply), echo(3, ICMP.reply))
    six.close()
    assert fields(reply)[:2] == (MESSAGE.size, socket.inet_pton(socket.AF_INET6, "::1"))
    assert reply[1] > 0
    assert [stray.message for stray in strays] == [echo(3, ICMP.reply)]


@pytest.mark.parametrize("options", [0, 1, 10])
def test_a_raw_socket_shows_its_ip_header_with_or_without_options(
    inbox: Inbox, options: int
) -> None:
    raw = Wire(inbox, "raw").stamped()
    header = ip_header(options)
    (reply,), (stray,) = raw.hear(header + echo(5, padding=8), header + echo(6, kind=3))
    raw.close()
    assert fields(reply) == (MESSAGE.size + 8, LOOPBACK, 100, 5, COOKIE, 5)
    assert reply[1] > 0
    assert stray == Stray(echo(6, kind=3), LOOPBACK)


@pytest.mark.parametrize("mode", ["dgram", "raw"])
def test_short_messages_show_nothing_of_older_ones(inbox: Inbox, mode: str) -> None:
    wire = Wire(inbox, mode).stamped()
    header = ip_header() if mode == "raw" else b""
    whole = header + echo(7)
    wire.hear(*[whole] * 40)
    replies, strays = wire.hear(*(whole[:length] for length in range(len(whole))))
    wire.close()
    assert not replies
    assert [stray.message for stray in strays] == [
        whole[:length][len(header) :] for length in range(len(whole))
    ]


def test_a_code_that_no_reply_has_is_astray(wire: Wire) -> None:
    assert wire.hear(echo(1, code=1)) == ([], [Stray(echo(1, code=1), LOOPBACK)])


def test_long_replies_are_told_apart_by_their_length(wire: Wire, inbox: Inbox) -> None:
    inbox.expect(2_000)
    sizes = [1_968, 1_967, 0, 1_969, 5_000]
    replies, _ = wire.hear(*(echo(n, padding=size) for n, size in enumerate(sizes)))
    assert [reply[0] for reply in replies] == [2_000, 1_999, 32, 2_001, 2_001]
    assert [reply[-1] for reply in replies] == [0, 1, 2, 3, 4]


def test_to_expect_less_than_before_changes_nothing(wire: Wire, inbox: Inbox) -> None:
    inbox.expect(2_000)
    inbox.expect(500)
    (reply,), _ = wire.hear(echo(1, padding=1_900))
    assert reply[0] == 1_932


def test_more_than_one_call_takes_in_are_read_in_order(wire: Wire) -> None:
    count = READ_AT_ONCE + 40
    replies, _ = wire.hear(*(echo(n) for n in range(count)))
    assert [reply[-1] for reply in replies] == list(range(count))


def test_no_more_is_read_than_was_asked_for(wire: Wire) -> None:
    for n in range(5):
        wire.far.send(echo(n))
    assert [reply[-1] for reply in wire.port.receive(3)[0]] == [0, 1, 2]
    assert [reply[-1] for reply in wire.port.receive(3)[0]] == [3, 4]
    assert wire.port.receive(3) == ([], [])


def test_an_error_about_an_earlier_packet_does_not_end_the_reading(wire: Wire) -> None:
    wire.far.send(echo(1))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as gone:
        gone.bind(("127.0.0.1", 0))
        nobody = gone.getsockname()
    wire.near.setsockopt(socket.IPPROTO_IP, 11, 1)  # IP_RECVERR
    wire.near.sendto(b"is anybody there?", nobody)
    (reply,), _ = wire.port.receive(10)
    assert reply[-1] == 1


def test_a_closed_socket_is_an_error_and_not_silence(wire: Wire) -> None:
    wire.near.close()
    with pytest.raises(OSError, match="Bad file descriptor"):
        wire.port.receive(10)


def test_a_stamp_is_read_as_the_kernel_writes_it(wire: Wire) -> None:
    wire.far.send(echo(1))
    *_, ancillary, _, _ = wire.near.recvmsg(256, 64, socket.MSG_PEEK)
    (level, kind, content), *_ = ancillary
    assert (level, kind) == (socket.SOL_SOCKET, SO_TIMESTAMPNS)
    seconds, nanoseconds = struct.unpack("@ll", content)
    (reply,), _ = wire.port.receive(1)
    assert reply[1] == seconds * 10**9 + nanoseconds
