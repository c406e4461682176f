"""The ICMP engine: every echo of the daemon through one socket per family.

No task and no timer per packet: replies come in through one reader callback, what is due comes
round on one timer wheel, and a run is one future. The rule it keeps: a reply counts only for the
packet it answers (cookie, serial number, identifier and source address all agree), by the
kernel's receive stamp and not by when we found the time to read it; and what we may have missed
ourselves is never booked as lost.
"""

import asyncio
import errno
import secrets
from collections.abc import Callable
from typing import Self

from config.probe import IcmpSettings
from probes.echo import COOKIE_BYTES, DIALECTS, MESSAGE, Requests
from probes.icmp_clock import EngineClock, LoopClock, Timer
from probes.icmp_errors import Quote, read_error
from probes.icmp_ports import Lease, Ports, Unopened
from probes.icmp_ring import SIZE, Fate, Ring
from probes.icmp_run import Packet, Run
from probes.icmp_socket import Arrival, EchoPort, Mode, Opener, open_echo_socket
from probes.local_error import explain_send
from probes.reading import Reading, Reason
from probes.resolve import Address, Resolver, Unresolved
from probes.wheel import TICK_NS, Wheel

_READ_LIMIT = 512  # per wake-up, so that a flood of replies cannot keep the loop to itself
_DRAIN_LIMIT = 65_536
_SENDS_BEFORE_READING = 64  # a burst must not overflow the buffer before the loop turns
_NEVER_NS = 2**63
_BUSY = frozenset({errno.EAGAIN, errno.ENOBUFS})
_BROKEN = frozenset({errno.EBADF, errno.ENOTSOCK, errno.ENODEV})


