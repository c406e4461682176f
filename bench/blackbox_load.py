"""blackbox_exporter doing the daemon's work: the same fleet, the same probes, the same pace.

`python -m bench.blackbox_load FOLDER SITES INTERVAL_S SECONDS`, run inside the namespace, starts
an exporter, has it probe the fleet over kept-alive connections, as a Prometheus would, and prints
as JSON what that cost the exporter. Parsing and keeping what it answers is not counted for it.
"""

import asyncio
import json
import math
import random
import sys
from collections import deque
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import cycle
from pathlib import Path
from typing import cast
from urllib.parse import quote

import uvloop

from bench.blackbox import running
from bench.cpu import cpu_s
from bench.fleet_plan import FleetPlan, Place, url_of

MODULES = """\
modules:
  icmp: {prober: icmp, timeout: 1s, icmp: {preferred_ip_protocol: ip4}}
  http_2xx: {prober: http, timeout: 5s, http: {preferred_ip_protocol: ip4}}
"""
CONNECTIONS = 256
WARM_UP_S = 2.0
_TICK_S = 0.01
_SUCCESS = b"\nprobe_success 1\n"


@dataclass(frozen=True, slots=True)
class Load:
    """What was done in the window: probes, how many succeeded, and the exporter's CPU."""

    probes: int
    succeeded: int
    cpu_s: float
    took_s: float

    @property
    def cpu_us_per_probe(self) -> float:
        return self.cpu_s / self.probes * 1e6 if self.probes else math.nan


class _Line(asyncio.Protocol):
    """One kept-alive connection: a request at a time, as cheap as asyncio allows."""

    def __init__(self, driver: "_Driver") -> None:
        self._driver = driver
        self._received = bytearray()
        self._transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.WriteTransport, transport)  # uvloop's is no subclass

    def ask(self, request: bytes) -> None:
        if self._transport is not None:
            self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._received += data
        if is_whole(self._received):
            self._driver.done(self, succeeded=_SUCCESS in self._received)
            self._received.clear()


def is_whole(answer: bytes | bytearray) -> bool:
    """Tell whether an HTTP/1.1 answer is complete: by its length, or by its last chunk."""
    end = answer.find(b"\r\n\r\n")
    if end < 0:
        return False
    head = bytes(answer[:end]).lower()
    if b"transfer-encoding: chunked" in head:
        return answer.endswith(b"0\r\n\r\n")
    _, _, length = head.partition(b"content-length:")
    return len(answer) - end - 4 >= int(length.split(b"\r\n", 1)[0])


class _Driver:
    """Asks at a constant rate. With every connection busy it waits, and so asks less."""

    def __init__(self, requests: Iterator[bytes], rate_per_s: float) -> None:
        self._requests = requests
        self._rate_per_s = rate_per_s
        self._idle: deque[_Line] = deque()
        self.probes = self.succeeded = 0

    def done(self, line: _Line, *, succeeded: bool) -> None:
        self.probes += 1
        self.succeeded += succeeded
        self._idle.append(line)

    async def run(self, port: int, pid: int, seconds: float) -> Load:
        loop = asyncio.get_running_loop()
        for _ in range(CONNECTIONS):
            _, line = await loop.create_connection(lambda: _Line(self), "127.0.0.1", port)
            self._idle.append(line)
        await self._drive(WARM_UP_S)
        probes, succeeded, used_s, began_s = self.probes, self.succeeded, cpu_s(pid), loop.time()
        await self._drive(seconds)
        took_s = loop.time() - began_s
        return Load(self.probes - probes, self.succeeded - succeeded, cpu_s(pid) - used_s, took_s)

    async def _drive(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        began_s, asked = loop.time(), 0
        while (passed_s := loop.time() - began_s) < seconds:
            while asked < passed_s * self._rate_per_s and self._idle:
                self._idle.popleft().ask(next(self._requests))
                asked += 1
            await asyncio.sleep(_TICK_S)


def request_for(place: Place) -> bytes:
    """Return what a Prometheus sends to have a place probed."""
    module, target = ("http_2xx", url_of(place)) if place[1] else ("icmp", place[0])
    path = f"/probe?module={module}&target={quote(target, safe='')}"
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()


def measure(folder: Path, plan: FleetPlan, seconds: float) -> Load:
    """Have the fleet probed at its own pace for so long, after a warm-up.

    Raises:
        AbsentError: the exporter is not installed.

    """
    places = list(plan.places())
    random.Random(1).shuffle(places)
    with (
        running(folder, MODULES) as exporter,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        driver = _Driver(cycle(map(request_for, places)), plan.probes_per_s)
        return runner.run(driver.run(exporter.port, exporter.pid, seconds))


def main(folder: str, sites: str, interval_s: str, seconds: str) -> None:
    plan = FleetPlan(int(sites), float(interval_s), 0)
    print(json.dumps(asdict(measure(Path(folder), plan, float(seconds)))))


if __name__ == "__main__":
    main(*sys.argv[1:])
