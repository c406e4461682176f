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
from config.settings import IcmpEngineSettings
from probes.echo import DIALECTS, MESSAGE
from probes.icmp import IcmpEngine
from probes.icmp_arrivals import Reply, Stray, read_message
from probes.icmp_errors import Quote
from probes.icmp_opening import Wish
from probes.icmp_socket import Departure, EchoPort
from probes.reading import Reading
from probes.resolve import Resolver, SocketAddress
from probes.wheel import TICK_NS

SHARED_ID = 0x1400
TARGET = "127.64.0.1"
TICK_S = TICK_NS / 1e9


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
        self, clock: FakeEngineClock, wish: Wish, mode: Literal["dgram", "raw"], echo_id: int
    ) -> None:
        self.wish = wish
        self.family = wish.outlet.family
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
        self._arrivals: deque[tuple[int, Reply | Stray]] = deque()
        self._told: deque[Quote | Departure | None] = deque()
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

    def receive(self, limit: int) -> tuple[list[Reply], list[Stray]]:
        if self.receive_error is not None:
            raise OSError(self.receive_error, os.strerror(self.receive_error))
        taken: list[Reply | Stray] = []
        now_ns = self._clock.monotonic_ns()
        while self._arrivals and len(taken) < limit and self._arrivals[0][0] <= now_ns:
            taken.append(self._arrivals.popleft()[1])
        if not self._arrivals and not self._told:
            os.eventfd_write(self._ready, 1)
            os.eventfd_read(self._ready)
        strays = [each for each in taken if isinstance(each, Stray)]
        return [each for each in taken if not isinstance(each, Stray)], strays

    def told(self, cookie: bytes, limit: int) -> list[Quote | Departure | None]:
        return [self._told.popleft() for _ in range(min(limit, len(self._told)))]

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
        """Let a message come in `after_s` after now, and be stamped then."""
        if len(self._arrivals) >= self.capacity:
            self.dropped += 1
            return
        after_ns = round(after_s * 1e9)
        stamp_ns = self._clock.realtime_ns() + after_ns if stamp else 0
        sender = packed(self.family, source)
        arrival = read_message(self.family, message, len(message), stamp_ns, sender)
        self._arrivals.append((self._clock.monotonic_ns() + after_ns, arrival))
        self._wake()

    def fault(self, quote: Quote | None) -> None:
        self._told.append(quote)
        self._wake()

    def departed(self, index: int = -1, *, after_s: float) -> None:
        """Let the kernel tell when it really sent a request, counted from now."""
        *_, serial = MESSAGE.unpack_from(self.sent[index][0])
        self._told.append(Departure(serial, self._clock.realtime_ns() + round(after_s * 1e9)))
        self._wake()

    def fail(self, code: int) -> None:
        self.receive_error = code
        self._wake()

    def reply_to(self, index: int = -1, **changed: int | bytes) -> bytes:
        """Return the true reply to a request that was sent, or a reply false in what is given."""
        request, _ = self.sent[index]
        _, code, checksum, echo_id, sequence, cookie, serial = MESSAGE.unpack_from(request)
        fields = {
            "type": DIALECTS[self.family].reply,
            "code": code,
            "checksum": checksum,
            "echo_id": echo_id,
            "sequence": sequence,
            "cookie": cookie,
            "serial": serial,
        } | changed
        return MESSAGE.pack(*fields.values()) + request[MESSAGE.size :]

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

    def open(self, wish: Wish) -> EchoPort:
        if self.refuses is not None:
            raise OSError(self.refuses, os.strerror(self.refuses))
        echo_id = SHARED_ID if self.mode == "raw" else 100 + len(self.ports)
        self.ports.append(FakePort(self.clock, wish, self.mode, echo_id))
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

    @property
    def sent(self) -> int:
        """How many packets have left, through whichever socket."""
        return sum(len(port.sent) for port in self.kernel.ports)

    async def start(self, *, fresh_id: bool = False, **settings: object) -> asyncio.Task[Reading]:
        """Begin a run and let it send its first packet: at once, or with the next tick."""
        before = self.sent
        ping = self.engine.ping(asked(**settings), fresh_id=fresh_id)
        task = asyncio.get_running_loop().create_task(ping, name="ping")
        await settle()
        self.clock.advance(0)
        if self.sent == before:
            self.clock.advance(TICK_S)
        await settle()
        return task

    async def turn(self) -> None:
        """Let the next tick read what has come in."""
        self.clock.advance(TICK_S)
        await settle()

    async def end(self, run: asyncio.Task[Reading]) -> Reading:
        """Return what the run brings back, at the next tick at the latest."""
        await self.turn()
        assert run.done()
        return run.result()


def packed(family: int, address: str) -> bytes:
    """Return the address, or that of nobody where it is none of this family."""
    try:
        return socket.inet_pton(family, address)
    except OSError:
        return bytes(4 if family == socket.AF_INET else 16)


def asked(**settings: object) -> IcmpSettings:
    return IcmpSettings.model_validate({"target": TARGET} | settings)


def bench(
    mode: Literal["dgram", "raw"] = "raw",
    *,
    refuses: int | None = None,
    resolver: Resolver | None = None,
    max_packets_per_second: int = 1_000_000,
) -> Bench:
    """Return an engine on a fake kernel; close it when done."""
    clock = FakeEngineClock()
    kernel = FakeKernel(clock, mode, refuses)
    ignored: Counter[str] = Counter()
    dropped: list[int] = []
    engine = IcmpEngine.open(
        on_ignored=lambda why, count: ignored.update({why: count}),
        on_dropped=dropped.append,
        settings=IcmpEngineSettings(max_packets_per_second=max_packets_per_second),
        clock=clock,
        opener=kernel.open,
        resolver=resolver,
    )
    return Bench(engine, kernel, clock, ignored, dropped)


async def settle() -> None:
    """Let the loop turn until nothing new can come of what has happened so far."""
    for _ in range(12):
        await asyncio.sleep(0)
