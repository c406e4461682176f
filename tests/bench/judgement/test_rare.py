"""Forced bursts count what waiting would: where the answer is known, it is that."""

import math
from random import Random

import pytest

from bench.judgement.link_model import Link, LinkModel
from bench.judgement.play import live
from bench.judgement.rare import false_pages_a_year
from bench.judgement.rules import InARow
from monitor.judge.null import YEAR_S


def quick() -> InARow:
    """Sixty seconds of silence, asked every second once in doubt."""
    return InARow(60, interval_s=30.0, retry_s=1.0)


def test_bursts_of_ten_seconds_that_last_a_minute() -> None:
    model = LinkModel("bursts", 0.01, 10.0)
    seen = 10.0 * (1 - math.exp(-3.0)) / 30.0
    expected = model.bursts_hz * YEAR_S * seen * math.exp(-59.0 / 10.0)
    found = false_pages_a_year(model, quick, 60.0, 4000, Random(5))
    assert found == pytest.approx(expected, rel=0.15)


def test_rows_of_independent_losses() -> None:
    model = LinkModel("independent", 0.1)
    rule = InARow(6, interval_s=30.0, retry_s=1.0)
    found = false_pages_a_year(model, lambda: InARow(6, 30.0, 1.0), 60.0, 4000, Random(5))
    assert found == pytest.approx(YEAR_S / rule.base_s * 0.1**6, rel=0.1)


def test_it_agrees_with_waiting() -> None:
    model, waited = LinkModel("heavy tail", 0.05, 5.0), quick()
    live(Link(model, Random(1)), waited, YEAR_S / 4)
    found = false_pages_a_year(model, quick, 60.0, 3000, Random(5))
    assert found == pytest.approx(4 * waited.paged, rel=0.2)
