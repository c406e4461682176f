"""What judging costs: a reading in the steady state and in doubt, and a component's memory.

Two figures of each: what the issue asks of the whole way of a reading (`Pipeline.fold`: judge,
state, nodes, diagnosis, incidents, journal), and beside it what the judging alone takes
(`Watch.observe`: without what is written down). In doubt is a lost packet and the answers until
the doubt is over, for one link in fifty at a time.
"""

import gc
import tempfile
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.figure import Ask, Figure, Side
from bench.judgement.folding import BELOW_A_NODE, Folding
from bench.judgement.scenarios.fleets import clinic, fleet
from monitor.standing import Standing

_SITES, _ROUNDS = 500, 40
_FALLING, _STANDING, _TURNS = 1000, 200, 12
_COMPONENTS, _SAMPLE = 100_000, 10_000

STEADY = Ask("judging a reading, steady", "µs", "<= 15")
DOUBT = Ask("judging a reading, in doubt", "µs", "<= 60")
FALL = Ask("judging a reading, 1,000 links falling at once", "µs")
MEMORY = Ask("memory of 100,000 components", "MB", "<= 200")


def cost_figures() -> list[Figure]:
    """Measure in CPU time; the least of some rounds, for neighbours only ever add."""
    whole, alone = _folding_us(is_whole=True), _folding_us(is_whole=False)
    steady, doubt = ([Side("without the journal", value, "µs")] for value in alone)
    return [
        STEADY.measured(whole[0], *steady),
        DOUBT.measured(whole[1], *doubt),
        FALL.measured(_falling_us()),
        MEMORY.measured(_memory_mb()),
    ]


def _folding_us(*, is_whole: bool) -> tuple[float, float]:
    """Return the cost of a steady reading, and of one in doubt."""
    with _folding(_SITES, is_whole=is_whole) as folding:
        steady_s = min(folding.steady() for _ in range(_ROUNDS)) / _SITES
        doubt_s = []
        for _ in range(_ROUNDS // 5):
            folding.steady()
            spent = [folding.doubted(turn) for turn in range(BELOW_A_NODE)]
            doubt_s.append(sum(one for one, _ in spent) / sum(count for _, count in spent))
    return steady_s * 1e6, min(doubt_s) * 1e6


def _falling_us() -> float:
    with _folding(_FALLING + _STANDING) as folding:
        return folding.cut(_FALLING, _TURNS) / (_FALLING * _TURNS) * 1e6


@contextmanager
def _folding(clinics: int, *, is_whole: bool = True) -> Iterator[Folding]:
    with tempfile.TemporaryDirectory(prefix="cost-") as folder:
        folding = Folding(clinics, Path(folder), is_whole=is_whole)
        try:
            yield folding
        finally:
            folding.close()


def _memory_mb() -> float:
    """Return what the verdicts on so many components hold, beside the site list itself."""
    planned = fleet(clinic("cs", power=[])).components["cs/link/cfe"]
    gc.collect()
    tracemalloc.start()
    held = [Standing.of(planned) for _ in range(_SAMPLE)]
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return size / len(held) * _COMPONENTS / 1e6
