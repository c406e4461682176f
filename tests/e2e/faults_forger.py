"""A stranger on the wire who overhears our echo requests and answers them falsely."""

import asyncio
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from probes.echo import ICMP, MESSAGE

_IPV4 = 0x0800  # linux/if_ether.h
_IP_HEADER_BYTES = 20
_LISTEN_S = 10.0
_BURST = 50
_PAUSE_S = 0.01


@dataclass(frozen=True, slots=True)
class Overheard:
    """One request of the daemon."""

    echo_id: int
    sequence: int
    cookie: bytes
    serial: int


def overhear(target: str) -> Overheard:
    """Wait for a request to `target`, also one that a firewall drops; return what it holds."""
    with socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(_IPV4)) as ear:
        ear.settimeout(_LISTEN_S)
        until_s = time.monotonic() + _LISTEN_S
        while time.monotonic() < until_s:
            packet = ear.recv(256)
            message = packet[_IP_HEADER_BYTES:]
            to = socket.inet_ntoa(packet[16:20])
            if packet[9] != socket.IPPROTO_ICMP or to != target:
                continue
            if message[0] == ICMP.request and len(message) == MESSAGE.size:
                _, _, _, echo_id, sequence, cookie, serial = MESSAGE.unpack(message)
                return Overheard(echo_id, sequence, cookie, serial)
    raise AssertionError(f"nobody asked {target}")


def forgeries(heard: Overheard) -> list[bytes]:
    """Return false replies: another cookie, serial number, identifier, and two other lengths."""
    return [
        reply(heard.echo_id, heard.sequence, b"not the cookie..", heard.serial),
        reply(heard.echo_id, heard.sequence, heard.cookie, heard.serial + 2**40),
        reply(heard.echo_id ^ 1, heard.sequence, heard.cookie, heard.serial),
        replay(heard)[:-1],
        replay(heard) + bytes(64),
    ]


def replay(heard: Overheard) -> bytes:
    """Return the true reply. It is false from another address, or when the time is over."""
    return reply(heard.echo_id, heard.sequence, heard.cookie, heard.serial)


def reply(echo_id: int, sequence: int, cookie: bytes, serial: int) -> bytes:
    """Return an echo reply with the checksum that it should have."""
    fields = (echo_id, sequence, cookie, serial)
    total = sum(struct.unpack("!16H", MESSAGE.pack(ICMP.reply, 0, 0, *fields)))
    return MESSAGE.pack(ICMP.reply, 0, 0xFFFF - total % 0xFFFF, *fields)


class Forger:
    """Sends false replies from one address, some thousand a second, until told to stop."""

    def __init__(self, source: str, messages: list[bytes]) -> None:
        self._source = source
        self._messages = messages
        self._stop = threading.Event()
        self.sent = 0

    def run(self) -> None:
        with _raw() as mouth:
            mouth.bind((self._source, 0))
            while not self._stop.wait(_PAUSE_S):
                for place in range(_BURST):
                    message = self._messages[place % len(self._messages)]
                    mouth.sendto(message, ("127.0.0.1", 0))
                self.sent += _BURST

    def stop(self) -> None:
        self._stop.set()


@contextmanager
def forging(forger: Forger) -> Iterator[None]:
    """Forge meanwhile, in a thread."""
    thread = threading.Thread(target=forger.run, name="forger")
    thread.start()
    try:
        yield
    finally:
        forger.stop()
        thread.join()


def _raw() -> socket.socket:
    return socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)


async def overheard(target: str) -> Overheard:
    return await asyncio.to_thread(overhear, target)
