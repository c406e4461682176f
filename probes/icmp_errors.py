"""ICMP errors about our own requests: which router said what about which packet."""

import socket
from dataclasses import dataclass

from probes.echo import DIALECTS, HEADER, ICMP, MESSAGE, Dialect

_IPV6_HEADER_BYTES = 40
_FRAGMENTATION_NEEDED = 4
_UNREACHABLE_WORDS = {  # RFC 792, RFC 1122 section 3.2.2.1, RFC 1812 section 5.2.7.1
    0: "network unreachable",
    1: "host unreachable",
    2: "protocol unreachable",
    3: "port unreachable",
    5: "source route failed",
    6: "network unknown",
    7: "host unknown",
    8: "source host isolated",
    9: "network administratively prohibited",
    10: "host administratively prohibited",
    11: "network unreachable for this type of service",
    12: "host unreachable for this type of service",
    13: "communication administratively prohibited",
    14: "host precedence violation",
    15: "precedence cutoff",
}
_UNREACHABLE_WORDS_V6 = {  # RFC 4443 section 3.1
    0: "no route",
    1: "administratively prohibited",
    2: "beyond the scope of the source address",
    3: "address unreachable",
    4: "port unreachable",
    5: "source address failed the policy",
    6: "route rejected",
    7: "error in the source routing header",
}


@dataclass(frozen=True, slots=True)
class Quote:
    """An error and what it quotes of our request.

    Routers may quote no more than eight bytes of it (RFC 792): then `serial` is None and the
    identifier, the sequence number and the destination must do.
    """

    dialect: Dialect
    type: int
    code: int
    router: str
    destination: str
    echo_id: int
    sequence: int
    serial: int | None
    mtu_bytes: int = 0
    """What the next hop takes, where the packet was too big and the router says so (RFC 1191)."""

    def describe(self) -> str:
        """Return it for people: `host unreachable, says 10.0.0.1 (ICMP type 3 code 1)`."""
        name = "ICMP" if self.dialect is ICMP else "ICMPv6"
        return f"{self._words()}, says {self.router} ({name} type {self.type} code {self.code})"

    @property
    def is_too_big(self) -> bool:
        return _is_too_big(self.dialect, self.type, self.code)

    def _words(self) -> str:
        if self.type == self.dialect.time_exceeded:
            return "time to live exceeded" if self.code == 0 else "reassembly time exceeded"
        if self.is_too_big:
            takes = f"takes {self.mtu_bytes} bytes" if self.mtu_bytes else "takes less"
            return f"packet too big, fragmentation needed: the next hop {takes} (MTU)"
        words = _UNREACHABLE_WORDS if self.dialect is ICMP else _UNREACHABLE_WORDS_V6
        return words.get(self.code, "unreachable")


def read_error(family: int, message: bytes, router: str, cookie: bytes) -> Quote | None:
    """Read an ICMP error, from its own header on; None unless it quotes a request of ours."""
    dialect = DIALECTS[family]
    if len(message) < HEADER.size or message[0] not in dialect.errors:
        return None
    packet = message[HEADER.size :]
    split = _split_ipv4(packet) if dialect is ICMP else _split_ipv6(packet)
    if split is None:
        return None
    destination, request = split
    mtu_bytes = int.from_bytes(message[6 if dialect is ICMP else 4 : 8], "big")
    kind, code = message[0], message[1]
    return read_quote(dialect, kind, code, router, destination, request, cookie, mtu_bytes)


def read_quote(
    dialect: Dialect,
    error_type: int,
    code: int,
    router: str,
    destination: str,
    request: bytes,
    cookie: bytes,
    mtu_bytes: int = 0,
) -> Quote | None:
    """Read the quoted request, from its ICMP header on.

    `mtu_bytes` is believed only of an error that has it: elsewhere those bytes are unused.
    """
    if len(request) < HEADER.size:
        return None
    request_type, _, _, echo_id, sequence = HEADER.unpack_from(request)
    if request_type != dialect.request:
        return None
    serial = None
    if len(request) >= MESSAGE.size:
        *_, quoted_cookie, serial = MESSAGE.unpack_from(request)
        if quoted_cookie != cookie:
            return None
    told_bytes = mtu_bytes if _is_too_big(dialect, error_type, code) else 0
    return Quote(
        dialect, error_type, code, router, destination, echo_id, sequence, serial, told_bytes
    )


def _is_too_big(dialect: Dialect, error_type: int, code: int) -> bool:
    if dialect.too_big is not None:
        return error_type == dialect.too_big
    return (error_type, code) == (dialect.unreachable, _FRAGMENTATION_NEEDED)


def _split_ipv4(packet: bytes) -> tuple[str, bytes] | None:
    """Return the destination and the payload of a quoted packet, if that is ICMP."""
    if len(packet) < 20 or packet[9] != socket.IPPROTO_ICMP:
        return None
    header_bytes = (packet[0] & 0xF) * 4
    return socket.inet_ntop(socket.AF_INET, packet[16:20]), packet[max(header_bytes, 20) :]


def _split_ipv6(packet: bytes) -> tuple[str, bytes] | None:
    if len(packet) < _IPV6_HEADER_BYTES or packet[6] != socket.IPPROTO_ICMPV6:
        return None
    destination = socket.inet_ntop(socket.AF_INET6, packet[24:40])
    return destination, packet[_IPV6_HEADER_BYTES:]
