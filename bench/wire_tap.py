"""Listens on the wire of the simulated network: what the daemon really sent, and when.

`python -m bench.wire_tap FILE`, run inside the namespace, writes one record for each packet that
leaves for the sites, until SIGTERM. `read` gives them back. It needs CAP_NET_RAW.

A packet socket sees a copy of what the kernel sends, stamped by the kernel: nothing that the
daemon says about itself, and nothing that it has to do for us.
"""

import ctypes
import signal
import socket
import struct
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

INTERFACE = "guardia0"
"""The TUN of the simulator's namespaces (simulator/tun.py)."""

_ALL = 0x0003  # ETH_P_ALL: a socket for one protocol is not shown what leaves
_BUFFER_BYTES = 16 << 20
_SNAP_BYTES = 64
_LOOK_UP_S = 0.2
# Python 3.11 has no names for these (asm-generic/socket.h, linux/if_packet.h).
_STAMP_NS, _ATTACH_FILTER, _FORCE_BUFFER = 35, 26, 33
_SOL_PACKET, _PACKET_STATISTICS = 263, 6
# Classic BPF: the packet type (SKF_AD_OFF + SKF_AD_PKTTYPE) is PACKET_OUTGOING, or it is skipped.
_OUTGOING_ONLY = (
    (0x30, 0, 0, 0xFFFFF004), (0x15, 0, 1, 4), (0x06, 0, 0, _SNAP_BYTES), (0x06, 0, 0, 0),
)  # fmt: skip
_ICMP, _TCP = 1, 6
_ECHO_REQUEST = 8
_SYN, _SYN_MASK = 0x02, 0x12
_RECORD = struct.Struct("!qIHHH")
_ASKS, _SAYS = 1, 2
_PORTS = struct.Struct("!HH")
_TIMESPEC = struct.Struct("@qq")
_STATISTICS = struct.Struct("@II")


class Sent(NamedTuple):
    """One packet. `at_s` is wall time; `port` is 0 for a ping, and so is `caller`, our own port.

    `asks`: it is an echo request, or begins a connection. `says`: it carries words over one.
    """

    at_s: float
    address: str
    port: int
    asks: bool = False
    says: bool = False
    caller: int = 0


@dataclass(frozen=True, slots=True)
class Tapped:
    """All that was sent, in order, and how many packets the tap itself missed."""

    sent: tuple[Sent, ...]
    missed: int


def read(file: Path) -> Tapped:
    """Return what a tap wrote that has ended."""
    octets = file.read_bytes()
    whole = len(octets) // _RECORD.size * _RECORD.size
    records = list(_RECORD.iter_unpack(octets[:whole]))
    missed = sum(record[1] for record in records if record[0] == 0)
    return Tapped(tuple(_sent(*record) for record in records if record[0]), missed)


def _sent(at_ns: int, address: int, port: int, flags: int, caller: int) -> Sent:
    dotted = socket.inet_ntoa(address.to_bytes(4, "big"))
    return Sent(at_ns / 1e9, dotted, port, bool(flags & _ASKS), bool(flags & _SAYS), caller)


def record_of(packet: bytes, at_ns: int) -> bytes:
    """Return the record of an IPv4 packet."""
    address = int.from_bytes(packet[16:20], "big")
    start = (packet[0] & 0x0F) * 4
    if packet[9] == _ICMP:
        asks = _ASKS if packet[start] == _ECHO_REQUEST else 0
        return _RECORD.pack(at_ns, address, 0, asks, 0)
    if packet[9] != _TCP:
        return _RECORD.pack(at_ns, address, 0, 0, 0)
    caller, port = _PORTS.unpack_from(packet, start)
    words = int.from_bytes(packet[2:4], "big") - start - (packet[start + 12] >> 4) * 4
    flags = _SAYS if words > 0 else 0
    if packet[start + 13] & _SYN_MASK == _SYN:
        flags |= _ASKS
    return _RECORD.pack(at_ns, address, port, flags, caller)


def tap(file: Path) -> None:
    """Write down every packet that leaves, until SIGTERM."""
    stopped: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _frame: stopped.append(number))
    with file.open("wb", buffering=1 << 16) as out, _listening() as line:
        print("listening", flush=True)
        while not stopped:
            with suppress(TimeoutError):
                packet, ancillary, _, _ = line.recvmsg(_SNAP_BYTES, 64)
                out.write(record_of(packet, _stamp_ns(ancillary)))
        statistics = line.getsockopt(_SOL_PACKET, _PACKET_STATISTICS, _STATISTICS.size)
        out.write(_RECORD.pack(0, _STATISTICS.unpack(statistics)[1], 0, 0, 0))


def _listening() -> socket.socket:
    line = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, 0)
    line.setsockopt(socket.SOL_SOCKET, _FORCE_BUFFER, _BUFFER_BYTES)
    line.setsockopt(socket.SOL_SOCKET, _STAMP_NS, 1)
    program = b"".join(struct.pack("=HBBI", *step) for step in _OUTGOING_ONLY)
    octets = ctypes.create_string_buffer(program)
    filter_ = struct.pack("@HP", len(_OUTGOING_ONLY), ctypes.addressof(octets))
    line.setsockopt(socket.SOL_SOCKET, _ATTACH_FILTER, filter_)
    line.settimeout(_LOOK_UP_S)
    line.bind((INTERFACE, _ALL))
    return line


def _stamp_ns(ancillary: list[tuple[int, int, bytes]]) -> int:
    seconds, nanoseconds = _TIMESPEC.unpack(ancillary[0][2])
    return int(seconds) * 1_000_000_000 + int(nanoseconds)


if __name__ == "__main__":
    tap(Path(sys.argv[1]))
