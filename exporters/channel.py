"""Tells people in one way, such as by mail: everybody has an outbox and a pace of their own."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self

from config.fleet import Fleet
from exporters.circle import Member
from exporters.courier import Courier
from exporters.message_writer import Compose, MessageWriter
from exporters.outbox import Outbox
from exporters.posting import Answer
from exporters.text import Wording, wording_of
from monitor.events import AnyEvent, IncidentEvent
from monitor.ports import Clock, DeliveryLog, Telemetry


class Carrier(Protocol):
    """Takes a composed message to where it goes. Errors come back as answers."""

    async def __aenter__(self) -> Self: ...
    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...
    async def post(self, body: bytes, headers: Mapping[str, str]) -> Answer: ...


@dataclass(frozen=True, slots=True)
class Destination:
    """One addressee: who it is, in which form it wants a message, and who takes it there."""

    member: Member
    compose: Compose
    carrier: Carrier


class Channel:
    """All addressees of one kind.

    Each has a record in the delivery log (`mail:noc`), so that one mailbox that is full, or a chat
    that is gone, delays nobody else, and nobody is told twice because another could not be told.
    """

    def __init__(
        self,
        name: str,
        destinations: Sequence[Destination],
        circle: Sequence[Member],
        log: DeliveryLog,
        clock: Clock,
        telemetry: Telemetry,
        wording: Wording | None = None,
    ) -> None:
        self.name = name
        self._lines = tuple(
            _Line(
                Outbox(
                    one.member.receiver, log, clock, telemetry, priorities=one.member.priorities
                ),
                MessageWriter(one.member, one.compose, circle, log, wording or Wording()),
                one.carrier,
            )
            for one in destinations
        )

    def offer(self, event: AnyEvent) -> None:
        if isinstance(event, IncidentEvent):
            for line in self._lines:
                line.outbox.offer(event)

    def reload(self, fleet: Fleet) -> None:
        """Take over language, board and runbooks; other addressees need another Channel."""
        for line in self._lines:
            line.writer.wording = wording_of(fleet.settings)

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            for line in self._lines:
                group.create_task(line.run(), name=line.outbox.receiver)


@dataclass(frozen=True, slots=True)
class _Line:
    """What goes to one addressee."""

    outbox: Outbox
    writer: MessageWriter
    carrier: Carrier

    async def run(self) -> None:
        async with self.carrier as carrier:
            await Courier(self.outbox, self.writer, carrier.post).run()
