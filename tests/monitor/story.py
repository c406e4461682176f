"""A stage for stories: the real scheduler, judge, diagnosis and journal on a clock of our own."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from config.component import Probe
from config.fleet import Fleet
from config.settings import Settings
from config.site import Site
from monitor.events import AnyEvent, IncidentEvent, StateEvent
from monitor.journal import Journal
from monitor.pipeline import Pipeline
from monitor.ports import ProbeRun
from monitor.routing.routes import Routes, Tracer
from monitor.scheduler import Scheduler
from monitor.sight.sight import Surroundings
from monitor.sight.uplink import Uplink
from monitor.stalls import Stalls
from monitor.vocabulary import Phase
from monitor.watch import Watch
from probes.echo_figures import EchoFigures
from probes.reading import Battery, Mains, PowerFigures, Reading, Reason, UnitState
from probes.runs import Question, Runs
from tests.clock import START, FakeClock
from tests.telemetry import RecordingTelemetry

SILENCE = Reason.NO_REPLY


@dataclass
class World:
    """What is true out there. Whoever is not named answers."""

    silent: dict[str, Reason] = field(default_factory=dict)
    power: dict[str, PowerFigures] = field(default_factory=dict)
    filters_ping: set[str] = field(default_factory=set)

    def silence(self, *components: str, reason: Reason = SILENCE) -> None:
        self.silent |= dict.fromkeys(components, reason)

    def speak(self, *components: str) -> None:
        for component in components:
            self.silent.pop(component, None)

    def is_silent(self, component: str) -> Reason | None:
        """A component is silent by itself, or with everything of its site."""
        site = component.partition("/")[0]
        return self.silent.get(component) or self.silent.get(site)


class NoStalls(Stalls):
    """A loop that never stands still, and need not prove it twenty times a second."""

    def within_s(self, from_s: float, to_s: float) -> float:
        return 0.0


class Stage:
    """One life of the daemon's middle. `lives` share the journal file."""

    def __init__(
        self, fleet: Fleet, world: World, clock: FakeClock, folder: Path,
        anchors: tuple[str, ...] = (), uplink: Uplink | None = None, tracer: Tracer | None = None,
    ) -> None:  # fmt: skip
        self.clock = clock
        self.tracer = tracer
        self.world = world
        self.telemetry = RecordingTelemetry()
        self.events: list[AnyEvent] = []
        self.observed: list[ProbeRun] = []
        self.asked: list[tuple[float, str]] = []
        self.journal = Journal(folder / "journal.db", clock, self.telemetry)
        self.journal.open()
        incidents = self.journal.load_incidents()
        self.watch = Watch(fleet, Surroundings(anchors, uplink=uplink), self.journal.number)
        self.routes = Routes(self.watch, clock, lambda: "10.0.0.1")
        self.runs = Runs()
        self.pipeline = Pipeline(
            self.watch, self.journal, self._publish, self.observed.append,
            NoStalls(clock, self.telemetry), clock, self.telemetry,
        )  # fmt: skip
        self.pipeline.recall(incidents)
        self.routes.resume()
        self.scheduler = Scheduler(self._question, self.pipeline.fold, clock, self.telemetry)
        self.scheduler.plan(self.watch.probes(), self.watch.phases())
        self.scheduler.hasten(self.pipeline.unsettled())

    @asynccontextmanager
    async def playing(self) -> AsyncIterator["Stage"]:
        asyncio.get_running_loop().set_debug(False)  # a stack per future: ten times slower
        async with asyncio.TaskGroup() as group:
            running = group.create_task(self.runs.serve(), name="runs")
            await asyncio.sleep(0)
            serving = group.create_task(self.scheduler.serve(), name="scheduler")
            ticking = group.create_task(self._tick(), name="tick")
            tracing = group.create_task(self._trace(), name="routes")
            try:
                yield self
            finally:
                running.cancel()
                serving.cancel()
                ticking.cancel()
                tracing.cancel()
        await self.journal.close()

    async def _tick(self) -> None:
        while True:
            await self.clock.sleep(1.0)
            is_behind = True
            while is_behind:
                is_behind = self.pipeline.tick()
                await asyncio.sleep(0)

    async def _trace(self) -> None:
        """Nothing is traced in a story that does not say how."""
        if self.tracer is not None:
            await self.routes.serve(self.tracer, self.pipeline.quote)

    def _publish(self, event: AnyEvent) -> None:
        self.events.append(event)
        self.routes.offer(event)

    def _question(self, probe: Probe) -> Question:
        return self.runs.question(probe.key, partial(self.ask, probe))

    async def ask(self, probe: Probe, in_doubt: bool) -> Reading:
        self.asked.append((self.clock.monotonic(), probe.key))
        reason = self._refusal(probe)
        if reason is not None and not reason.is_blindness and reason is not Reason.REFUSED:
            await self.clock.sleep(probe.settings.timeout)
            reason = self._refusal(probe) or reason
        if reason is not None:
            echo = EchoFigures(1) if probe.settings.kind == "icmp" else None
            return replace(Reading.failed(reason, "", probe.settings.timeout), echo=echo)
        await self.clock.sleep(0.01)
        return Reading(True, 0.01, power=self._power(probe))

    def _refusal(self, probe: Probe) -> Reason | None:
        if probe.settings.kind == "icmp" and probe.component in self.world.filters_ping:
            return SILENCE
        return self.world.is_silent(probe.component)

    async def run(self, probe: Probe) -> None:
        """Make one run and fold what it brought back, without the scheduler."""
        started_s = self.clock.monotonic()
        self.pipeline.fold(probe, await self.ask(probe, in_doubt=False), started_s)

    def _power(self, probe: Probe) -> PowerFigures | None:
        if probe.settings.kind != "power":
            return None
        figures = self.world.power.get(probe.component, GOOD)
        return replace(figures, measured_at=self.clock.now())

    def incidents(self, phase: Phase | None = None) -> list[IncidentEvent]:
        return [
            event
            for event in self.events
            if isinstance(event, IncidentEvent) and phase in (None, event.phase)
        ]

    def states(self, component: str) -> list[str]:
        return [
            event.state.value
            for event in self.events
            if isinstance(event, StateEvent)
            and event.key == component
            and event.state is not event.previous
        ]

    def pages(self) -> int:
        """How many times people were called."""
        called = {(event.id, event.pages) for event in self.incidents() if event.pages}
        return len(called)


