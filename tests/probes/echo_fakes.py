"""A kernel to play with: sockets that carry what a test says, clocks that move when told."""

import asyncio
import heapq
import itertools
import os
import socket
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from config.probe import IcmpSettings
from probes.echo import DIALECTS, MESSAGE
from probes.icmp import IcmpEngine
from probes.icmp_errors import Quote
from probes.icmp_socket import Arrival, EchoPort, Mode
from probes.reading import Reading
from probes.resolve import Resolver, SocketAddress

SHARED_ID = 0x1400
TARGET = "127.64.0.1"


class FakeTimer:
    def __init__(self, callback: Callable[[], None]) -> None:
        self.callback: Callable[[], None] | None = callback

    def cancel(self) -> None:
        self.callback = None


class FakeEngineClock:
    """Time moves only by `advance`, `leap` and `set_wall_clock`."""

    def __init__(self) -> None:
        self._now_ns = 5_000_000_000
        self._offset_ns = 1_700_000_000_000_000_000
        self._order = itertools.count()
        self._timers: list[tuple[int, int, FakeTimer]] = []

    def monotonic_ns(self) -> int:
        return self._now_ns

    def realtime_ns(self) -> int:
        return self._now_ns + self._offset_ns

    def call_later(self, delay_s: float, callback: Callable[[], None]) -> FakeTimer:
        timer = FakeTimer(callback)
        due_ns = self._now_ns + round(delay_s * 1e9)
        heapq.heappush(self._timers, (due_ns, next(self._order), timer))
        return timer

    def advance(self, seconds: float) -> None:
        """Move on, with every timer firing at its own instant."""
        until_ns = self._now_ns + round(seconds * 1e9)
        while self._timers and self._timers[0][0] <= until_ns:
            self._now_ns = max(self._now_ns, self._timers[0][0])
            self._fire()
        self._now_ns = until_ns

    def leap(self, seconds: float) -> None:
        """Stand still, then find that time has passed: what a stalled loop lives through."""
        self._now_ns += round(seconds * 1e9)
        while self._timers and self._timers[0][0] <= self._now_ns:
            self._fire()

    def set_wall_clock(self, by_s: float) -> None:
        self._offset_ns += round(by_s * 1e9)

    def _fire(self) -> None:
        callback = heapq.heappop(self._timers)[2].callback
        if callback is not None:
            callback()


