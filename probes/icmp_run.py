"""One run: up to a hundred packets to one target, and what became of them."""

import asyncio
from dataclasses import dataclass, field

from probes.echo_figures import EchoFigures
from probes.icmp_errors import Quote
from probes.icmp_socket import EchoPort
from probes.reading import Reading, Reason
from probes.resolve import Address, SocketAddress

STEP_NS = 1_000_000
"""Two readings of (real time - monotonic time) further apart than this: the clock was set.
Slewing, at 500 millionths at most, moves them that far apart in two seconds."""


@dataclass(slots=True, eq=False)
class Run:
    """Its packets are in exactly one of: unsent, waiting, answered, lost, refused, unseen.

    Unseen are those whose reply we may have missed by our own fault. They are missing, not lost:
    the figures leave them out.
    """

    port: EchoPort
    echo_id: int
    address: Address
    sockaddr: SocketAddress
    unsent: int
    spacing_ns: int
    timeout_ns: int
    started_ns: int
    done: asyncio.Future[Reading]
    may_retry: bool = True
    waiting: int = 0
    lost: int = 0
    rtts_ns: list[int] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    blindness: tuple[Reason, str] | None = None

    def blind(self, reason: Reason, detail: str) -> None:
        """Note our own failure; the first one speaks for the run."""
        self.blindness = self.blindness or (reason, detail)

    def give_up(self, reason: Reason, detail: str) -> None:
        """Send no more."""
        self.unsent = 0
        self.blind(reason, detail)

    def finish_if_over(self, now_ns: int) -> None:
        if not self.unsent and not self.waiting and not self.done.done():
            self.done.set_result(self.reading(now_ns))

    def abort(self, reason: Reason, detail: str, now_ns: int) -> None:
        """End at once, whatever still waits."""
        self.unsent = 0
        if not self.done.done():
            self.done.set_result(self._reading(reason, detail, now_ns))

    def reading(self, now_ns: int) -> Reading:
        """Sum up. Any reply is a success, any loss outweighs our own blindness."""
        if self.rtts_ns:
            return self._reading(None, self.refusals[0] if self.refusals else "", now_ns)
        if self.refusals:
            return self._reading(Reason.UNREACHABLE, self.refusals[0], now_ns)
        if self.lost or self.blindness is None:
            packets = "1 packet" if self.lost == 1 else f"{self.lost} packets"
            detail = f"no reply to {packets} within {self.timeout_ns / 1e9:g} s"
            return self._reading(Reason.NO_REPLY, detail, now_ns)
        return self._reading(*self.blindness, now_ns)

    def _reading(self, reason: Reason | None, detail: str, now_ns: int) -> Reading:
        counted = len(self.rtts_ns) + self.lost + len(self.refusals)
        return Reading(
            reason is None,
            (now_ns - self.started_ns) / 1e9,
            reason,
            "; ".join(part for part in (detail, self.address.note) if part),
            self.address.host,
            EchoFigures(counted, tuple(self.rtts_ns)),
        )


@dataclass(slots=True, eq=False)
class Packet:
    """One request under way."""

    run: Run
    serial: int
    sent_ns: int
    sent_real_ns: int

    @property
    def deadline_ns(self) -> int:
        return self.sent_ns + self.run.timeout_ns

    def rtt_ns(self, stamp_ns: int, now_ns: int, now_real_ns: int) -> tuple[int, bool]:
        """Return the round trip, and whether the kernel's stamp measured it.

        Without a stamp, or when the real-time clock was set while the packet was under way, the
        time until now stands in: an upper bound.
        """
        rtt_ns = stamp_ns - self.sent_real_ns
        elapsed_ns = now_ns - self.sent_ns
        moved_ns = (now_real_ns - now_ns) - (self.sent_real_ns - self.sent_ns)
        if stamp_ns and abs(moved_ns) <= STEP_NS and 0 <= rtt_ns <= elapsed_ns + STEP_NS:
            return rtt_ns, True
        return elapsed_ns, False

    def is_quoted_by(self, quote: Quote) -> bool:
        return (
            quote.echo_id == self.run.echo_id
            and quote.destination == self.run.address.host
            and quote.serial in (None, self.serial)
        )
