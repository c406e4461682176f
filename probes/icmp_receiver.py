"""Whose reply is it? Everything that comes in is matched with a packet that waits, or counted."""

from collections.abc import Callable, Iterable

from probes.echo import DIALECTS, MESSAGE
from probes.icmp_clock import STEP_NS, Sight, Stamps
from probes.icmp_echo import Echo
from probes.icmp_errors import Quote, read_error
from probes.icmp_ring import MASK, Flight, Ring
from probes.icmp_socket import Arrival, Departure, EchoPort, Told
from probes.reading import Reason


class Receiver:
    """Books replies and errors to the packets they answer.

    A reply counts only if cookie, serial number, identifier, sequence number, length and source
    address all agree. `on_ignored(why, count)` hears of the others, `on_broken` of a socket that
    failed.
    """

    def __init__(
        self,
        ring: Ring,
        cookie: bytes,
        stamps: Stamps,
        on_ignored: Callable[[str, int], None],
        on_broken: Callable[[EchoPort, OSError], None],
    ) -> None:
        self._ring = ring
        self._cookie = cookie
        self._stamps = stamps
        self._on_ignored = on_ignored
        self._on_broken = on_broken
        self._lengths: set[int] = set()

    def expect(self, message_bytes: int) -> None:
        """Let replies of that length be possible."""
        self._lengths.add(message_bytes)

    def read(self, ports: Iterable[EchoPort], limit: int) -> bool:
        """Read `limit` messages of each at most; return whether there may be more.

        One look at the clocks serves them all, and follows the reading: no stamp is later. It is
        taken even when there is nothing to read, so that a clock that was set is noticed.
        """
        heard = [(port.family, *self._hear(port, limit)) for port in ports]
        sight = self._stamps.look()
        is_unread = False
        for family, told, arrivals in heard:
            is_unread |= len(arrivals) >= limit or len(told) >= limit
            for each in told:
                self._take_told(each, sight)
            for arrival in arrivals:
                why = self._take(family, arrival, sight)
                if why:
                    self._on_ignored(why, 1)
        return is_unread

    def _hear(self, port: EchoPort, limit: int) -> tuple[list[Told], list[Arrival]]:
        """Read departures before replies, which are timed by them."""
        try:
            return port.told(self._cookie, limit), port.receive(limit)
        except OSError as error:
            self._on_broken(port, error)
            return [], []

    def _take(self, family: int, arrival: Arrival, sight: Sight) -> str:
        """Book one message; return why it was ignored, or nothing."""
        message, stamp_ns, source = arrival
        if not message or message[0] != DIALECTS[family].reply:
            return self._take_other(family, message, source, sight)
        if len(message) not in self._lengths:
            return "length"
        _, code, _, echo_id, sequence, cookie, serial = MESSAGE.unpack_from(message)
        if cookie != self._cookie:
            return "cookie"
        flight = self._ring.flights[serial & MASK]
        if flight is None or flight[0] != serial:
            return self._ring.why_not_waiting(serial)
        if echo_id != flight[2].echo_id or sequence != serial & MASK:
            return "identifier"
        return "type" if code else self._settle(flight, len(message), stamp_ns, source, sight)

    def _settle(
        self, flight: Flight, message_bytes: int, stamp_ns: int, source: str, sight: Sight
    ) -> str:
        serial, sent_ns, _, echo, answer, run = flight
        if source != echo.host:
            return "source"
        if message_bytes != echo.manner.message_bytes:
            return "length"
        rtt_ns = _rtt_ns(sent_ns, stamp_ns, sight, echo)
        if rtt_ns is None:
            return "late"
        self._ring.answered(serial)
        if run is None:
            answer(echo.answered(rtt_ns, sight.now_ns - sent_ns))
        else:
            run.answered(rtt_ns, sight.now_ns)
        return ""

    def _take_other(self, family: int, message: bytes, source: str, sight: Sight) -> str:
        if not message or message[0] not in DIALECTS[family].errors:
            return "type"
        quote = read_error(family, message, source, self._cookie)
        return "" if self._take_quote(quote, sight.now_ns) else "quote"

    def _take_told(self, told: Told, sight: Sight) -> None:
        if isinstance(told, Departure):
            if sight.is_steady:
                self._ring.left_at(told.serial, told.stamp_ns - sight.offset_ns)
        elif not self._take_quote(told, sight.now_ns):
            self._on_ignored("quote", 1)

    def _take_quote(self, quote: Quote | None, now_ns: int) -> bool:
        """Book an error if it is about a packet that waits."""
        flight = self._ring.at(quote.sequence) if quote else None
        if quote is None or flight is None:
            return False
        serial, sent_ns, lease, echo, answer, run = flight
        if quote.echo_id != lease.echo_id or quote.destination != echo.host:
            return False
        if quote.serial not in (None, serial):
            return False
        self._ring.gone(serial)
        if run is None:
            answer(echo.unanswered(Reason.UNREACHABLE, quote.describe(), now_ns - sent_ns))
        else:
            run.refused(quote.describe(), now_ns)
        return True


def _rtt_ns(sent_ns: int, stamp_ns: int, sight: Sight, echo: Echo) -> int | None:
    """Return the round trip; None when the kernel's stamp says that it took too long.

    Without a stamp, or when the real-time clock was set about the time of the stamp, the time
    until now stands in: an upper bound, and no proof of lateness.
    """
    elapsed_ns = sight.now_ns - sent_ns
    if not stamp_ns or not sight.is_steady:
        return elapsed_ns
    rtt_ns = stamp_ns - sight.offset_ns - sent_ns
    if not -STEP_NS <= rtt_ns <= elapsed_ns + STEP_NS:
        return elapsed_ns
    if rtt_ns > echo.manner.timeout_ns:
        return None
    return max(0, rtt_ns)