class FakePort:
    """A socket whose far side is the test."""

    def __init__(
        self, clock: FakeEngineClock, family: int, mode: Literal["dgram", "raw"], echo_id: int
    ) -> None:
        self.family = family
        self.mode = mode
        self.echo_id = echo_id
        self.receive_buffer_bytes = 212_992
        self.sent: list[tuple[bytes, SocketAddress]] = []
        self.send_errors: deque[int] = deque()
        self.receive_error: int | None = None
        self.dropped = 0
        self.has_sent = asyncio.Event()
        self.answers_itself = False
        self.capacity = 256  # what the kernel's default buffer keeps
        self.is_open = True
        self._clock = clock
        self._arrivals: deque[Arrival] = deque()
        self._faults: deque[Quote | None] = deque()
        self._ready = os.eventfd(0, os.EFD_NONBLOCK)

    def fileno(self) -> int:
        return self._ready

    def send(self, request: bytes, target: SocketAddress) -> None:
        if self.send_errors:
            code = self.send_errors.popleft()
            if code:
                raise OSError(code, os.strerror(code))
        self.sent.append((request, target))
        self.has_sent.set()
        if self.answers_itself:
            self.answer(source=target[0])

    def receive(self, limit: int) -> list[Arrival]:
        if self.receive_error is not None:
            raise OSError(self.receive_error, os.strerror(self.receive_error))
        taken = [self._arrivals.popleft() for _ in range(min(limit, len(self._arrivals)))]
        if not self._arrivals and not self._faults:
            os.eventfd_write(self._ready, 1)
            os.eventfd_read(self._ready)
        return taken

    def faults(self, cookie: bytes, limit: int) -> list[Quote | None]:
        return [self._faults.popleft() for _ in range(min(limit, len(self._faults)))]

    def drops(self) -> int:
        return self.dropped

    def close(self) -> None:
        assert self.is_open, "closed twice"
        self.is_open = False
        os.close(self._ready)

    # -- the far side

    def arrive(
        self, message: bytes, *, source: str = TARGET, after_s: float = 0, stamp: bool = True
    ) -> None:
        """Let a message come in, stamped `after_s` after now."""
        if len(self._arrivals) >= self.capacity:
            self.dropped += 1
            return
        stamp_ns = self._clock.realtime_ns() + round(after_s * 1e9) if stamp else 0
        self._arrivals.append((message, stamp_ns, source))
        self._wake()

    def fault(self, quote: Quote | None) -> None:
        self._faults.append(quote)
        self._wake()

    def fail(self, code: int) -> None:
        self.receive_error = code
        self._wake()

    def reply_to(self, index: int = -1, **changed: int | bytes) -> bytes:
        """Return the true reply to a request that was sent, or a reply false in what is given."""
        request, _ = self.sent[index]
        _, code, checksum, echo_id, sequence, cookie, serial = MESSAGE.unpack(request)
        fields = {
            "type": DIALECTS[self.family].reply,
            "code": code,
            "checksum": checksum,
            "echo_id": echo_id,
            "sequence": sequence,
            "cookie": cookie,
            "serial": serial,
        } | changed
        return MESSAGE.pack(*fields.values())

    def answer(
        self, index: int = -1, *, source: str = TARGET, after_s: float = 0, stamp: bool = True
    ) -> None:
        """Let the true reply come in."""
        self.arrive(self.reply_to(index), source=source, after_s=after_s, stamp=stamp)

    def _wake(self) -> None:
        if self.is_open:
            os.eventfd_write(self._ready, 1)


@dataclass
class FakeKernel:
    """Opens fake ports for an engine, or refuses."""

    clock: FakeEngineClock
    mode: Literal["dgram", "raw"] = "raw"
    refuses: int | None = None
    ports: list[FakePort] = field(default_factory=list)

    def open(self, family: int, mode: Mode) -> EchoPort:
        if self.refuses is not None:
            raise OSError(self.refuses, os.strerror(self.refuses))
        echo_id = SHARED_ID if self.mode == "raw" else 100 + len(self.ports)
        self.ports.append(FakePort(self.clock, family, self.mode, echo_id))
        return self.ports[-1]

    def port(self, family: int = socket.AF_INET) -> FakePort:
        """Return the newest port of a family."""
        return next(port for port in reversed(self.ports) if port.family == family)


@dataclass
class Bench:
    """An engine on a fake kernel, and what it told about itself."""

    engine: IcmpEngine
    kernel: FakeKernel
    clock: FakeEngineClock
    ignored: Counter[str]
    dropped: list[int]

    @property
    def port(self) -> FakePort:
        return self.kernel.port()

    async def start(self, *, fresh_id: bool = False, **settings: object) -> asyncio.Task[Reading]:
        """Begin a run and let it send its first packet."""
        asked = IcmpSettings.model_validate({"target": TARGET} | settings)
        ping = self.engine.ping(asked, fresh_id=fresh_id)
        task = asyncio.get_running_loop().create_task(ping, name="ping")
        await settle()
        return task


def bench(
    mode: Literal["dgram", "raw"] = "raw",
    *,
    refuses: int | None = None,
    resolver: Resolver | None = None,
) -> Bench:
    """Return an engine on a fake kernel; close it when done."""
    clock = FakeEngineClock()
    kernel = FakeKernel(clock, mode, refuses)
    ignored: Counter[str] = Counter()
    dropped: list[int] = []
    engine = IcmpEngine.open(
        on_ignored=lambda why, count: ignored.update({why: count}),
        on_dropped=dropped.append,
        clock=clock,
        opener=kernel.open,
        resolver=resolver,
    )
    return Bench(engine, kernel, clock, ignored, dropped)


async def settle() -> None:
    """Let the loop turn until nothing new can come of what has happened so far."""
    for _ in range(12):
        await asyncio.sleep(0)
