"""The shipped middle of the daemon over a fleet of clinics, and what a reading costs in it.

All of it is shipped: watch, pipeline, journal, heartbeat of the loop. Nobody subscribes, for
what an exporter does with an event is its own, and the clock is moved by hand.
"""

import asyncio
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

from bench.judgement.scenarios.fleets import ANCHORS, clinic, fleet, link
from config.component import Probe
from config.site import Node
from exporters.exposition import Exposition
from exporters.self_metrics import SelfMetrics
from monitor.journal import Journal
from monitor.pipeline import Pipeline
from monitor.sight.sight import Surroundings
from monitor.stalls import Stalls
from monitor.watch import Watch
from probes.echo_figures import EchoFigures
from probes.reading import Reading, Reason

BELOW_A_NODE = 50
INTERVAL_S, REPROBE_S, TIMEOUT_S = 30.0, 1.0, 2.0
ANSWER = Reading(True, 0.02, echo=EchoFigures(1, (20_000_000,)))
LOSS = Reading(False, TIMEOUT_S, Reason.NO_REPLY, echo=EchoFigures(1))
_TUESDAY = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
_HEARD_OFTEN_ENOUGH = 150
"""So many answers, an hour and a quarter of them: habits are formed, nothing is new any more."""


class SetClock:
    """`monitor.ports.Clock` that shows what it was set to, and does not work it out each time."""

    def __init__(self) -> None:
        self.now_s, self.at = 1000.0, _TUESDAY

    def monotonic(self) -> float:
        return self.now_s

    def now(self) -> datetime:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.move(seconds)

    async def wait(self, _event: object, seconds: float) -> None:
        self.move(seconds)

    def move(self, seconds: float) -> None:
        self.now_s += seconds
        self.at += timedelta(seconds=seconds)


class Folding:
    """One life over so many clinics, some below each node, with an anchor that always answers.

    `fold` is what a reading is handed to: the whole pipeline, or the judge alone.
    """

    def __init__(self, clinics: int, folder: Path, *, is_whole: bool = True) -> None:
        self.clock = SetClock()
        sites = [
            clinic(f"cs-{n}", power=[], links=[link(node=f"pop-{n // BELOW_A_NODE}")])
            for n in range(clinics)
        ]
        nodes = [Node(id=f"pop-{n}") for n in range(-(-clinics // BELOW_A_NODE))]
        telemetry = SelfMetrics(
            Exposition(), version=version("guardia"), started_at=self.clock.now()
        )
        self._journal = Journal(folder / "journal.db", self.clock, telemetry)
        self._journal.open()
        planned = fleet(*sites, nodes=nodes)
        self.watch = Watch(planned, Surroundings(ANCHORS[:1]), self._journal.number)
        stalls = Stalls(self.clock, telemetry)
        self._pipeline = Pipeline(
            self.watch, self._journal, _nobody, _nobody, stalls, self.clock, telemetry
        )
        self._pipeline.recall(self._journal.load_incidents())
        probes = self.watch.probes().values()
        self.links = [probe for probe in probes if "/link/" in probe.key]
        self._others = [probe for probe in probes if "/link/" not in probe.key]
        self._fold: Callable[[Probe, Reading], object] = self._whole if is_whole else self._judged
        for _ in range(_HEARD_OFTEN_ENOUGH):
            self.steady()

    def close(self) -> None:
        """Write down what is left, and let go of the journal."""
        asyncio.run(self._journal.close())

    def steady(self) -> float:
        """Let every link answer in its turn; return the CPU seconds of all."""
        self._pass_time(INTERVAL_S)
        return self._folded_s(self.links, ANSWER)

    def doubted(self, turn: int) -> tuple[float, int]:
        """Let one link below each node lose a packet, and answer until none is in doubt.

        Return the CPU seconds of these readings, and how many they were. The others have answered
        shortly before.
        """
        some = self.links[turn % BELOW_A_NODE :: BELOW_A_NODE]
        self._pass_time(TIMEOUT_S)
        spent_s, readings = self._folded_s(some, LOSS), len(some)
        while any(self._is_in_doubt(probe) for probe in some):
            self._pass_time(REPROBE_S)
            spent_s += self._folded_s(some, ANSWER)
            readings += len(some)
        return spent_s, readings

    def cut(self, cut: int, rounds: int) -> float:
        """Let so many links fall at once, and be asked in doubt until all is told.

        Return the CPU seconds of the readings and of the ticks between them.
        """
        self.steady()
        fallen, rest = self.links[:cut], self.links[cut:]
        spent_s = 0.0
        for _ in range(rounds):
            self._pass_time(TIMEOUT_S)
            self._folded_s(rest, ANSWER)
            spent_s += self._folded_s(fallen, LOSS)
            began_s = time.process_time()
            while self._pipeline.tick():
                continue
            spent_s += time.process_time() - began_s
        return spent_s

    def _is_in_doubt(self, probe: Probe) -> bool:
        standing = self.watch.standing(probe.component)
        return standing is not None and standing.suspect

    def _pass_time(self, seconds: float) -> None:
        self.clock.move(seconds)
        for probe in self._others:
            self._pipeline.fold(probe, ANSWER, self.clock.now_s)

    def _folded_s(self, probes: Iterable[Probe], reading: Reading) -> float:
        fold = self._fold
        began_s = time.process_time()
        for probe in probes:
            fold(probe, reading)
        return time.process_time() - began_s

    def _whole(self, probe: Probe, reading: Reading) -> None:
        self._pipeline.fold(probe, reading, self.clock.now_s)

    def _judged(self, probe: Probe, reading: Reading) -> None:
        self.watch.observe(probe, reading, self.clock.now_s, self.clock.at)


def _nobody(_told: object) -> None:
    """Hear an event, or see a run, and do nothing."""
