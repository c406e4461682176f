"""Whose reply is it? Everything that comes in is matched with a packet that waits, or counted."""

import socket
from collections.abc import Callable, Iterable

from probes.echo import DIALECTS, MESSAGE
from probes.icmp_arrivals import Reply, Stray
from probes.icmp_clock import STEP_NS, Sight, Stamps
from probes.icmp_errors import Quote, read_error
from probes.icmp_ring import MASK, Flight, Ring
from probes.icmp_socket import Departure, EchoPort, Told
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

    def read(self, ports: Iterable[EchoPort], limit: int) -> bool:
        """Read `limit` messages of each at most; return whether there may be more.

        One look at the clocks serves them all, and follows the reading: no stamp is later. It is
        taken even when there is nothing to read, so that a clock that was set is noticed.
        """
        heard = [(port.family, *self._hear(port, limit)) for port in ports]
        sight = self._stamps.look()
        is_unread = False
        for family, told, replies, strays in heard:
            is_unread |= len(replies) + len(strays) >= limit or len(told) >= limit
            for each in told:
                self._take_told(each, sight)
            self._take(replies, sight)
            for stray in strays:
                why = self._take_stray(family, stray, sight)
                if why:
                    self._on_ignored(why, 1)
        return is_unread

    def _hear(self, port: EchoPort, limit: int) -> tuple[list[Told], list[Reply], list[Stray]]:
        """Read departures before replies, which are timed by them."""
        try:
            return port.told(self._cookie, limit), *port.receive(limit)
        except OSError as error:
            self._on_broken(port, error)
            return [], [], []

    def _take(self, replies: list[Reply], sight: Sight) -> None:
        """Book replies to the packets they answer.

        What the kernel's stamp says counts, even that a reply was late. Without a stamp, or when
        the real-time clock was set about the time of the stamp, the time until now stands in: an
        upper bound, and no proof of lateness.
        """
        now_ns, offset_ns, is_steady = sight
        ring, ours = self._ring, self._cookie
        flights = ring.flights
        for reply in replies:
            message_bytes, stamp_ns, source, echo_id, sequence, cookie, serial = reply
            flight = flights[serial & MASK]
            if cookie != ours or flight is None or flight[0] != serial:
                self._on_ignored(self._why_unknown(cookie, serial), 1)
                continue
            _, sent_ns, lease, echo, answer, run = flight
            manner = echo.manner
            if (
                sequence != serial & MASK
                or echo_id != lease.echo_id
                or source != echo.packed
                or message_bytes != manner.message_bytes
            ):
                self._on_ignored(_why_false(reply, flight), 1)
                continue
            lasted_ns = now_ns - sent_ns
            rtt_ns = stamp_ns - offset_ns - sent_ns
            if not is_steady or not -STEP_NS <= rtt_ns <= lasted_ns + STEP_NS:
                rtt_ns = lasted_ns
            elif rtt_ns > manner.timeout_ns:
                self._on_ignored("late", 1)
                continue
            ring.answered(serial)
            if run is None:
                answer(echo.answered(max(0, rtt_ns), lasted_ns))
            else:
                run.answered(max(0, rtt_ns), now_ns)

    def _why_unknown(self, cookie: bytes, serial: int) -> str:
        return "cookie" if cookie != self._cookie else self._ring.why_not_waiting(serial)

    def _take_stray(self, family: int, stray: Stray, sight: Sight) -> str:
        """Book one message that is no reply; return why it was ignored, or nothing."""
        message, source = stray
        dialect = DIALECTS[family]
        if message and message[0] == dialect.reply and len(message) < MESSAGE.size:
            return "length"
        if not message or message[0] not in dialect.errors:
            return "type"
        quote = read_error(family, message, socket.inet_ntop(family, source), self._cookie)
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


def _why_false(reply: Reply, flight: Flight) -> str:
    """Say why a reply is not the one that a packet waits for."""
    _, _, source, echo_id, sequence, _, serial = reply
    _, _, lease, echo, _, _ = flight
    if echo_id != lease.echo_id or sequence != serial & MASK:
        return "identifier"
    return "source" if source != echo.packed else "length"
