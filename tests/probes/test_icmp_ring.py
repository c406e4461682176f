"""Serial numbers over a ring of 65,536 entries, and the wheel that expires them."""

from hypothesis import given
from hypothesis import strategies as st

from probes.icmp_ring import SIZE, Fate, Ring
from probes.wheel import TICK_NS, Wheel


def test_a_wrap_passes_over_entries_that_still_wait() -> None:
    ring: Ring[str] = Ring()
    slow = ring.claim()
    assert slow is not None
    ring.put(slow, "slow")
    for _ in range(SIZE - 1):
        serial = ring.claim()
        assert serial is not None
        ring.put(serial, "quick")
        ring.settle(serial, Fate.ANSWERED)
    assert ring.claim() == slow + SIZE + 1
    assert ring.find(slow) == "slow"


def test_a_full_ring_says_so_and_recovers() -> None:
    ring: Ring[int] = Ring()
    serials = [ring.claim() for _ in range(1)]
    ring.put(0, 0)
    for _ in range(SIZE - 1):
        serial = ring.claim()
        assert serial is not None
        ring.put(serial, serial)
    assert serials == [0]
    assert ring.claim() is None
    assert ring.settle(77, Fate.EXPIRED)
    assert not ring.settle(77, Fate.EXPIRED)
    assert ring.claim() == SIZE + 77


def test_the_fate_of_the_settled_is_remembered() -> None:
    ring: Ring[str] = Ring()
    for fate in (Fate.ANSWERED, Fate.EXPIRED):
        serial = ring.claim()
        assert serial is not None
        ring.put(serial, "packet")
        ring.settle(serial, fate)
    assert ring.why_not_waiting(0) == "duplicate"
    assert ring.why_not_waiting(1) == "late"
    assert ring.why_not_waiting(2) == "serial"
    assert ring.find(0) is None
    assert ring.at(0) is None


@given(st.lists(st.integers(0, 10**12), max_size=50), st.integers(0, 10**12))
def test_the_wheel_gives_up_what_is_due_and_nothing_early(dues: list[int], now_ns: int) -> None:
    wheel: Wheel[int] = Wheel()
    for due_ns in dues:
        assert 0 <= wheel.add(due_ns, due_ns) - due_ns < TICK_NS
    taken = wheel.take_due(now_ns)
    assert all(due_ns <= now_ns for due_ns in taken)
    left = wheel.take_due(10**12 + TICK_NS)
    assert all(due_ns > now_ns - TICK_NS for due_ns in left)
    assert sorted(taken + left) == sorted(dues)
    assert wheel.next_ns() is None
