"""Watches the loopback interface: when each echo request really left, and its reply really came.

`python -m bench.echo_tap FILE` prints a line when it listens, and on SIGTERM writes what it saw.
The stamps are the kernel's, taken where it hands a packet to the interface and where it takes one
from it: beside the process under test, which neither knows nor has anything to do for it.
"""

import contextlib
import ctypes
import signal
import socket
import struct
import subprocess
import sys
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.contest import MeaninglessError
from bench.peers import AbsentError
from bench.trips import Truths

_BUFFER_BYTES = 64 << 20
_LOOK_UP_S = 0.1
_MOST_MISSED = 0.001
_HEAD_BYTES = 28
# Python 3.11 has no names for these (asm-generic/socket.h, linux/if_packet.h).
_STAMP_NS, _ATTACH_FILTER, _FORCE_BUFFER = 35, 26, 33
_SOL_PACKET, _STATISTICS = 263, 6
_EVERY_PROTOCOL = 3  # only such sockets are shown what goes out
_REQUEST = 8
_LOAD, _EQUAL, _RETURN, _DIRECTION = 0x30, 0x15, 0x06, 0xFFFFF004
# Classic BPF: of ICMP, let through what goes out as a request and what comes in as a reply.
_ONCE_EACH = (
    (_LOAD, 0, 0, 9),
    (_EQUAL, 0, 7, socket.IPPROTO_ICMP),
    (_LOAD, 0, 0, _DIRECTION),
    (_EQUAL, 0, 2, 4),  # PACKET_OUTGOING
    (_LOAD, 0, 0, 20),
    (_EQUAL, 2, 3, _REQUEST),
    (_LOAD, 0, 0, 20),  # else PACKET_HOST: what comes in
    (_EQUAL, 0, 1, 0),
    (_RETURN, 0, 0, _HEAD_BYTES),
    (_RETURN, 0, 0, 0),
)
_TIMESPEC = struct.Struct("@qq")


@contextlib.contextmanager
def tapped(folder: Path) -> Iterator[Callable[[], Truths]]:
    """Watch meanwhile. What is yielded ends the watch, and returns what was seen.

    It raises MeaninglessError where the tap itself missed packets.
    """
    file = folder / "tap"
    command = [sys.executable, "-m", "bench.echo_tap", str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as tap:
        assert tap.stdout is not None
        try:
            if not tap.stdout.readline():
                raise AbsentError("no permission for packet sockets: run as root")

            def seen() -> Truths:
                tap.terminate()
                tap.wait()
                return read(file)

            yield seen
        finally:
            tap.terminate()


def read(file: Path) -> Truths:
    """Return what a tap wrote."""
    records: array[int] = array("q")
    records.frombytes(file.read_bytes())
    missed, stamps = records[0], records[1:]
    if missed > _MOST_MISSED * len(stamps):
        raise MeaninglessError(f"the tap missed {missed} packets, and the truth with them")
    truths: dict[str, list[int | None]] = defaultdict(list)
    places: dict[tuple[int, int], tuple[list[int | None], int, int]] = {}
    for address, kind_and_number, at_ns in zip(*[iter(stamps)] * 3, strict=True):
        kind, number = kind_and_number >> 32, kind_and_number & 0xFFFFFFFF
        if kind == _REQUEST:
            trips = truths[socket.inet_ntoa(address.to_bytes(4, "big"))]
            places[address, number] = trips, len(trips), at_ns
            trips.append(None)
        elif (address, number) in places:
            trips, place, sent_ns = places.pop((address, number))
            trips[place] = at_ns - sent_ns
    return truths


def _watch(file: Path) -> None:
    stopped: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _frame: stopped.append(number))
    stamps: array[int] = array("q", [0])
    with _listening() as line:
        print("listening", flush=True)
        while not stopped:
            with contextlib.suppress(TimeoutError):
                head, ancillary, _, _ = line.recvmsg(_HEAD_BYTES, 64)
                stamps.extend(_record(head, ancillary[0][2]))
        stamps[0] = struct.unpack("@II", line.getsockopt(_SOL_PACKET, _STATISTICS, 8))[1]
    file.write_bytes(stamps.tobytes())


def _record(head: bytes, stamp: bytes) -> tuple[int, int, int]:
    """Return the far address, kind with identifier and sequence number, and the stamp in ns."""
    is_request = head[20] == _REQUEST
    address = int.from_bytes(head[16:20] if is_request else head[12:16], "big")
    seconds, nanoseconds = _TIMESPEC.unpack(stamp)
    number = head[20] << 32 | int.from_bytes(head[24:28], "big")
    return address, number, seconds * 1_000_000_000 + nanoseconds


def _listening() -> socket.socket:
    line = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, 0)
    line.setsockopt(socket.SOL_SOCKET, _FORCE_BUFFER, _BUFFER_BYTES)
    line.setsockopt(socket.SOL_SOCKET, _STAMP_NS, 1)
    program = ctypes.create_string_buffer(
        b"".join(struct.pack("=HBBI", *step) for step in _ONCE_EACH)
    )
    attached = struct.pack("@HP", len(_ONCE_EACH), ctypes.addressof(program))
    line.setsockopt(socket.SOL_SOCKET, _ATTACH_FILTER, attached)
    line.settimeout(_LOOK_UP_S)
    line.bind(("lo", _EVERY_PROTOCOL))
    return line


if __name__ == "__main__":
    try:
        _watch(Path(sys.argv[1]))
    except PermissionError as error:
        sys.exit(f"the tap: {error.strerror}")
