"""Echo messages on the wire: RFC 792 section "Echo", RFC 4443 section 4.

A request carries at least 24 bytes: a cookie of 16 random bytes, one per engine, and the 8-byte
serial number of the packet; after them zeros, up to the size that was asked for. The low 16 bits
of the serial number are the ICMP sequence number.
"""

import socket
import struct
from dataclasses import dataclass

COOKIE_BYTES = 16
MESSAGE = struct.Struct(f"!BBHHH{COOKIE_BYTES}sQ")
"""Type, code, checksum, identifier, sequence number, cookie, serial number."""
HEADER = struct.Struct("!BBHHH")


@dataclass(frozen=True, slots=True)
class Dialect:
    """Where ICMP and ICMPv6 differ."""

    family: int
    request: int
    reply: int
    unreachable: int
    time_exceeded: int
    too_big: int | None
    """A type of its own in ICMPv6 only; in ICMP it is code 4 of *unreachable*."""

    @property
    def errors(self) -> tuple[int, ...]:
        """The types that speak of a request which will not be answered."""
        errors = (self.unreachable, self.time_exceeded)
        return errors if self.too_big is None else (*errors, self.too_big)


PACKET_TOO_BIG = 2
ICMP = Dialect(socket.AF_INET, 8, 0, 3, 11, None)
ICMPV6 = Dialect(socket.AF_INET6, 128, 129, 1, 3, PACKET_TOO_BIG)
DIALECTS: dict[int, Dialect] = {ICMP.family: ICMP, ICMPV6.family: ICMPV6}


class Requests:
    """Writes the requests of one engine."""

    def __init__(self, cookie: bytes) -> None:
        self.cookie = cookie
        self._cookie_sum = int.from_bytes(cookie, "big") % 0xFFFF

    def write(self, request_type: int, echo_id: int, serial: int, padding: bytes = b"") -> bytes:
        """Return one request, checksum included. `padding` is zeros, which add nothing to it.

        The checksum (RFC 1071) is a sum of 16-bit words in one's complement, and 2^16 leaves 1
        when divided by 2^16 - 1: so any run of words, read as one large number modulo 0xFFFF,
        *is* its sum. The cookie's part never changes; no byte is visited. For ICMPv6 and for
        ping sockets the kernel writes its own in this place.
        """
        sequence = serial & 0xFFFF
        total = (request_type << 8) + echo_id + sequence + self._cookie_sum + serial
        message = MESSAGE.pack(
            request_type, 0, 0xFFFF - total % 0xFFFF, echo_id, sequence, self.cookie, serial
        )
        return message + padding if padding else message
