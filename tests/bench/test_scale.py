"""What the scale bench makes of lives; test_room.py lives small real ones."""

import pytest

from bench.figure import Verdict
from bench.scale import FLAT, MEMORY, Life, figures_of


def life(cpu_us: float, megabytes: float, failed: int = 0) -> Life:
    return Life(cpu_us, int(megabytes * 1_000_000), ran=1000, failed=failed, late_p99_ms=8.0)


def test_sizes_are_compared_by_their_medians() -> None:
    lives = {1_000: [life(10.0, 50), life(12.0, 50)], 2_000: [life(11.0, 52), life(13.2, 52)]}
    flat, memory = figures_of(FLAT, MEMORY, 500.0, lives)
    assert flat.value == pytest.approx(12.1 / 11.0)
    assert memory.value == pytest.approx(2_000_000 / 1_000 / 1024)
    assert (flat.verdict, memory.verdict) == (Verdict.PASS, Verdict.PASS)


def test_an_engine_that_loses_answers_is_not_compared() -> None:
    lives = {1_000: [life(10.0, 50)], 2_000: [life(5.0, 50, failed=100)]}
    assert all(figure.is_broken for figure in figures_of(FLAT, MEMORY, 500.0, lives))
