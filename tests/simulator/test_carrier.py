import pytest

from simulator.carrier import Carrier, Side
from simulator.impairment import Impairment
from simulator.packet import echo_reply, host_unreachable
from simulator.reach import Reach
from simulator.topology import wire_form
from tests.simulator.worlds import echo_request, small_world, tcp_segment

SYN, SYN_ACK = 0x02, 0x12
UCI, CFE, LTE = "127.64.0.10", "127.64.0.1", "127.64.0.2"


class Wire:
    """A carrier with what it sent."""

    def __init__(self) -> None:
        self.sent: list[tuple[Side, bytes]] = []
        self.carrier = Carrier(wire_form(small_world()), lambda *sent: self.sent.append(sent))

    def set(
        self,
        key: str,
        state: Reach = Reach.UP,
        *,
        filters_icmp: bool = False,
        impairment: Impairment | None = None,
    ) -> None:
        figures = None if impairment is None else impairment.model_dump()
        condition = {"state": state, "filters_icmp": filters_icmp, "impairment": figures}
        self.carrier.update(key, condition)

    def ask(self, packet: bytes, now_s: float = 0.0) -> list[tuple[Side, bytes]]:
        self.sent.clear()
        self.carrier.from_near(packet, now_s)
        return list(self.sent)

    def pings(self, target: str) -> bool:
        request = echo_request(target)
        return self.ask(request) == [(Side.NEAR, echo_reply(request))]

    def connects(self, target: str) -> bool:
        """Tell whether a SYN gets there and its answer back."""
        request, answer = tcp_segment(target, SYN), tcp_segment(target, SYN_ACK, back=True)
        arrived = self.ask(request) == [(Side.FAR, request)]
        self.carrier.from_far(answer, 0.0)
        return arrived and self.sent[-1] == (Side.NEAR, answer)


@pytest.fixture
def wire() -> Wire:
    return Wire()


def test_what_is_up_answers_ping_and_tcp_untouched(wire: Wire) -> None:
    for target in (UCI, CFE, LTE, "127.79.240.1", "127.79.255.254"):
        assert wire.pings(target)
        assert wire.connects(target)


@pytest.mark.parametrize("key", ["vantage", "node/pop", "node/core", "hospital/link/cfe"])
def test_ping_and_tcp_share_one_fate_whatever_breaks_on_the_way(wire: Wire, key: str) -> None:
    wire.set(key, Reach.DOWN)
    assert not wire.pings(CFE)
    assert not wire.connects(CFE)
    wire.set(key)
    assert wire.pings(CFE)
    assert wire.connects(CFE)


def test_an_answer_on_its_way_is_lost_when_the_link_goes(wire: Wire) -> None:
    wire.set("hospital/link/cfe", Reach.DOWN)
    wire.carrier.from_far(tcp_segment(CFE, SYN_ACK, back=True), 0.0)
    assert wire.sent == []


def test_an_area_is_reached_over_the_backup_until_that_goes_too(wire: Wire) -> None:
    wire.set("hospital/link/cfe", Reach.DOWN)
    assert wire.pings(UCI)
    wire.set("hospital/link/lte", Reach.DOWN)
    assert not wire.pings(UCI)


def test_the_backup_brings_its_own_delay(wire: Wire) -> None:
    wire.set("hospital/link/lte", impairment=Impairment(delay=0.2))
    assert wire.pings(UCI)  # over cfe, at once
    wire.set("hospital/link/cfe", Reach.DOWN)
    assert wire.ask(echo_request(UCI)) == []
    assert wire.carrier.next_due_s() == pytest.approx(0.2, abs=0.001)


def test_one_area_fails_alone(wire: Wire) -> None:
    wire.set("hospital/area/uci", Reach.DOWN)
    assert not wire.pings(UCI)
    assert not wire.connects(UCI)
    assert wire.pings("127.64.0.11")
    assert wire.pings(CFE)


