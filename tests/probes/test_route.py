"""A trace that ends: at the target, where nobody answers any more, or where we may not look."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager

import icmplib
import pytest

from probes.route import MAX_HOPS, SILENT_HOPS, Hop, NotPermittedError, TraceError, Way, trace


class Routers:
    """What answers at each distance; None is silence, and so is all that is not named."""

    def __init__(self, *routers: str | None) -> None:
        self.routers = routers
        self.asked = 0
        self.opened: list[tuple[str, str | None]] = []
        self.closed = 0

    @contextmanager
    def open_way(self, target: str, source: str | None) -> Iterator[Way]:
        self.opened.append((target, source))
        try:
            yield self
        finally:
            self.closed += 1

    def ask(self, distance: int) -> Hop:
        self.asked += 1
        address = self.routers[distance - 1] if distance <= len(self.routers) else None
        return Hop(distance, address, None if address is None else 0.0015)


def test_it_ends_at_the_target() -> None:
    way = Routers("10.0.0.1", None, "10.0.0.3", "10.9.9.9", "10.0.0.5")
    hops = list(trace("10.9.9.9", "10.0.0.9", way.open_way))
    assert [hop.address for hop in hops] == ["10.0.0.1", None, "10.0.0.3", "10.9.9.9"]
    assert (way.opened, way.closed) == ([("10.9.9.9", "10.0.0.9")], 1)


def test_the_interface_of_a_link_local_target_is_no_part_of_its_address() -> None:
    way = Routers("fe80::1")
    assert [hop.address for hop in trace("fe80::1%eth0", None, way.open_way)] == ["fe80::1"]


def test_it_gives_up_after_three_silent_routers() -> None:
    way = Routers("10.0.0.1", "10.0.0.2")
    assert len(list(trace("10.9.9.9", None, way.open_way))) == 2 + SILENT_HOPS == way.asked


def test_three_silent_routers_in_all_but_not_in_a_row_do_not_end_it() -> None:
    way = Routers(None, "10.0.0.2", None, None, "10.0.0.5", None, "10.9.9.9")
    assert len(list(trace("10.9.9.9", None, way.open_way))) == 7


def test_a_router_that_refuses_is_shown_once() -> None:
    way = Routers("10.0.0.1", *["10.0.0.2"] * 30)
    assert [hop.distance for hop in trace("10.9.9.9", None, way.open_way)] == [1, 2]


def test_it_is_bounded() -> None:
    way = Routers(*[f"10.0.0.{hop}" for hop in range(1, 100)])
    assert len(list(trace("10.9.9.9", None, way.open_way))) == MAX_HOPS


def test_who_needs_no_more_lets_go_of_the_socket() -> None:
    way = Routers("10.0.0.1", "10.0.0.2")
    hops = trace("10.9.9.9", None, way.open_way)
    assert isinstance(hops, Generator)
    assert next(hops).address == "10.0.0.1"
    hops.close()
    assert (way.asked, way.closed) == (1, 1)


@pytest.mark.parametrize(
    ("error", "kind", "said"),
    [
        (icmplib.SocketPermissionError(True), NotPermittedError, "CAP_NET_RAW"),
        (icmplib.ICMPSocketError("Network is unreachable"), TraceError, "Network is unreachable"),
        (icmplib.NameLookupError("nosuch"), TraceError, "nosuch"),
        (OSError(24, "Too many open files"), TraceError, "Too many open files"),
        (UnicodeError("label too long"), TraceError, "label too long"),
    ],
)
def test_what_keeps_it_from_looking_is_said(
    error: Exception, kind: type[TraceError], said: str
) -> None:
    @contextmanager
    def refuse(_target: str, _source: str | None) -> Iterator[Way]:
        raise error
        yield

    with pytest.raises(kind, match=said):
        list(trace("10.9.9.9", None, refuse))


@pytest.mark.parametrize("target", ["127.0.0.1", "127.64.0.9", "::1", "localhost"])
def test_this_machine_is_one_hop_away(target: str) -> None:
    try:
        [hop] = trace(target)
    except NotPermittedError:
        pytest.skip("no raw socket here: NOT TESTED")
    assert hop.address == {"localhost": "127.0.0.1"}.get(target, target)
    assert hop.rtt_s is not None
    assert hop.distance == 1
