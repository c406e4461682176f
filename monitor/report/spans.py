"""Stretches of time: whole milliseconds since 1970, half open, sorted, apart from each other."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence

Span = tuple[int, int]
"""From the first, before the second."""
Spans = tuple[Span, ...]


def joined(spans: Iterable[Span]) -> Spans:
    """Return spans in order, what overlaps or meets as one; empty ones are dropped.

    >>> joined([(5, 9), (1, 3), (3, 4), (7, 7)])
    ((1, 4), (5, 9))
    """
    told: list[Span] = []
    for starts, ends in sorted(spans):
        if ends <= starts:
            continue
        if told and starts <= told[-1][1]:
            told[-1] = (told[-1][0], max(told[-1][1], ends))
        else:
            told.append((starts, ends))
    return tuple(told)


def common(ones: Sequence[Span], others: Sequence[Span]) -> Spans:
    """Return what both cover.

    >>> common(((0, 5), (8, 9)), ((3, 10),))
    ((3, 5), (8, 9))
    """
    told: list[Span] = []
    one = other = 0
    while one < len(ones) and other < len(others):
        starts = max(ones[one][0], others[other][0])
        ends = min(ones[one][1], others[other][1])
        if starts < ends:
            told.append((starts, ends))
        if ones[one][1] <= others[other][1]:
            one += 1
        else:
            other += 1
    return tuple(told)


def without(spans: Sequence[Span], taken: Sequence[Span]) -> Spans:
    """Return what the first cover and the second do not.

    >>> without(((0, 10),), ((2, 3), (9, 20)))
    ((0, 2), (3, 9))
    """
    return common(spans, _gaps(taken)) if taken else tuple(spans)


def length(spans: Iterable[Span]) -> int:
    """Return how long they are together."""
    return sum(ends - starts for starts, ends in spans)


def _gaps(spans: Sequence[Span]) -> Spans:
    """Return what lies between, before and after."""
    edges = [_BEFORE_ALL, *(edge for span in spans for edge in span), _AFTER_ALL]
    return tuple(zip(edges[::2], edges[1::2], strict=True))


_BEFORE_ALL, _AFTER_ALL = -(1 << 62), 1 << 62


class Ruler:
    """Measures how much of any stretch lies within spans, in two searches."""

    __slots__ = ("_before", "_spans", "_starts")

    def __init__(self, spans: Spans) -> None:
        self._spans = spans
        self._starts = [starts for starts, _ in spans]
        self._before: list[int] = []
        total = 0
        for starts, ends in spans:
            self._before.append(total)
            total += ends - starts

    def between(self, starts: int, ends: int) -> int:
        """Return the milliseconds of a stretch that lie within."""
        return self._until(ends) - self._until(starts)

    def _until(self, at: int) -> int:
        place = bisect_right(self._starts, at) - 1
        if place < 0:
            return 0
        starts, ends = self._spans[place]
        return self._before[place] + min(at, ends) - starts
