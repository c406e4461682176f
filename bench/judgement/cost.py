"""What judging costs: a reading in the steady state and in doubt, and a component's memory.

The whole of `Pipeline.fold` is timed: judge, state, diagnosis where something changed, journal.
"""

import asyncio
import gc
import tempfile
import time
import tracemalloc
from itertools import cycle, islice
from pathlib import Path

from bench.figure import Ask, Figure
from bench.judgement.scenarios.clock import TUESDAY
from bench.judgement.scenarios.fleets import clinic, fleet
from bench.judgement.scenarios.stage import Stage
from config.component import Probe
from monitor.standing import Standing
from probes.echo_figures import EchoFigures
from probes.reading import Reading, Reason

_SITES, _RUNS, _ROUNDS = 500, 20_000, 5
_COMPONENTS, _SAMPLE = 100_000, 10_000
ANSWER = Reading(True, 0.02, echo=EchoFigures(1, (20_000_000,)))
LOSS = Reading.failed(Reason.NO_REPLY, "", 1.0)


def cost_figures() -> list[Figure]:
    """Measure in CPU time; the least of some rounds, for neighbours only ever add."""
    steady, doubt = _folding_us()
    return [
        Ask("judging a reading, steady", "µs", "<= 15").measured(steady),
        Ask("judging a reading, in doubt", "µs", "<= 60").measured(doubt),
        Ask("memory of 100,000 components", "MB", "<= 200").measured(_memory_mb()),
    ]


def _folding_us() -> tuple[float, float]:
    sites = [clinic(f"cs-{place}", power=[]) for place in range(_SITES)]
    with tempfile.TemporaryDirectory(prefix="cost-") as folder:
        stage = Stage(fleet(*sites), (), TUESDAY, Path(folder), "cost")
        probes = list(stage.life.watch.probes().values())
        _round_us(stage, probes, [ANSWER], _SITES * 3)
        steady = [_round_us(stage, probes, [ANSWER], _RUNS) for _ in range(_ROUNDS)]
        doubt = [_round_us(stage, probes, [LOSS, ANSWER, ANSWER], _RUNS) for _ in range(_ROUNDS)]
        asyncio.run(stage.life.kill())
    return min(steady), min(doubt)


def _round_us(stage: Stage, probes: list[Probe], answers: list[Reading], runs: int) -> float:
    """Fold so many readings, the probes in turn; return the mean cost of one."""
    began_s = time.process_time()
    for place, probe in enumerate(islice(cycle(probes), runs)):
        if place % len(probes) == 0:
            stage.clock.elapsed_s += 30.0
        reading = answers[place // len(probes) % len(answers)]
        stage.life.pipeline.fold(probe, reading, stage.clock.monotonic())
    return (time.process_time() - began_s) / runs * 1e6


def _memory_mb() -> float:
    """Return what the verdicts on so many components hold, beside the site list itself."""
    planned = fleet(clinic("cs", power=[])).components["cs/link/cfe"]
    gc.collect()
    tracemalloc.start()
    held = [Standing.of(planned) for _ in range(_SAMPLE)]
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return size / len(held) * _COMPONENTS / 1e6