class IcmpEngine:
    """Asks any number of targets at once, `SIZE` packets in flight at most.

    `on_ignored(why, count)` hears of every message that answered nothing: `cookie`, `serial`,
    `identifier`, `source`, `length`, `type`, `quote`, `duplicate` or `late`. `on_dropped(count)`
    hears of messages lost in our own full receive buffer.
    """

    def __init__(
        self,
        on_ignored: Callable[[str, int], None],
        on_dropped: Callable[[int], None],
        mode: Mode,
        resolver: Resolver | None,
        clock: EngineClock,
        opener: Opener,
    ) -> None:
        self._on_ignored = on_ignored
        self._on_dropped = on_dropped
        self._clock = clock
        self._resolver = resolver or Resolver()
        self._owns_resolver = resolver is None
        self._ports = Ports(opener, mode, clock.monotonic_ns, self._read)
        self._requests = Requests(secrets.token_bytes(COOKIE_BYTES))
        self._ring: Ring[Packet] = Ring()
        self._expiries: Wheel[Packet] = Wheel()
        self._sendings: Wheel[Run] = Wheel()
        self._runs: set[Run] = set()
        self._timer: Timer | None = None
        self._timer_ns = _NEVER_NS
        self._unread = 0

    @classmethod
    def open(
        cls,
        *,
        on_ignored: Callable[[str, int], None],
        on_dropped: Callable[[int], None],
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
        engine = cls(on_ignored, on_dropped, mode, resolver, used_clock, opener)
        for family in DIALECTS:
            engine._ports.shared(family)
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
        self._timer_ns = -1  # nothing will be due again
        self._ports.close()
        for run in tuple(self._runs):
            run.abort(Reason.NO_SOCKET, "the ICMP engine was closed", self._clock.monotonic_ns())
        if self._owns_resolver:
            self._resolver.close()

    async def ping(self, settings: IcmpSettings, *, fresh_id: bool = False) -> Reading:
        """Send `packets` echo requests, `spacing` apart, and return what came back.

        One reply is enough for success; the loss is in the figures. `fresh_id` asks under an
        identifier that no firewall or NAT on the way has seen lately.
        """
        started_ns = self._clock.monotonic_ns()
        address = self._resolver.known(settings.target, settings.family)
        if address is None:
            address = await self._resolver.resolve(settings.target, settings.family)
        if isinstance(address, Unresolved):
            return Reading.failed(address.reason, address.detail, self._since_s(started_ns))
        ports = self._ports
        lease = ports.fresh(address.family) if fresh_id else ports.shared(address.family)
        if isinstance(lease, Unopened):
            return Reading(False, 0.0, lease.reason, lease.detail, address.host)
        run = _new_run(settings, address, lease, started_ns)
        self._runs.add(run)
        try:
            self._send(run)
            return await run.done
        finally:
            run.unsent = 0
            self._runs.discard(run)
            self._ports.give_back(lease.port)

    # -- sending

    def _send(self, run: Run) -> None:
        now_ns, now_real_ns = self._clock.monotonic_ns(), self._clock.realtime_ns()
        serial = self._ring.claim()
        if serial is None:
            run.give_up(Reason.SEND_FAILED, f"{SIZE} requests already wait for their replies")
            run.finish_if_over(now_ns)
            return
        request_type = DIALECTS[run.address.family].request
        request = self._requests.write(request_type, run.echo_id, serial)
        try:
            run.port.send(request, run.sockaddr)
        except OSError as error:
            self._not_sent(run, error, now_ns)
            return
        self._sent(Packet(run, serial, now_ns, now_real_ns))

    def _sent(self, packet: Packet) -> None:
        run = packet.run
        self._ring.put(packet.serial, packet)
        run.waiting += 1
        run.unsent -= 1
        run.may_retry = True
        self._arm(self._expiries.add(packet.deadline_ns, packet))
        if run.unsent:
            self._arm(self._sendings.add(packet.sent_ns + run.spacing_ns, run))
        self._unread += 1
        if self._unread >= _SENDS_BEFORE_READING:
            self._read(run.port)

    def _not_sent(self, run: Run, error: OSError, now_ns: int) -> None:
        if error.errno in _BUSY and run.may_retry:
            run.may_retry = False
            self._arm(self._sendings.add(now_ns + TICK_NS, run))
            return
        if error.errno in _BROKEN:
            self._lose(run.port, error)
        run.give_up(*explain_send(error))
        run.finish_if_over(now_ns)

    # -- receiving

    def _read(self, port: EchoPort, limit: int = _READ_LIMIT) -> None:
        self._unread = 0
        try:
            arrivals = port.receive(limit)
            quotes = port.faults(self._requests.cookie, limit) if len(arrivals) < limit else []
        except OSError as error:
            self._lose(port, error)
            return
        now_ns, now_real_ns = self._clock.monotonic_ns(), self._clock.realtime_ns()
        for arrival in arrivals:
            why = self._take(port, arrival, now_ns, now_real_ns)
            if why:
                self._on_ignored(why, 1)
        for quote in quotes:
            if not self._take_quote(quote, now_ns):
                self._on_ignored("quote", 1)

    def _take(self, port: EchoPort, arrival: Arrival, now_ns: int, now_real_ns: int) -> str:
        """Book one message; return why it was ignored, or nothing."""
        message, stamp_ns, source = arrival
        if not message or message[0] != DIALECTS[port.family].reply:
            return self._take_other(port, message, source, now_ns)
        if len(message) != MESSAGE.size:
            return "length"
        _, code, _, echo_id, sequence, cookie, serial = MESSAGE.unpack(message)
        if cookie != self._requests.cookie:
            return "cookie"
        packet = self._ring.find(serial)
        if packet is None:
            return self._ring.why_not_waiting(serial)
        run = packet.run
        if echo_id != run.echo_id or sequence != serial & 0xFFFF:
            return "identifier"
        if source != run.address.host:
            return "source"
        if code:
            return "type"
        rtt_ns, stamped = packet.rtt_ns(stamp_ns, now_ns, now_real_ns)
        if stamped and rtt_ns > run.timeout_ns:
            return "late"
        self._ring.settle(serial, Fate.ANSWERED)
        run.waiting -= 1
        run.rtts_ns.append(rtt_ns)
        run.finish_if_over(now_ns)
        return ""

    def _take_other(self, port: EchoPort, message: bytes, source: str, now_ns: int) -> str:
        dialect = DIALECTS[port.family]
        if not message or message[0] not in (dialect.unreachable, dialect.time_exceeded):
            return "type"
        quote = read_error(port.family, message, source, self._requests.cookie)
        return "" if self._take_quote(quote, now_ns) else "quote"

    def _take_quote(self, quote: Quote | None, now_ns: int) -> bool:
        """Book an error if it is about a packet that waits."""
        packet = self._ring.at(quote.sequence) if quote else None
        if quote is None or packet is None or not packet.is_quoted_by(quote):
            return False
        self._ring.settle(packet.serial, Fate.EXPIRED)
        packet.run.waiting -= 1
        packet.run.refusals.append(quote.describe())
        packet.run.finish_if_over(now_ns)
        return True

    def _lose(self, port: EchoPort, error: OSError) -> None:
        self._ports.lose(port, error)
        for run in tuple(self._runs):
            if run.port is port:
                detail = f"the socket failed: {error.strerror}"
                run.abort(Reason.NO_SOCKET, detail, self._clock.monotonic_ns())

    # -- what falls due

    def _arm(self, due_ns: int) -> None:
        if due_ns >= self._timer_ns:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._timer_ns = due_ns
        delay_s = max(0, due_ns - self._clock.monotonic_ns()) / 1e9
        self._timer = self._clock.call_later(delay_s, self._tick)

    def _tick(self) -> None:
        """Expire, but first read what came in while the loop was busy; then send what is due."""
        self._timer, self._timer_ns = None, _NEVER_NS
        now_ns = self._clock.monotonic_ns()
        due = [p for p in self._expiries.take_due(now_ns) if self._ring.find(p.serial) is p]
        for port in {packet.run.port for packet in due}:
            self._read(port, _DRAIN_LIMIT)
        dropped = self._ports.count_drops()
        if dropped:
            self._on_dropped(dropped)
        for packet in due:
            self._expire(packet, now_ns)
        for run in self._sendings.take_due(now_ns):
            if run.unsent:
                self._send(run)
        for next_ns in (self._expiries.next_ns(), self._sendings.next_ns()):
            if next_ns is not None:
                self._arm(next_ns)

    def _expire(self, packet: Packet, now_ns: int) -> None:
        if not self._ring.settle(packet.serial, Fate.EXPIRED):
            return
        run = packet.run
        run.waiting -= 1
        late_ns = now_ns - packet.deadline_ns
        if late_ns > max(run.timeout_ns // 2, 2 * TICK_NS):
            detail = f"the event loop stood still for {late_ns / 1e9:.3f} s of this run"
            run.blind(Reason.STALLED, detail)
        elif self._ports.dropped_since(run.port, packet.sent_ns):
            run.blind(Reason.STALLED, "our receive buffer overflowed during this run")
        else:
            run.lost += 1
        run.finish_if_over(now_ns)

    def _since_s(self, started_ns: int) -> float:
        return (self._clock.monotonic_ns() - started_ns) / 1e9


def _new_run(settings: IcmpSettings, address: Address, lease: Lease, started_ns: int) -> Run:
    return Run(
        lease.port,
        lease.echo_id,
        address,
        address.sockaddr(),
        settings.packets,
        round(settings.spacing * 1e9),
        round(settings.timeout * 1e9),
        started_ns,
        asyncio.get_running_loop().create_future(),
    )
