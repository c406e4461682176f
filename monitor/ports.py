"""Where exporters plug in: what they are given, and what they must promise."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, NamedTuple, Protocol, runtime_checkable

from config.component import Component, Probe
from config.fleet import Fleet
from monitor.events import AnyEvent, IncidentEvent, StateEvent
from monitor.orders import (
    Acknowledge,
    AddWindow,
    AuditEntry,
    EndWindow,
    LetGo,
    Origin,
    Refusal,
    WindowView,
)
from monitor.quality.telemedicine import Assessment
from probes.reading import Reading


class Clock(Protocol):
    """Time. Durations come from `monotonic`, stamps for people from `now`."""

    def monotonic(self) -> float: ...
    def now(self) -> datetime: ...
    async def sleep(self, seconds: float) -> None: ...
    async def wait(self, event: asyncio.Event, seconds: float) -> None:
        """Return when the event is set or the time is over, whichever comes first."""
        ...


class Exporter(Protocol):
    """Tells somebody. `offer` never waits and never raises; `run` delivers at its own pace.

    `run` ends only by cancellation, and then has a second to say goodbye.
    """

    name: str

    def offer(self, event: AnyEvent) -> None: ...
    def reload(self, fleet: Fleet) -> None: ...
    async def run(self) -> None: ...


class ProbeRun(NamedTuple):
    """One run of one probe, as light as it can be: there are a thousand each second.

    `monitor.normalize.probe_event` makes the published event of it, where somebody wants one.
    `assessment` says now and again what a link is good for in telemedicine.
    """

    component: Component
    probe: Probe
    reading: Reading
    at: datetime
    vantage: str
    assessment: Assessment | None = None


@runtime_checkable
class Observer(Protocol):
    """An exporter that wants to see every run. `observe` never waits and never raises."""

    def observe(self, run: ProbeRun) -> None: ...


@dataclass(frozen=True, slots=True)
class Delivery:
    """What one receiver still owes, or was last told, about one incident.

    `told` is the highest `pages` that it has confirmed, `reminded` the same of `reminders`, and
    `told_closed` whether it has confirmed the end; `memo` is the receiver's own, such as the labels
    under which it raised an alert.
    """

    receiver: str
    incident: str
    told: int = 0
    told_closed: bool = False
    memo: str = ""
    reminded: int = 0

    def knows_all(self, event: IncidentEvent) -> bool:
        """Tell whether the end was told, and nobody was called since: it may have come back."""
        return self.told_closed and event.pages <= self.told


class DeliveryLog(Protocol):
    """The durable half of the alert outbox: it survives `kill -9`."""

    def deliveries(self, receiver: str) -> Sequence[tuple[IncidentEvent, Delivery]]:
        """Return every incident that is open or not yet fully told, oldest first."""
        ...

    def delivery(self, receiver: str, incident: str) -> Delivery:
        """Return what a receiver knows of one incident."""
        ...

    def record(self, delivery: Delivery) -> None:
        """Remember it. Never waits: a writer of its own groups and commits."""
        ...

    async def settled(self) -> bool:
        """Wait until all that was recorded before is on disk; False if the disk refuses."""
        ...


class Registry(Protocol):
    """The daemon's present view, for exporters that are asked rather than tell."""

    def fleet(self) -> Fleet: ...
    def states(self) -> Iterable[StateEvent]: ...
    def incidents(self) -> Sequence[IncidentEvent]: ...


class Telemetry(Protocol):
    """The daemon about itself: counted where it happens, exported by Prometheus."""

    def probe_late(self, seconds: float) -> None: ...
    def runs_skipped(self, count: int) -> None:
        """Count turns that a probe could not take, for its run before had not ended."""
        ...

    def loop_stalled(self, seconds: float) -> None: ...
    def blind(self, *, is_blind: bool) -> None: ...
    def was_blind(self, seconds: float) -> None:
        """Count time in which we could not see: no availability can be told of it."""
        ...

    def reloaded(self, *, successful: bool, at: datetime) -> None: ...
    def queue_length(self, exporter: str, length: int) -> None: ...
    def dropped(self, exporter: str, count: int = 1) -> None: ...
    def delivery_failed(self, exporter: str) -> None: ...
    def exporter_up(self, exporter: str, *, is_up: bool) -> None: ...
    def delivered(self, hop: str, seconds: float) -> None:
        """Count one alert told, `seconds` after the incident's event was made."""
        ...

    def journal_writable(self, *, is_writable: bool) -> None: ...
    def replies_ignored(self, why: str, count: int = 1) -> None: ...
    def replies_dropped(self, count: int) -> None: ...


@dataclass(frozen=True, slots=True)
class Health:
    """What `/-/healthy` and `/-/ready` answer. `reason` is empty when all is well."""

    healthy: bool
    ready: bool
    reason: str = ""


class Desk(Protocol):
    """What people order. An answer is given once the order is on disk, or the disk refuses."""

    async def acknowledge(
        self, incident: str, order: Acknowledge, origin: Origin
    ) -> IncidentEvent | Refusal: ...
    async def let_go(
        self, incident: str, order: LetGo, origin: Origin
    ) -> IncidentEvent | Refusal: ...
    async def add_window(self, order: AddWindow, origin: Origin) -> WindowView | Refusal: ...
    async def end_window(
        self, window: str, order: EndWindow, origin: Origin
    ) -> WindowView | Refusal: ...
    def windows(self) -> Sequence[WindowView]: ...
    def audit(self, most: int) -> Sequence[AuditEntry]: ...


class Press(Protocol):
    """Makes reports beside the daemon, one at a time."""

    async def printed(self, words: Sequence[str]) -> BinaryIO | str | None:
        """Return what `guardia report` writes for these options, for the caller to close.

        A text is why it writes nothing; None says that another report is being made.
        """
        ...


class Commands(Protocol):
    """The one way back in: it enters at the top, like configuration does."""

    @property
    def desk(self) -> Desk: ...

    async def reload(self, origin: Origin) -> Sequence[str]:
        """Load again and take over what changed; the problems, if any, leave all as it was."""
        ...

    def health(self) -> Health: ...
