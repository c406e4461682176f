"""One life of the daemon's core: the shipped scheduler, watch, pipeline and journal, by hand.

It ends by a kill: what it had not written down is lost, and nothing says goodbye.
"""

from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from pathlib import Path

from bench.judgement.scenarios.clock import HandClock
from bench.judgement.scenarios.turner import Turner
from bench.judgement.scenarios.world import World
from config.component import Probe
from config.fleet import Fleet
from exporters.exposition import Exposition
from exporters.self_metrics import SelfMetrics
from monitor.app import TICK_S
from monitor.events import AnyEvent
from monitor.journal import Journal
from monitor.pipeline import Pipeline
from monitor.ports import ProbeRun
from monitor.roster import Roster
from monitor.scheduler import Scheduler
from monitor.sight.sight import Surroundings
from monitor.stalls import STALL_S, Stalls
from monitor.watch import Watch
from probes.reading import Reading, Reason
from probes.runs import Answer, Question


class HandStalls(Stalls):
    """Knows of the stalls that a story tells of, and of no others."""

    def __init__(self, clock: HandClock, telemetry: SelfMetrics) -> None:
        super().__init__(clock, telemetry)
        self.held_up: list[tuple[float, float]] = []

    def within_s(self, from_s: float, to_s: float) -> float:
        spans = (min(to_s, end_s) - max(from_s, began_s) for began_s, end_s in self.held_up)
        return sum(span for span in spans if span > 0)


class Life:
    """`told` hears each event as it is published; `ran` sees every run."""

    def __init__(
        self,
        fleet: Fleet,
        anchors: tuple[str, ...],
        world: World,
        clock: HandClock,
        turner: Turner,
        journal: Path,
        told: Callable[[AnyEvent], None],
        ran: Callable[[ProbeRun], None],
    ) -> None:
        self._world, self._clock, self._turner = world, clock, turner
        telemetry = SelfMetrics(Exposition(), version=version("guardia"), started_at=clock.now())
        self.journal = Journal(journal, clock, telemetry)
        self.journal.open()
        incidents = self.journal.load_incidents()
        self._roster = Roster(fleet)
        around = Surroundings(anchors)
        self.watch = Watch(self._roster.watched(clock.now()), around, self.journal.number)
        self.stalls = HandStalls(clock, telemetry)
        self.pipeline = Pipeline(self.watch, self.journal, told, ran, self.stalls, clock, telemetry)
        self.pipeline.recall(incidents)
        self._scheduler = Scheduler(self._question, self.pipeline.fold, clock, telemetry)
        self._scheduler.plan(self.watch.probes())
        self._scheduler.hasten(self.pipeline.unsettled())
        turner.serve(self._scheduler.serve())
        turner.after(TICK_S, self._tick)

    def reload(self, fleet: Fleet) -> None:
        """Take over another fleet, as `POST /-/reload` does."""
        self._world.fleet = fleet
        self._roster.take(fleet)
        self._take_over()

    async def kill(self) -> None:
        """End it as a power cut would, a moment after its last write."""
        self._turner.end()
        await self.journal.close()

    def _take_over(self) -> None:
        self.pipeline.reload(self._roster.watched(self._clock.now()))
        self._scheduler.plan(self.watch.probes())

    def _tick(self) -> None:
        if self._roster.is_due(self._clock.now()):
            self._take_over()
        while self.pipeline.tick():
            continue
        self._turner.after(TICK_S, self._tick)

    def _question(self, probe: Probe) -> Question:
        return partial(self._ask, probe)

    def _ask(self, probe: Probe, in_doubt: bool, answer: Answer) -> None:
        clock = self._clock
        reading = self._world.ask(
            probe, clock.elapsed_s, clock.true_now(), clock.now(), in_doubt=in_doubt
        )
        began_s = clock.monotonic()
        self._turner.after(reading.duration_s, partial(self._bring, answer, reading, began_s))

    def _bring(self, answer: Answer, reading: Reading, began_s: float) -> None:
        """Hand it over, unless we stood still meanwhile: then it was given up unread."""
        if reading.success and self.stalls.within_s(began_s, self._clock.monotonic()) >= STALL_S:
            reading = Reading.failed(Reason.NO_REPLY, "", reading.duration_s)
        answer(reading)
