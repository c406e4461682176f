"""A figure passes when it was measured and keeps to its bound, and in no other case."""

import math

import pytest

from bench.figure import Ask, Bound, Figure, Verdict
from tests.bench.figures import BROKEN, FAILING, JUST_PASSING, PASSING, SHOWN, SKIPPED


@pytest.mark.parametrize(
    ("bound", "value", "holds"),
    [
        ("<= 4", 4.0, True),
        ("<= 4", 4.001, False),
        (">= 20", 20.0, True),
        (">= 20", 19.9, False),
        ("<= 4", math.nan, False),
        (">= 20", math.nan, False),
    ],
)
def test_a_bound_holds_up_to_its_limit(bound: str, value: float, holds: bool) -> None:
    assert Bound.parse(bound).holds(value) is holds


@pytest.mark.parametrize("text", ["4", "< 4", "<=4", "<= four", ""])
def test_a_bound_that_says_nothing_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"bound|float"):
        Bound.parse(text)


def test_each_figure_has_its_verdict() -> None:
    figures = (PASSING, JUST_PASSING, FAILING, SKIPPED, BROKEN, SHOWN)
    assert [figure.verdict for figure in figures] == [
        Verdict.PASS,
        Verdict.PASS,
        Verdict.FAIL,
        Verdict.SKIP,
        Verdict.FAIL,
        Verdict.SHOWN,
    ]


def test_the_stretch_is_reached_only_by_what_passes_and_has_one() -> None:
    assert PASSING.reaches_stretch
    assert not JUST_PASSING.reaches_stretch
    assert not FAILING.reaches_stretch
    assert not Ask("A figure", "ms", "<= 4", "<= 3").skipped("no peer").reaches_stretch


def test_what_was_not_measured_says_why() -> None:
    with pytest.raises(ValueError, match="a value or a reason"):
        Figure("A figure", "ms", None)
    with pytest.raises(ValueError, match="a value or a reason"):
        Figure("A figure", "ms", 1.0, reason="no peer")
