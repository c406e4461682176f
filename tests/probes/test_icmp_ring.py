"""Serial numbers over a ring of 65,536 entries."""

from typing import cast

from probes.icmp_echo import Echo
from probes.icmp_ports import Lease
from probes.icmp_ring import SIZE, Flight, Ring
from probes.reading import Reading


def flight(serial: int) -> Flight:
    """Return a packet of which only the serial number matters."""
    return (serial, 0, cast("Lease", None), cast("Echo", None), _nobody, None)


def fly(ring: Ring) -> int:
    """Send one packet; return its serial number."""
    serial = ring.claim()
    assert serial is not None
    ring.put(flight(serial))
    return serial


def test_a_wrap_passes_over_entries_that_still_wait() -> None:
    ring = Ring()
    slow = fly(ring)
    for _ in range(SIZE - 1):
        ring.answered(fly(ring))
    assert ring.claim() == slow + SIZE + 1
    assert ring.find(slow) == flight(slow)


def test_a_full_ring_says_so_and_recovers() -> None:
    ring = Ring()
    assert [fly(ring) for _ in range(SIZE)] == list(range(SIZE))
    assert ring.claim() is None
    ring.gone(77)
    assert ring.claim() == SIZE + 77


def test_the_fate_of_those_gone_is_remembered() -> None:
    ring = Ring()
    ring.answered(fly(ring))
    ring.gone(fly(ring))
    assert ring.why_not_waiting(0) == "duplicate"
    assert ring.why_not_waiting(1) == "late"
    assert ring.why_not_waiting(2) == "serial"
    assert ring.find(0) is None
    assert ring.at(0) is None


def test_the_kernel_corrects_the_departure_of_waiting_packets_only() -> None:
    ring = Ring()
    serial = fly(ring)
    ring.left_at(serial, 42)
    corrected = ring.find(serial)
    assert corrected is not None
    assert corrected[:2] == (serial, 42)
    ring.answered(serial)
    ring.left_at(serial, 43)
    assert ring.find(serial) is None


def _nobody(_reading: Reading) -> None:
    """Wait for nothing."""
