"""What came in through a socket: replies, ready to be matched with requests, and all else."""

import socket
import struct
from dataclasses import dataclass
from typing import Literal, NamedTuple

from probes.echo import DIALECTS, MESSAGE
from probes.icmp_batch import HEAD_BYTES, NOTES, STAMPED, Inbox

Reply = tuple[int, int, bytes, int, int, bytes, int]
"""An echo reply: its length from its ICMP header on; the kernel's receive stamp (CLOCK_REALTIME
nanoseconds, 0 when it gave none); the source address, packed; identifier, sequence number,
cookie and serial number. A tuple, because one is made for every probe of the country."""


class Stray(NamedTuple):
    """Any other message, from its ICMP header on, and its source."""

    message: bytes
    source: bytes


_IP_HEADER_BYTES = 20
_PLAIN_IP_HEADER = 0x45  # version 4, five words: no options
_FIELDS = "2xHH16sQ"  # of `MESSAGE`, after type and code


@dataclass(frozen=True, slots=True)
class Face:
    """How the messages of a socket look: on IPv4, a raw one shows their IP header.

    `head` reads the first byte, which in an ordinary reply is `ordinary`; then what is zero in
    it, up to the code; then identifier, sequence number, cookie and serial number.
    """

    family: int
    header_bytes: int
    ordinary: int
    head: struct.Struct

    @classmethod
    def of(cls, family: int, mode: Literal["dgram", "raw"]) -> "Face":
        if mode == "raw" and family == socket.AF_INET:
            return cls(family, _IP_HEADER_BYTES, _PLAIN_IP_HEADER, _head(f"19xH{_FIELDS}"))
        return cls(family, 0, DIALECTS[family].reply, _head(f"B{_FIELDS}"))

    def read(self, inbox: Inbox) -> tuple[list[Reply], list[Stray]]:
        """Sort what the inbox has taken in."""
        replies: list[Reply] = []
        strays: list[Stray] = []
        header_bytes, ordinary = self.header_bytes, self.ordinary
        shortest = header_bytes + MESSAGE.size
        messages = inbox.messages(NOTES[self.family], self.head)
        for at, (length, (source, stamped, seconds, ns), fields) in enumerate(messages):
            first, rest, echo_id, sequence, cookie, serial = fields
            stamp_ns = seconds * 1_000_000_000 + ns if stamped == STAMPED else 0
            if first == ordinary and not rest and length >= shortest:
                replies.append(
                    (length - header_bytes, stamp_ns, source, echo_id, sequence, cookie, serial)
                )
                continue
            arrival = self._read_slowly(inbox.head(at, length), length, stamp_ns, source)
            if isinstance(arrival, Stray):
                strays.append(arrival)
            else:
                replies.append(arrival)
        return replies, strays

    def _read_slowly(self, head: bytes, length: int, stamp_ns: int, source: bytes) -> Reply | Stray:
        """Read what is no reply, or has IP options, or is too short."""
        skipped = (head[0] & 0xF) * 4 if self.header_bytes and head else 0
        return read_message(self.family, head[skipped:], length - skipped, stamp_ns, source)


def read_message(
    family: int, head: bytes, length: int, stamp_ns: int, source: bytes
) -> Reply | Stray:
    """Read one message of that length, from its ICMP header on."""
    if len(head) < MESSAGE.size or (head[0], head[1]) != (DIALECTS[family].reply, 0):
        return Stray(head, source)
    _, _, _, echo_id, sequence, cookie, serial = MESSAGE.unpack_from(head)
    return length, stamp_ns, source, echo_id, sequence, cookie, serial


def _head(rest: str) -> struct.Struct:
    """Return a Struct of the size of what is kept of a message."""
    used = struct.calcsize(f"!B{rest}")
    return struct.Struct(f"!B{rest}{HEAD_BYTES - used}x")
