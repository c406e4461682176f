"""A run that is more than one packet and its reply: many packets, a fresh identifier, a retry."""

from collections.abc import Callable

from probes.echo_figures import EchoFigures
from probes.icmp_echo import Echo
from probes.icmp_ports import Lease
from probes.reading import Reading, Reason
from probes.runs import Answer


class Run:
    """Its packets are in exactly one of: unsent, waiting, answered, lost, refused, unseen.

    Unseen are those whose reply we may have missed by our own fault. They are missing, not lost:
    the figures leave them out. `on_end` hears once that nothing more will leave or be read.
    """

    __slots__ = (
        "_answer", "_blindness", "_lost", "_on_end", "_refusals", "_rtts_ns", "_started_ns",
        "echo", "in_doubt", "is_over", "lease", "may_retry", "unsent", "waiting",
    )  # fmt: skip

    def __init__(
        self, echo: Echo, in_doubt: bool, answer: Answer, on_end: Callable[["Run"], None]
    ) -> None:
        self.echo = echo
        self.in_doubt = in_doubt
        self.lease: Lease | None = None
        self.unsent = echo.manner.packets
        self.waiting = 0
        self.may_retry = True
        self.is_over = False
        self._answer = answer
        self._on_end = on_end
        self._started_ns = -1
        self._lost = 0
        self._rtts_ns: list[int] = []
        self._refusals: list[str] = []
        self._blindness: tuple[Reason, str] | None = None

    def sent(self, now_ns: int) -> None:
        """Book a packet that left. The run's clock starts with the first."""
        if self._started_ns < 0:
            self._started_ns = now_ns
        self.waiting += 1
        self.unsent -= 1
        self.may_retry = True

    def answered(self, rtt_ns: int, now_ns: int) -> None:
        self._rtts_ns.append(rtt_ns)
        self._settle(now_ns)

    def refused(self, words: str, now_ns: int) -> None:
        self._refusals.append(words)
        self._settle(now_ns)

    def lost(self, now_ns: int) -> None:
        self._lost += 1
        self._settle(now_ns)

    def unseen(self, reason: Reason, detail: str, now_ns: int) -> None:
        """Book a packet whose reply we may have missed; the first reason speaks for the run."""
        self._blindness = self._blindness or (reason, detail)
        self._settle(now_ns)

    def give_up(self, reason: Reason, detail: str, now_ns: int) -> None:
        """Send no more; what is under way may still speak."""
        self.unsent = 0
        self._blindness = self._blindness or (reason, detail)
        self._end_if_over(now_ns)

    def abort(self, reason: Reason, detail: str, now_ns: int) -> None:
        """End at once, whatever still waits."""
        if not self.is_over:
            self._end(self._reading(reason, detail, now_ns))

    def abandon(self) -> None:
        """End without an answer: nobody waits any more."""
        if not self.is_over:
            self._close()

    def _settle(self, now_ns: int) -> None:
        self.waiting -= 1
        self._end_if_over(now_ns)

    def _end_if_over(self, now_ns: int) -> None:
        if not self.unsent and not self.waiting and not self.is_over:
            self._end(self._sum_up(now_ns))

    def _end(self, reading: Reading) -> None:
        self._close()
        self._answer(reading)

    def _close(self) -> None:
        self.is_over = True
        self.unsent = 0
        self._on_end(self)

    def _sum_up(self, now_ns: int) -> Reading:
        """Any reply is a success, any loss outweighs our own blindness."""
        if self._rtts_ns:
            return self._reading(None, self._refusals[0] if self._refusals else "", now_ns)
        if self._refusals:
            return self._reading(Reason.UNREACHABLE, self._refusals[0], now_ns)
        if self._lost or self._blindness is None:
            return self.echo.lost(self._lost, self._lasted_ns(now_ns))
        return self._reading(*self._blindness, now_ns)

    def _reading(self, reason: Reason | None, detail: str, now_ns: int) -> Reading:
        counted = len(self._rtts_ns) + self._lost + len(self._refusals)
        return Reading(
            reason is None,
            self._lasted_ns(now_ns) / 1e9,
            reason,
            "; ".join(part for part in (detail, self.echo.note) if part),
            self.echo.host,
            EchoFigures(counted, tuple(self._rtts_ns)),
        )

    def _lasted_ns(self, now_ns: int) -> int:
        return now_ns - self._started_ns if self._started_ns >= 0 else 0
