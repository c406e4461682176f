"""Run inside the near namespace: `near_echoes.py SITES RATE SECONDS` counts its own echoes.

It pings the first link of that many sites in turn from one raw socket, and prints as JSON what
it sent and what came back. Standard library only.
"""

import json
import socket
import struct
import sys
import time
from ipaddress import IPv4Address

_SO_RCVBUFFORCE = 33
_FIRST = IPv4Address("127.64.0.1")
_SITE_ADDRESSES = 32
_LAST_ANSWERS_S = 1.0


def _request(number: int) -> bytes:
    body = struct.pack("!BBHHH", 8, 0, 0, 77, number & 0xFFFF) + b"x" * 24
    total = 0xFFFF - int.from_bytes(body, "big") % 0xFFFF
    return body[:2] + total.to_bytes(2, "big") + body[4:]


def _answers(raw: socket.socket) -> int:
    count = 0
    while True:
        try:
            count += raw.recv(2048)[20] == 0
        except BlockingIOError:
            return count


def main(sites: int, rate: int, seconds: float) -> None:
    raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
    raw.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, 64 << 20)
    raw.setblocking(False)
    targets = [str(_FIRST + _SITE_ADDRESSES * site) for site in range(sites)]
    sent = received = 0
    start_s = time.monotonic()
    while (elapsed_s := time.monotonic() - start_s) < seconds:
        while sent < elapsed_s * rate:
            raw.sendto(_request(sent), (targets[sent % sites], 0))
            sent += 1
        received += _answers(raw)
        time.sleep(0.01)
    until_s = time.monotonic() + _LAST_ANSWERS_S
    while received < sent and time.monotonic() < until_s:
        time.sleep(0.01)
        received += _answers(raw)
    sys.stdout.write(json.dumps({"sent": sent, "received": received}))


main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))
