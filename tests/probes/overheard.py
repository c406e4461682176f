"""Echo requests as they stand on the wire, and a router that finds them too big."""

import asyncio
import socket
import struct
from dataclasses import dataclass
from typing import Self

from probes.echo import ICMP, ICMPV6

_ETH_P_ALL = 3  # linux/if_ether.h
_IPV4_HEADER_BYTES, _IPV6_HEADER_BYTES = 20, 40


@dataclass(frozen=True, slots=True)
class Request:
    """One packet: what its IP header says, and the packet itself."""

    source: str
    target: str
    dscp: int
    may_fragment: bool
    size: int
    packet: bytes


class Ear:
    """Hears what leaves through the loopback interface, whatever a firewall does to it."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(_ETH_P_ALL))
        self._socket.setblocking(False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        self._socket.close()

    async def request(self) -> Request:
        """Wait for the next one."""
        loop, stirred = asyncio.get_running_loop(), asyncio.Event()
        loop.add_reader(self._socket, stirred.set)
        try:
            while not (heard := self.requests()):
                stirred.clear()
                await stirred.wait()
        finally:
            loop.remove_reader(self._socket)
        return heard[0]

    def requests(self) -> list[Request]:
        """Return those heard so far, each once."""
        heard: list[Request] = []
        while True:
            try:
                packet, (_, _, kind, *_) = self._socket.recvfrom(65_536)
            except BlockingIOError:
                return heard
            request = read(packet)
            if kind == socket.PACKET_OUTGOING and request is not None:
                heard.append(request)


def read(packet: bytes) -> Request | None:
    """Read a packet, from its IP header on; None unless it is an echo request."""
    if packet[0] >> 4 == 4:
        if packet[9] != socket.IPPROTO_ICMP or packet[_IPV4_HEADER_BYTES] != ICMP.request:
            return None
        flags = int.from_bytes(packet[6:8], "big")
        return Request(
            socket.inet_ntoa(packet[12:16]), socket.inet_ntoa(packet[16:20]), packet[1] >> 2,
            not flags & 0x4000, len(packet) - _IPV4_HEADER_BYTES - 8, packet,
        )  # fmt: skip
    if packet[6] != socket.IPPROTO_ICMPV6 or packet[_IPV6_HEADER_BYTES] != ICMPV6.request:
        return None
    return Request(
        socket.inet_ntop(socket.AF_INET6, packet[8:24]),
        socket.inet_ntop(socket.AF_INET6, packet[24:40]),
        int.from_bytes(packet[:2], "big") >> 6 & 0x3F,
        False,
        len(packet) - _IPV6_HEADER_BYTES - 8,
        packet,
    )


def too_big(request: Request, mtu_bytes: int) -> None:
    """Tell the sender, as a router does, that the next hop takes less (RFC 1191, RFC 4443)."""
    quote = request.packet[:576]
    if ":" in request.source:
        family, protocol = socket.AF_INET6, socket.IPPROTO_ICMPV6
        message = struct.pack("!BBHI", 2, 0, 0, mtu_bytes) + quote  # the kernel sums it
    else:
        family, protocol = socket.AF_INET, socket.IPPROTO_ICMP
        head = struct.pack("!BBHHH", 3, 4, 0, 0, mtu_bytes)
        total = sum(struct.unpack(f"!{(len(head) + len(quote)) // 2}H", head + quote))
        checksum = 0xFFFF - total % 0xFFFF
        message = struct.pack("!BBHHH", 3, 4, checksum, 0, mtu_bytes) + quote
    with socket.socket(family, socket.SOCK_RAW, protocol) as router:
        router.sendto(message, (request.source, 0))
