"""Arithmetic on stretches of time, against sets of milliseconds."""

from collections.abc import Iterable
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from monitor.report.spans import Ruler, Span, common, joined, length, without

SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=8)


def covered(spans: Iterable[Span]) -> set[int]:
    return {at for starts, ends in spans for at in range(starts, ends)}


@given(SPANS)
def test_joined_spans_are_in_order_and_apart(spans: list[Span]) -> None:
    told = joined(spans)
    assert covered(told) == covered(spans)
    assert all(one[1] < other[0] for one, other in pairwise(told))
    assert all(starts < ends for starts, ends in told)


@given(SPANS, SPANS)
def test_what_both_cover_and_what_only_the_first_does(ones: list[Span], others: list[Span]) -> None:
    one, other = joined(ones), joined(others)
    assert covered(common(one, other)) == covered(one) & covered(other)
    assert covered(without(one, other)) == covered(one) - covered(other)
    assert length(one) == length(common(one, other)) + length(without(one, other))


@given(SPANS, st.integers(-5, 65), st.integers(0, 30))
def test_a_ruler_measures_what_lies_within(spans: list[Span], starts: int, size: int) -> None:
    told = joined(spans)
    stretch = (starts, starts + size)
    assert Ruler(told).between(*stretch) == len(covered(told) & covered([stretch]))
