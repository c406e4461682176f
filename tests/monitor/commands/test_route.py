"""A trace that ends: at the target, where nobody answers any more, or where we may not look."""

from dataclasses import dataclass

import icmplib
import pytest

from monitor.commands.route import MAX_HOPS, SILENT_HOPS, Hop, TraceError, ending, trace


@dataclass
class Answer:
    address: str
    avg_rtt: float = 1.5


class Way:
    """What answers at each distance; None is silence, and so is all that is not named."""

    def __init__(self, *routers: str | None) -> None:
        self.routers = routers
        self.asked = 0

    def traceroute(
        self, _target: str, *, first_hop: int, max_hops: int, **_: object
    ) -> list[Answer]:
        assert first_hop == max_hops
        self.asked += 1
        address = self.routers[first_hop - 1] if first_hop <= len(self.routers) else None
        return [] if address is None else [Answer(address)]


def test_it_ends_at_the_target() -> None:
    way = Way("10.0.0.1", None, "10.0.0.3", "10.9.9.9", "10.0.0.5")
    hops = list(trace("10.9.9.9", way.traceroute))
    assert [hop.address for hop in hops] == ["10.0.0.1", None, "10.0.0.3", "10.9.9.9"]
    assert hops[0] == Hop(1, "10.0.0.1", 0.0015)
    assert ending(hops, "10.9.9.9") == "The trace reaches it: it answers ping now."


def test_it_gives_up_after_three_silent_routers() -> None:
    way = Way("10.0.0.1", "10.0.0.2")
    hops = list(trace("10.9.9.9", way.traceroute))
    assert len(hops) == 2 + SILENT_HOPS == way.asked
    assert "10.0.0.2, hop 2: look there and behind it" in ending(hops, "10.9.9.9")


def test_it_says_when_not_one_router_answers() -> None:
    hops = list(trace("10.9.9.9", Way().traceroute))
    assert len(hops) == SILENT_HOPS
    assert "cannot be seen from here" in ending(hops, "10.9.9.9")


def test_a_router_that_refuses_is_shown_once() -> None:
    way = Way("10.0.0.1", *["10.0.0.2"] * 30)
    assert [hop.distance for hop in trace("10.9.9.9", way.traceroute)] == [1, 2]


def test_it_is_bounded() -> None:
    way = Way(*[f"10.0.0.{hop}" for hop in range(1, 100)])
    assert len(list(trace("10.9.9.9", way.traceroute))) == MAX_HOPS


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (icmplib.SocketPermissionError(True), "CAP_NET_RAW"),
        (icmplib.ICMPSocketError("Network is unreachable"), "Network is unreachable"),
    ],
)
def test_what_keeps_it_from_looking_is_said(error: Exception, said: str) -> None:
    def refuse(*_: object, **__: object) -> list[Answer]:
        raise error

    with pytest.raises(TraceError, match=said):
        list(trace("10.9.9.9", refuse))


def test_the_loopback_is_one_hop_away() -> None:
    try:
        [hop] = trace("127.0.0.1")
    except TraceError:
        pytest.skip("no raw socket here: NOT TESTED")
    assert hop.address == "127.0.0.1"
