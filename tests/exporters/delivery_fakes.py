"""A delivery log in memory, receivers that answer from a script, and waiting without sleeping."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest

from exporters.posting import Answer, Verdict
from monitor.events import IncidentEvent
from monitor.ports import Delivery
from tests.clock import FakeClock
from tests.telemetry import RecordingTelemetry

TOLD = Answer(Verdict.TOLD)
REFUSED_CONNECTION = Answer(Verdict.AWAY, "ClientConnectorError: connection refused")
SERVER_ERROR = Answer(Verdict.AWAY, "HTTP 500: out of order")
UNAUTHORIZED = Answer(Verdict.BARRED, "HTTP 401: who are you?")
BAD_REQUEST = Answer(Verdict.REFUSED, "HTTP 400: start time must be before end time")


class KilledError(BaseException):
    """Stands for `kill -9`: nothing after it runs."""


class FakeLog:
    """The durable half of the outbox. What is not settled is lost by `kill`."""

    def __init__(self) -> None:
        self.events: dict[str, IncidentEvent] = {}
        self.kept: dict[tuple[str, str], Delivery] = {}
        self.unsettled: dict[tuple[str, str], Delivery] = {}
        self.disk_works = True
        self.hangs = False
        self.settlings = 0
        self.changed = asyncio.Event()
        self.before_step: Callable[[str], None] = lambda _: None

    def note(self, event: IncidentEvent) -> IncidentEvent:
        """Do as the journal does before an event is offered."""
        self.events[event.id] = event
        return event

    def of(self, receiver: str, incident: str = "INC-1") -> Delivery:
        key = (receiver, incident)
        return self.unsettled.get(key) or self.kept.get(key) or Delivery(*key)

    def delivery(self, receiver: str, incident: str) -> Delivery:
        return self.of(receiver, incident)

    def kill(self) -> None:
        self.unsettled.clear()

    def deliveries(self, receiver: str) -> Sequence[tuple[IncidentEvent, Delivery]]:
        pairs = [(event, self.of(receiver, event.id)) for event in self.events.values()]
        owed = [(e, d) for e, d in pairs if e.closed_at is None or not d.knows_all(e)]
        return sorted(owed, key=lambda pair: pair[0].opened_at)

    def record(self, delivery: Delivery) -> None:
        self.before_step("record")
        self.unsettled[delivery.receiver, delivery.incident] = delivery
        self.changed.set()

    async def settled(self) -> bool:
        self.before_step("settled")
        self.settlings += 1
        if self.hangs:
            await asyncio.Event().wait()
        if self.disk_works:
            self.commit()
        return self.disk_works

    def commit(self) -> None:
        """Do what the journal does by itself within milliseconds."""
        self.kept |= self.unsettled
        self.unsettled.clear()


class Witness(RecordingTelemetry):
    """Telemetry that can be waited for."""

    def __init__(self) -> None:
        super().__init__()
        self._stirred = asyncio.Event()

    def delivered(self, hop: str, seconds: float) -> None:
        super().delivered(hop, seconds)
        self._stirred.set()

    def delivery_failed(self, exporter: str) -> None:
        super().delivery_failed(exporter)
        self._stirred.set()

    def queue_length(self, exporter: str, length: int) -> None:
        super().queue_length(exporter, length)
        self._stirred.set()

    def exporter_up(self, exporter: str, *, is_up: bool) -> None:
        super().exporter_up(exporter, is_up=is_up)
        self._stirred.set()

    async def until(self, condition: Callable[[], bool], within_s: float = 10.0) -> None:
        """Return once it holds, looking again whenever something was counted."""
        async with asyncio.timeout(within_s):
            while not condition():
                self._stirred.clear()
                await self._stirred.wait()


class DeliveryBench:
    """What one exporter is tried with. Its receivers are real: waiting is in real time."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.log = FakeLog()
        self.telemetry = Witness()

    async def told(self, count: int) -> None:
        """Return once that many were confirmed."""
        await self.telemetry.until(lambda: len(self.telemetry.deliveries) >= count)

    async def failed(self, count: int) -> None:
        """Return once that many tries were in vain."""
        await self.telemetry.until(lambda: self.telemetry.failures.total() >= count)


class ScriptedPost:
    """Answers what its script says next, then always `TOLD`; remembers what it was sent."""

    def __init__(self, *script: Answer) -> None:
        self.script = list(script)
        self.bodies: list[Any] = []
        self.headers: list[Mapping[str, str]] = []
        self.accepted: list[Any] = []
        self.refuses: Callable[[Any], bool] = lambda _: False
        self.before_step: Callable[[str], None] = lambda _: None

    async def __call__(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        self.before_step("post")
        sent = json.loads(body)
        self.bodies.append(sent)
        self.headers.append(headers)
        answer = self.script.pop(0) if self.script else TOLD
        if self.refuses(sent):
            answer = BAD_REQUEST
        if answer.verdict is Verdict.TOLD:
            self.accepted.append(sent)
            self.take(sent)
        self.before_step("posted")
        return answer

    def take(self, sent: Any) -> None:  # noqa: ANN401 - any JSON
        """Do with an accepted body what the receiver would; for fakes that know better."""


@asynccontextmanager
async def running(work: Coroutine[Any, Any, None]) -> AsyncIterator[asyncio.Task[None]]:
    """Run it while the block lasts, then cancel it, as a stopping daemon does."""
    async with asyncio.TaskGroup() as group:
        task = group.create_task(work, name="under test")
        yield task
        task.cancel()


def logged(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    """Return level and message of what exporters logged: asyncio's own complaints left out."""
    return [
        (record.levelname, record.getMessage())
        for record in caplog.records
        if record.name.startswith("exporters")
    ]