def test_unreachable_is_said_to_ping_and_tcp_alike(wire: Wire) -> None:
    wire.set("hospital/area/uci", Reach.UNREACHABLE)
    for packet in (echo_request(UCI), tcp_segment(UCI, SYN)):
        assert wire.ask(packet) == [(Side.NEAR, host_unreachable(packet))]


def test_refuse_answers_ping_and_resets_tcp(wire: Wire) -> None:
    wire.set("hospital/area/uci", Reach.REFUSE)
    assert wire.pings(UCI)
    [(side, answer)] = wire.ask(tcp_segment(UCI, SYN))
    assert side is Side.NEAR
    assert answer[33] & 0x04


def test_filtered_icmp_leaves_tcp_alone(wire: Wire) -> None:
    wire.set("hospital/link/cfe", filters_icmp=True)
    assert not wire.pings(CFE)
    assert wire.connects(CFE)


def test_a_round_trip_takes_the_delays_of_all_stretches(wire: Wire) -> None:
    wire.set("hospital/link/cfe", impairment=Impairment(delay=0.1))
    wire.set("node/pop", impairment=Impairment(delay=0.05))
    assert wire.ask(echo_request(CFE), now_s=10.0) == []
    wire.carrier.release(10.1495)
    assert wire.sent == []
    wire.carrier.release(10.151)
    assert len(wire.sent) == 1
    assert wire.carrier.worst_lateness_s == pytest.approx(0.001, abs=0.0006)


def test_one_way_takes_half_the_delay(wire: Wire) -> None:
    wire.set("hospital/link/cfe", impairment=Impairment(delay=0.1))
    wire.ask(tcp_segment(CFE, SYN))
    assert wire.carrier.next_due_s() == pytest.approx(0.05, abs=0.001)


def test_jitter_stays_within_its_bounds(wire: Wire) -> None:
    wire.set("hospital/link/cfe", impairment=Impairment(delay=0.1, jitter=0.02))
    dues = []
    for _ in range(500):
        wire.ask(echo_request(CFE))
        dues.append(wire.carrier.next_due_s() or 0.0)
        wire.carrier.release(1.0)
    assert min(dues) >= 0.08
    assert max(dues) <= 0.1205
    assert max(dues) - min(dues) > 0.03


def test_a_rate_makes_packets_queue_and_a_full_queue_drops(wire: Wire) -> None:
    slow = Impairment(rate_bps=8000, queue=1.0)  # a kilobyte a second
    wire.set("hospital/link/cfe", impairment=slow)
    packet = tcp_segment(CFE, SYN, payload=b"x" * 460)  # 500 bytes: half a second each
    for _ in range(5):
        wire.ask(packet)
    released = []
    for at_s in (0.49, 0.51, 1.01, 1.51, 9.0):
        wire.carrier.release(at_s)
        released.append(wire.carrier.counts["released"])
    assert released == [0, 1, 2, 3, 3]
    assert wire.carrier.counts["dropped"] == 2


def test_loss_is_what_a_round_trip_loses(wire: Wire) -> None:
    wire.set("hospital/link/cfe", impairment=Impairment(loss=0.3))
    answered = sum(wire.pings(CFE) for _ in range(5000))
    connected = sum(wire.connects(CFE) for _ in range(5000))
    assert answered / 5000 == pytest.approx(0.7, abs=0.03)
    assert connected / 5000 == pytest.approx(0.7, abs=0.03)


def test_what_nobody_owns_is_a_stray(wire: Wire) -> None:
    assert wire.ask(echo_request("127.70.0.1")) == []
    assert wire.ask(b"\x60 not IPv4") == []
    wire.carrier.from_far(tcp_segment("127.70.0.1", SYN_ACK, back=True), 0.0)
    assert wire.carrier.counts["strays"] == 3


def test_the_same_seed_loses_the_same_packets() -> None:
    def outcome() -> list[bool]:
        wire = Wire()
        wire.set("hospital/link/cfe", impairment=Impairment(loss=0.5))
        return [wire.pings(CFE) for _ in range(50)]

    assert outcome() == outcome()
