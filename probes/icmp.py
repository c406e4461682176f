"""The ICMP engine: every echo of the daemon, in batches, on one tick of 10 ms.

No task, no future and no timer per packet: questions wait in a queue, leave together, and their
replies are read together; while nothing is asked, nothing turns. The rule it keeps: a reply
counts only for the packet it answers, by the kernel's receive stamp and not by when we found the
time to read it; and what we may have missed ourselves is never booked as lost.
"""

import asyncio
import logging
import secrets
from collections.abc import Callable
from functools import partial
from typing import Self

from config.probe import IcmpSettings
from config.settings import IcmpEngineSettings
from probes.echo import COOKIE_BYTES, DIALECTS, Requests
from probes.icmp_clock import EngineClock, LoopClock, Stamps, Timer
from probes.icmp_deadlines import Deadlines
from probes.icmp_echo import Echo
from probes.icmp_opening import Mode, Opener, open_echo_socket
from probes.icmp_outlet import Outlet
from probes.icmp_pace import Pace
from probes.icmp_ports import Ports
from probes.icmp_preparation import Named, Nowhere, Preparation, family_of
from probes.icmp_receiver import Receiver
from probes.icmp_ring import Ring
from probes.icmp_run import Run
from probes.icmp_sender import Sender
from probes.icmp_socket import EchoPort
from probes.reading import Reading, Reason
from probes.resolve import Resolver, Unresolved
from probes.runs import Answer, Question
from probes.wheel import TICK_NS

log = logging.getLogger(__name__)

_TURN = 512  # packets sent, or messages read of a socket, before the loop turns: some 5 ms
_DRAIN_LIMIT = 65_536
_NEVER_NS = 2**63
_CLOSED = "the ICMP engine was closed"
_BUG = "a bug in the ICMP engine; the log has the traceback"


def _unknown(_in_doubt: bool, answer: Answer) -> None:
    answer(Reading.failed(Reason.RESOLVER_UNAVAILABLE, "the name has not been looked up yet"))


