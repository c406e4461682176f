"""The few rtnetlink requests (rtnetlink(7)) that make a namespace usable, without any tool."""

import os
import socket
import struct
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from types import TracebackType
from typing import Self

_NEWLINK, _NEWADDR, _DELADDR, _NEWROUTE = 16, 20, 21, 24
_REQUEST, _ACK, _EXCLUSIVE, _CREATE = 0x1, 0x4, 0x200, 0x400
_ERROR = 2
_IFF_UP = 1
_IFLA_MTU, _IFLA_TXQLEN = 4, 13
_IFA_ADDRESS, _IFA_LOCAL = 1, 2
_RTA_DST, _RTA_OIF, _RTA_PREFSRC = 1, 4, 7
_TABLE_MAIN, _TABLE_LOCAL = 254, 255
_UNICAST, _LOCAL = 1, 2
_SCOPE_LINK, _SCOPE_HOST = 253, 254
_PROTOCOL_STATIC = 4


class Netlink:
    """A conversation with the kernel about the namespace in which it was opened.

    Raises:
        OSError: the kernel refuses a request.

    """

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
        self._socket.bind((0, 0))
        self._sequence = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self._socket.close()

    def bring_up(self, name: str, *, mtu: int | None = None, queue: int | None = None) -> None:
        """Set an interface up, with its largest packet and the length of its send queue."""
        body = struct.pack("BxHiII", 0, 0, _index(name), _IFF_UP, _IFF_UP)
        if mtu is not None:
            body += _attribute(_IFLA_MTU, struct.pack("I", mtu))
        if queue is not None:
            body += _attribute(_IFLA_TXQLEN, struct.pack("I", queue))
        self._ask(_NEWLINK, 0, body)

    def add_address(self, name: str, interface: IPv4Interface) -> None:
        """Give an interface an address."""
        self._ask(_NEWADDR, _CREATE | _EXCLUSIVE, _address_body(name, interface))

    def remove_address(self, name: str, interface: IPv4Interface) -> None:
        """Take an address away."""
        self._ask(_DELADDR, 0, _address_body(name, interface))

    def add_route(self, network: IPv4Network, name: str, source: IPv4Address | None = None) -> None:
        """Send what goes to `network` out through an interface."""
        extra = b"" if source is None else _attribute(_RTA_PREFSRC, source.packed)
        self._route(network, name, _TABLE_MAIN, _UNICAST, _SCOPE_LINK, extra)

    def own_network(self, network: IPv4Network, name: str = "lo") -> None:
        """Take every address of `network` for our own (`ip route add local`)."""
        self._route(network, name, _TABLE_LOCAL, _LOCAL, _SCOPE_HOST, b"")

    def _route(
        self, network: IPv4Network, name: str, table: int, kind: int, scope: int, extra: bytes
    ) -> None:
        body = struct.pack(
            "BBBBBBBBI", socket.AF_INET, network.prefixlen, 0, 0, table, _PROTOCOL_STATIC,
            scope, kind, 0,
        )  # fmt: skip
        body += _attribute(_RTA_DST, network.network_address.packed)
        body += _attribute(_RTA_OIF, struct.pack("I", _index(name))) + extra
        self._ask(_NEWROUTE, _CREATE | _EXCLUSIVE, body)

    def _ask(self, kind: int, flags: int, body: bytes) -> None:
        self._sequence += 1
        length = 16 + len(body)
        head = struct.pack("IHHII", length, kind, _REQUEST | _ACK | flags, self._sequence, 0)
        self._socket.send(head + body)
        answer = self._socket.recv(8192)
        answer_kind = struct.unpack_from("H", answer, 4)[0]
        code = -struct.unpack_from("i", answer, 16)[0] if answer_kind == _ERROR else 0
        if code:
            raise OSError(code, os.strerror(code))


def _index(name: str) -> int:
    return socket.if_nametoindex(name)


def _attribute(kind: int, payload: bytes) -> bytes:
    padding = b"\0" * (-len(payload) % 4)
    return struct.pack("HH", 4 + len(payload), kind) + payload + padding


def _address_body(name: str, interface: IPv4Interface) -> bytes:
    packed = interface.ip.packed
    head = struct.pack(
        "BBBBI", socket.AF_INET, interface.network.prefixlen, 0, _SCOPE_HOST, _index(name)
    )
    return head + _attribute(_IFA_LOCAL, packed) + _attribute(_IFA_ADDRESS, packed)