GOOD = PowerFigures(
    mains=Mains.PRESENT,
    measured_at=START,
    age_s=0.0,
    unit="ups",
    state=UnitState.ONLINE,
    battery=Battery.NORMAL,
    charge_ratio=1.0,
    runtime_s=1800.0,
)
ON_BATTERY = replace(GOOD, mains=Mains.ABSENT, state=UnitState.ON_BATTERY, charge_ratio=0.9)
RUNNING_LOW = replace(ON_BATTERY, battery=Battery.LOW, charge_ratio=0.1, runtime_s=60.0)

Build = Callable[..., Fleet]


def fleet(*sites: Site, **settings: object) -> Fleet:
    """A fleet whose hospital parts are asked every 5 s and confirmed in 4."""
    return Fleet(
        Settings.model_validate({"include": ["x.yaml"], "vantage": "noc", **settings}), sites
    )


def hospital(site_id: str = "hg", **more: object) -> Site:
    """A hospital with one link, one UPS and its three life-critical areas."""
    return Site.model_validate(
        {
            "id": site_id,
            "name": "Hospital General de Ensenada",
            "clues": "BCIMB000010",
            "state": "BC",
            "timezone": "America/Tijuana",
            "type": "hospital",
            "links": [
                {"id": "cfe", "probes": [{"kind": "icmp", "target": "127.64.0.1"}]},
            ],
            "power": [
                {
                    "id": "ups",
                    "kind": "ups",
                    "source": {"kind": "power", "url": "http://127.64.0.1/power/ups"},
                }
            ],
            "areas": [
                {"id": area, "probes": [{"kind": "icmp", "target": f"127.64.0.{host}"}]}
                for host, area in enumerate(("uci", "urgencias", "quirofano"), start=10)
            ],
            **more,
        }
    )


def clinic(site_id: str = "cs", **more: object) -> Site:
    """A clinic with one link, asked every 30 s, and nothing else."""
    return Site.model_validate(
        {
            "id": site_id,
            "name": "Centro de Salud Loma Linda",
            "links": [{"id": "cfe", "probes": [{"kind": "icmp", "target": "127.65.0.1"}]}],
            **more,
        }
    )
