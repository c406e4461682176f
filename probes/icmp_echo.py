"""An echo question, prepared once: whom to ask, and how, with nothing left to work out."""

import socket
from collections.abc import Callable
from dataclasses import dataclass

from config.probe import IcmpSettings
from probes.echo import HEADER, MESSAGE
from probes.echo_figures import EchoFigures
from probes.icmp_outlet import Outlet
from probes.reading import Reading, Reason
from probes.resolve import Address, SocketAddress
from probes.runs import Answer

MIN_SIZE_BYTES = MESSAGE.size - HEADER.size


@dataclass(frozen=True, slots=True)
class Manner:
    """How a probe asks, whomever it asks: one object for all that ask alike."""

    packets: int
    spacing_ns: int
    timeout_ns: int
    message_bytes: int
    padding: bytes

    @classmethod
    def of(cls, settings: IcmpSettings) -> "Manner":
        return cls(
            settings.packets,
            round(settings.spacing * 1e9),
            round(settings.timeout * 1e9),
            HEADER.size + settings.size,
            bytes(settings.size - MIN_SIZE_BYTES),
        )


class Echo:
    """One target and how to ask it. Asked any number of times; it keeps no state of a run."""

    __slots__ = ("_begin", "host", "manner", "note", "outlet", "packed", "sockaddr")

    def __init__(
        self,
        address: Address,
        outlet: Outlet,
        manner: Manner,
        begin: Callable[["Echo", bool, Answer], None],
    ) -> None:
        self.host = address.host
        self.note = address.note
        self.packed = socket.inet_pton(address.family, address.host)
        self.sockaddr: SocketAddress = address.sockaddr()
        self.outlet = outlet
        self.manner = manner
        self._begin = begin

    def ask(self, in_doubt: bool, answer: Answer) -> None:
        """Make one run: a `probes.runs.Question`. In doubt, under a fresh identifier."""
        self._begin(self, in_doubt, answer)

    def answered(self, rtt_ns: int, lasted_ns: int) -> Reading:
        """Return the reading of a run of one packet that was answered."""
        return Reading(True, lasted_ns / 1e9, None, self.note, self.host, EchoFigures(1, (rtt_ns,)))

    def unanswered(self, reason: Reason, detail: str, lasted_ns: int, counted: int = 1) -> Reading:
        """Return the reading of a run without any reply; `counted` packets speak for it."""
        told = f"{detail}; {self.note}" if self.note else detail
        return Reading(False, lasted_ns / 1e9, reason, told, self.host, EchoFigures(counted))

    def lost(self, packets: int, lasted_ns: int) -> Reading:
        """Return the reading of silence."""
        words = "1 packet" if packets == 1 else f"{packets} packets"
        detail = f"no reply to {words} within {self.manner.timeout_ns / 1e9:g} s"
        return self.unanswered(Reason.NO_REPLY, detail, lasted_ns, packets)