class IcmpEngine:
    """Asks any number of targets, 65,536 packets in flight at most: the others wait.

    `on_ignored(why, count)` hears of every message that answered nothing: `cookie`, `serial`,
    `identifier`, `source`, `length`, `type`, `quote`, `duplicate` or `late`. `on_dropped(count)`
    hears of messages lost in our own full receive buffer.
    """

    def __init__(
        self,
        on_ignored: Callable[[str, int], None],
        on_dropped: Callable[[int], None],
        settings: IcmpEngineSettings,
        mode: Mode,
        resolver: Resolver | None,
        clock: EngineClock,
        opener: Opener,
    ) -> None:
        self._clock = clock
        self._resolver = resolver or Resolver()
        self._owns_resolver = resolver is None
        stamped = settings.transmit_stamps
        self._ports = Ports(opener, mode, clock.monotonic_ns, stamps_departures=stamped)
        self._ring = Ring()
        self._requests = Requests(secrets.token_bytes(COOKIE_BYTES))
        stamps = Stamps(clock)
        self._receiver = Receiver(self._ring, self._requests.cookie, stamps, on_ignored, self._lose)
        self._deadlines = Deadlines(self._ring, self._ports, self._drain, on_dropped)
        self._sender = Sender(
            self._ring, self._ports, self._requests, self._deadlines, clock,
            self._read, self._lose, self._new_run,
        )  # fmt: skip
        self._pace = Pace(settings.max_packets_per_second)
        self._preparation = Preparation(self._resolver, self._begin, self._ports.expect)
        self._runs: set[Run] = set()
        self._timer: Timer | None = None
        self._timer_ns = _NEVER_NS
        self._is_closed = False

    @classmethod
    def open(
        cls,
        *,
        on_ignored: Callable[[str, int], None],
        on_dropped: Callable[[int], None],
        settings: IcmpEngineSettings | None = None,
        mode: Mode = "auto",
        resolver: Resolver | None = None,
        clock: EngineClock | None = None,
        opener: Opener = open_echo_socket,
    ) -> Self:
        """Return an engine for the running loop. It never fails: see `describe`.

        `mode` auto takes ping sockets where permitted, else raw ones. Without permission every
        run returns `no_permission`, until it is granted.
        """
        used_clock = clock or LoopClock(asyncio.get_running_loop())
        used = settings or IcmpEngineSettings()
        engine = cls(on_ignored, on_dropped, used, mode, resolver, used_clock, opener)
        for family in DIALECTS:
            engine._ports.shared(Outlet(family))
        return engine

    @property
    def may_ping(self) -> bool:
        """Tell whether we hold a socket; `describe` says why not."""
        return self._ports.works

    def describe(self) -> str:
        """Return one line on the sockets in use, their buffers, or why there are none."""
        return self._ports.describe()

    def close(self) -> None:
        """Close the sockets; pending runs end as `no_socket`."""
        if self._timer is not None:
            self._timer.cancel()
        self._is_closed = True
        self._ports.close()
        self._abort(Reason.NO_SOCKET, _CLOSED)
        if self._owns_resolver:
            self._resolver.close()

    def echo(self, settings: IcmpSettings, look_up: Question = _unknown) -> Echo | Named | Nowhere:
        """Prepare a question that can be asked again and again, at no cost but its packets.

        `look_up` is asked instead while the address behind a name is not known.
        """
        return self._preparation.prepare(settings, look_up)

    async def ping(self, settings: IcmpSettings, *, fresh_id: bool = False) -> Reading:
        """Ask once and wait, for the resolver too.

        `packets` echo requests leave `spacing` apart. One reply is enough for success; the loss
        is in the figures. `fresh_id` asks under an identifier that no firewall or NAT on the way
        has seen lately.
        """
        started_ns = self._clock.monotonic_ns()
        address = await self._resolver.resolve(settings.target, family_of(settings))
        if isinstance(address, Unresolved):
            lasted_s = (self._clock.monotonic_ns() - started_ns) / 1e9
            return Reading.failed(address.reason, address.detail, lasted_s)
        done: asyncio.Future[Reading] = asyncio.get_running_loop().create_future()

        def answer(reading: Reading) -> None:
            if not done.done():
                done.set_result(reading)

        run = self._new_run(self._preparation.echo(settings, address), fresh_id, answer)
        self._start(run)
        try:
            return await done
        finally:
            run.abandon()

    # -- asking

    def _begin(self, echo: Echo, in_doubt: bool, answer: Answer) -> None:
        if in_doubt or echo.manner.packets > 1 or self._is_closed:
            self._start(self._new_run(echo, in_doubt, answer))
            return
        self._sender.queue.append((echo, answer, None))
        if self._timer_ns > self._pace.next_ns:
            self._arm(self._pace.next_ns)

    def _start(self, run: Run) -> None:
        if self._is_closed:
            run.abort(Reason.NO_SOCKET, _CLOSED, self._clock.monotonic_ns())
            return
        self._sender.begin(run)
        self._arm(self._pace.next_ns)

    def _new_run(self, echo: Echo, in_doubt: bool, answer: Answer) -> Run:
        run = Run(echo, in_doubt, answer, self._end)
        self._runs.add(run)
        return run

    def _end(self, run: Run) -> None:
        self._runs.discard(run)
        if run.lease is not None:
            self._ports.give_back(run.lease.port)

    # -- the tick

    def _arm(self, due_ns: int) -> None:
        if due_ns >= self._timer_ns:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._timer_ns = due_ns
        delay_s = max(0, due_ns - self._clock.monotonic_ns()) / 1e9
        self._timer = self._clock.call_later(delay_s, self._tick)

    def _tick(self) -> None:
        self._timer, self._timer_ns = None, _NEVER_NS
        try:
            again_ns = self._turn()
        except Exception:  # the boundary around one probe run, for all of them
            log.exception("the ICMP engine failed, and the runs under way with it")
            self._abort(Reason.INTERNAL_ERROR, _BUG)
            asked_anew = bool(self._sender.queue)
            again_ns = self._clock.monotonic_ns() + TICK_NS if asked_anew else None
        if not self._is_closed and again_ns is not None:
            self._arm(again_ns)

    def _turn(self) -> int | None:
        """Read, expire, send; return when to turn again.

        What is due expires only after what came in while the loop was busy has been read.
        """
        now_ns = self._clock.monotonic_ns()
        is_unread = self._read()
        self._deadlines.expire(now_ns)
        sender = self._sender
        sender.wake(now_ns)
        allowed = min(self._pace.allowed(now_ns), _TURN)
        tried = sender.send(allowed)
        self._pace.spend(tried)
        if is_unread or (sender.queue and tried == _TURN):
            return now_ns
        if sender.queue or self._ring.waiting:
            return self._pace.next_ns
        return sender.next_ns()

    def _read(self, limit: int = _TURN) -> bool:
        """Read what has come in; return whether there may be more."""
        return self._receiver.read(self._ports.readable(), limit)

    def _drain(self) -> None:
        self._read(_DRAIN_LIMIT)

    # -- what ends everything

    def _lose(self, port: EchoPort, error: OSError) -> None:
        self._ports.lose(port, error)
        self._abort(Reason.NO_SOCKET, f"the socket failed: {error.strerror}", port)

    def _abort(self, reason: Reason, detail: str, port: EchoPort | None = None) -> None:
        """End the runs of one socket, or all: those not begun too."""
        now_ns = self._clock.monotonic_ns()
        flights = self._ring.take(port)
        queue = self._sender.take() if port is None else []
        alone = [
            (echo, answer, now_ns - sent) for _, sent, _, echo, answer, run in flights if not run
        ]
        alone += [(echo, answer, 0) for echo, answer, run in queue if not run]
        ends = [
            partial(answer, echo.unanswered(reason, detail, lasted_ns, counted=0))
            for echo, answer, lasted_ns in alone
        ]
        ends += [
            partial(run.abort, reason, detail, now_ns)
            for run in self._runs
            if port is None or (run.lease is not None and run.lease.port is port)
        ]
        for end in ends:
            try:
                end()
            except Exception:  # the boundary around one probe run: the others must hear too
                log.exception("the end of a probe run was not heard")
