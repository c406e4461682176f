"""What a pinger on an event loop reports that takes the time itself, as most do.

It reads its clock before it sends, and again when the loop gets round to the reply: whatever else
the loop did meanwhile is in its round-trip time.
"""

import asyncio
import socket
import struct
import time
from collections.abc import Callable
from typing import Self

from probes.echo import COOKIE_BYTES, ICMP, Requests
from probes.icmp_filter import admit_answers

_HEAD = struct.Struct("!BBHHH")
_IDENTIFIER = 0x5543
_IP_HEAD_BYTES = 20
_BUFFER_BYTES = 16 << 20
_FORCE_BUFFER = 33  # SO_RCVBUFFORCE


class UserClock:
    """One raw socket on the running loop."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self._requests = Requests(bytes(COOKIE_BYTES))
        self._serial = 0
        self._waiting: dict[int, tuple[int, Callable[[int | None], None]]] = {}

    @classmethod
    def open(cls) -> Self:
        line = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
        line.setsockopt(socket.SOL_SOCKET, _FORCE_BUFFER, _BUFFER_BYTES)
        admit_answers(line)
        line.setblocking(False)
        clock = cls(line)
        asyncio.get_running_loop().add_reader(line, clock._read)
        return clock

    def close(self) -> None:
        asyncio.get_running_loop().remove_reader(self._line)
        self._line.close()

    def ask(self, address: str, answer: Callable[[int | None], None]) -> None:
        """Send one echo request; `answer` hears the round trip in ns, as far as we can tell."""
        self._serial = (self._serial + 1) & 0xFFFF
        request = self._requests.write(ICMP.request, _IDENTIFIER, self._serial)
        self._waiting[self._serial] = time.perf_counter_ns(), answer
        self._line.sendto(request, (address, 0))

    def _read(self) -> None:
        while True:
            try:
                packet = self._line.recv(256)
            except BlockingIOError:
                return
            kind, _, _, identifier, sequence = _HEAD.unpack_from(packet, _IP_HEAD_BYTES)
            if kind == ICMP.reply and identifier == _IDENTIFIER and sequence in self._waiting:
                sent_ns, answer = self._waiting.pop(sequence)
                answer(time.perf_counter_ns() - sent_ns)
