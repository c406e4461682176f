"""IPv4 packets: what the path process reads of them, and the answers it makes itself."""

import struct
from enum import IntEnum

HEADER_BYTES = 20
ICMP, TCP = 1, 6
_ECHO_REQUEST = 8
_RST_ACK = 0x14
_RST = 0x04


class Kind(IntEnum):
    """What matters about a packet. A fragment is OTHER or ICMP_OTHER: the kernel answers it."""

    ECHO = 0
    ICMP_OTHER = 1
    TCP = 2
    OTHER = 3


def checksum(octets: bytes) -> int:
    """Return the Internet checksum (RFC 1071).

    The sum of 16-bit words with end-around carry is the number modulo 65535, since 2**16 = 1
    there; a sum of zero is written 0xFFFF's complement only when all words are zero.
    """
    if len(octets) % 2:
        octets += b"\0"
    remainder = int.from_bytes(octets, "big") % 0xFFFF
    if remainder == 0 and any(octets):
        remainder = 0xFFFF
    return 0xFFFF - remainder


def kind_of(packet: bytes) -> Kind | None:
    """Return the kind of an IPv4 packet without options; None for anything else."""
    if len(packet) < HEADER_BYTES or packet[0] != 0x45:
        return None
    fragment = packet[6] & 0x3F or packet[7]
    if packet[9] == ICMP:
        if fragment or len(packet) < HEADER_BYTES + 8 or packet[20] != _ECHO_REQUEST:
            return Kind.ICMP_OTHER
        return Kind.ECHO
    if packet[9] == TCP and not fragment and len(packet) >= HEADER_BYTES + 20:
        return Kind.TCP
    return Kind.OTHER


def echo_reply(request: bytes) -> bytes:
    """Return the answer to an echo request, from its checksum by RFC 1624 alone.

    Addresses trade places, which leaves the header checksum; type 8 becomes 0, which adds
    0x0800 to the other one. A request with a wrong checksum gets an equally wrong reply.
    """
    total = int.from_bytes(request[22:24], "big") + 0x0800
    total = (total & 0xFFFF) + (total >> 16)
    return (
        request[:12] + request[16:20] + request[12:16]
        + b"\0\0" + total.to_bytes(2, "big") + request[24:]
    )  # fmt: skip


def host_unreachable(packet: bytes) -> bytes:
    """Return ICMP destination unreachable, code 1, quoting as RFC 792 asks, from the target."""
    quoted = packet[: HEADER_BYTES + 8]
    body = b"\x03\x01\0\0\0\0\0\0" + quoted
    body = body[:2] + checksum(body).to_bytes(2, "big") + body[4:]
    return _header(packet[16:20], packet[12:16], ICMP, len(body)) + body


def reset(packet: bytes) -> bytes | None:
    """Return the RST that a closed port sends (RFC 9293, 3.10.7.1); None to answer a RST."""
    ports: bytes
    ports, sequence, acknowledged, offset, flags = struct.unpack_from("!4sIIBB", packet, 20)
    if flags & _RST:
        return None
    swapped = ports[2:] + ports[:2]
    if flags & 0x10:
        segment = swapped + struct.pack("!IIBBHHH", acknowledged, 0, 0x50, _RST, 0, 0, 0)
    else:
        header_end = HEADER_BYTES + (offset >> 4) * 4
        consumed = len(packet) - header_end + (flags & 0x01) + (flags >> 1 & 0x01)
        answers = (sequence + consumed) & 0xFFFFFFFF
        segment = swapped + struct.pack("!IIBBHHH", 0, answers, 0x50, _RST_ACK, 0, 0, 0)
    source, target = packet[16:20], packet[12:16]
    pseudo = source + target + struct.pack("!BBH", 0, TCP, len(segment))
    total = checksum(pseudo + segment).to_bytes(2, "big")
    return _header(source, target, TCP, len(segment)) + segment[:16] + total + segment[18:]


def _header(source: bytes, target: bytes, protocol: int, body_bytes: int) -> bytes:
    length = HEADER_BYTES + body_bytes
    bare = struct.pack("!BBHHHBBH4s4s", 0x45, 0, length, 0, 0, 64, protocol, 0, source, target)
    return bare[:10] + checksum(bare).to_bytes(2, "big") + bare[12:]
