"""Who waits for which reply: serial numbers over a 16-bit sequence, as entries that expire."""

from array import array

from probes.icmp_echo import Echo
from probes.icmp_ports import Lease
from probes.icmp_run import Run
from probes.icmp_socket import EchoPort
from probes.runs import Answer

SIZE = 65_536
MASK = SIZE - 1

Flight = tuple[int, int, Lease, Echo, Answer, Run | None]
"""A packet under way: its serial number, the monotonic instant of its departure, where it left
from, whom it asks, who waits, and the run it is part of, if that is more than this one packet.
A tuple, because one is made for every probe of the country."""


class Ring:
    """Keeps the packets in flight, `SIZE` at most, and knows which of the last were answered.

    A packet has a serial number that never repeats; its low 16 bits are the ICMP sequence number
    and the entry. When the sequence wraps onto an entry that still waits (a long timeout), that
    sequence number is passed over. `flights` holds the packets by entry: the sender puts them in.
    """

    def __init__(self) -> None:
        self.waiting = 0
        self.flights: list[Flight | None] = [None] * SIZE
        self._last = -1
        self._answered = array("q", [-1]) * SIZE

    def claim(self) -> int | None:
        """Return the serial number for a new packet; None when all entries wait."""
        serial = self._last + 1
        if self.flights[serial & MASK] is not None:
            if self.waiting >= SIZE:
                return None
            while self.flights[serial & MASK] is not None:
                serial += 1
        self._last = serial
        return serial

    def put(self, flight: Flight) -> None:
        """Enter a packet that has left."""
        self.flights[flight[0] & MASK] = flight
        self.waiting += 1

    def find(self, serial: int) -> Flight | None:
        """Return the waiting packet with that serial number."""
        flight = self.flights[serial & MASK]
        return flight if flight is not None and flight[0] == serial else None

    def at(self, sequence: int) -> Flight | None:
        """Return the waiting packet with that sequence number."""
        return self.flights[sequence]

    def left_at(self, serial: int, instant_ns: int) -> None:
        """Correct a waiting packet's departure: the kernel knows it better."""
        flight = self.find(serial)
        if flight is not None:
            self.flights[serial & MASK] = (serial, instant_ns, *flight[2:])

    def answered(self, serial: int) -> None:
        """Let a waiting packet wait no longer: its reply came."""
        self.flights[serial & MASK] = None
        self._answered[serial & MASK] = serial
        self.waiting -= 1

    def gone(self, serial: int) -> None:
        """Let a waiting packet wait no longer: there will be no reply."""
        self.flights[serial & MASK] = None
        self.waiting -= 1

    def take(self, port: EchoPort | None) -> list[Flight]:
        """Remove and return all that wait, on one socket or on any."""
        waiting = (flight for flight in self.flights if flight is not None)
        taken = [flight for flight in waiting if port is None or flight[2].port is port]
        for flight in taken:
            self.gone(flight[0])
        return taken

    def why_not_waiting(self, serial: int) -> str:
        """Say what a reply is that nobody waits for: duplicate, late or serial (never sent)."""
        if serial > self._last:
            return "serial"
        return "duplicate" if self._answered[serial & MASK] == serial else "late"
