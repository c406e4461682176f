"""Until when packets are waited for: batch by batch, for packets that left together wait alike."""

from collections.abc import Callable

from probes.icmp_ports import Ports
from probes.icmp_ring import Flight, Ring
from probes.reading import Reason
from probes.wheel import TICK_NS, Wheel

_OVERFLOW = "our receive buffer overflowed during this run"


class Deadlines:
    """Ends the waiting for packets that nobody answered.

    `read` is called before anything expires, and must read all that lies in the buffers: what
    was stamped in time counts, however late we are. `on_dropped` hears of overflows.
    """

    def __init__(
        self, ring: Ring, ports: Ports, read: Callable[[], None], on_dropped: Callable[[int], None]
    ) -> None:
        self._ring = ring
        self._ports = ports
        self._read = read
        self._on_dropped = on_dropped
        self._wheel: Wheel[tuple[int, list[int]]] = Wheel()

    def put(self, timeout_ns: int, now_ns: int, serials: list[int]) -> None:
        """Enter packets that left just before `now_ns`."""
        deadline_ns = now_ns + timeout_ns
        self._wheel.add(deadline_ns, (deadline_ns, serials))

    def expire(self, now_ns: int) -> None:
        """Give up what is due, and say of each packet whether it was lost or we were blind."""
        due = self._wheel.take_due(now_ns)
        if not due:
            return
        self._read()
        dropped = self._ports.count_drops()
        if dropped:
            self._on_dropped(dropped)
        find = self._ring.find
        for deadline_ns, serials in due:
            for serial in serials:
                flight = find(serial)
                if flight is not None:
                    self._expire(flight, deadline_ns, now_ns)

    def _expire(self, flight: Flight, deadline_ns: int, now_ns: int) -> None:
        serial, sent_ns, lease, echo, answer, run = flight
        self._ring.gone(serial)
        late_ns = now_ns - deadline_ns
        blindness = ""
        if late_ns > max(echo.manner.timeout_ns // 2, 2 * TICK_NS):
            blindness = f"the event loop stood still for {late_ns / 1e9:.3f} s of this run"
        elif self._ports.dropped_since(lease.port, sent_ns):
            blindness = _OVERFLOW
        if run is None:
            lasted_ns = now_ns - sent_ns
            answer(
                echo.unanswered(Reason.STALLED, blindness, lasted_ns, 0)
                if blindness
                else echo.lost(1, lasted_ns)
            )
        elif blindness:
            run.unseen(Reason.STALLED, blindness, now_ns)
        else:
            run.lost(now_ns)
