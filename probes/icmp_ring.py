"""Who waits for which reply: serial numbers over a 16-bit sequence, as entries that expire."""

from array import array
from enum import IntEnum
from typing import Generic, TypeVar

SIZE = 65_536

T = TypeVar("T")


class Fate(IntEnum):
    """What became of the packet that last used an entry."""

    UNUSED = 0
    WAITING = 1
    ANSWERED = 2
    EXPIRED = 3


class Ring(Generic[T]):
    """Keeps the packets in flight, `SIZE` at most, and remembers the fate of the last `SIZE`.

    A packet has a serial number that never repeats; its low 16 bits are the ICMP sequence number
    and the entry. When the sequence wraps onto an entry that still waits (a long timeout), that
    sequence number is passed over.
    """

    def __init__(self) -> None:
        self.waiting = 0
        self._last = -1
        self._packets: list[T | None] = [None] * SIZE
        self._serials = array("Q", bytes(8 * SIZE))
        self._fates = bytearray(SIZE)

    def claim(self) -> int | None:
        """Return the serial number for a new packet; None when all entries wait."""
        if self.waiting >= SIZE:
            return None
        serial = self._last + 1
        while self._fates[serial & 0xFFFF] == Fate.WAITING:
            serial += 1
        self._last = serial
        return serial

    def put(self, serial: int, packet: T) -> None:
        """Enter a packet that has left."""
        entry = serial & 0xFFFF
        self._packets[entry] = packet
        self._serials[entry] = serial
        self._fates[entry] = Fate.WAITING
        self.waiting += 1

    def find(self, serial: int) -> T | None:
        """Return the waiting packet with that serial number."""
        entry = serial & 0xFFFF
        return self._packets[entry] if self._serials[entry] == serial else None

    def at(self, sequence: int) -> T | None:
        """Return the waiting packet with that sequence number."""
        return self._packets[sequence]

    def settle(self, serial: int, fate: Fate) -> bool:
        """Let a packet wait no longer; return whether it did until now."""
        entry = serial & 0xFFFF
        if self._packets[entry] is None or self._serials[entry] != serial:
            return False
        self._packets[entry] = None
        self._fates[entry] = fate
        self.waiting -= 1
        return True

    def why_not_waiting(self, serial: int) -> str:
        """Say what a reply is that nobody waits for: duplicate, late or serial (never sent)."""
        entry = serial & 0xFFFF
        if serial > self._last:
            return "serial"
        answered = self._serials[entry] == serial and self._fates[entry] == Fate.ANSWERED
        return "duplicate" if answered else "late"
