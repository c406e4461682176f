"""What one component was when: its changes of state, under what keeps them from counting."""

from collections.abc import Sequence
from typing import NamedTuple

from monitor.archive import GONE
from monitor.report.spans import Span
from monitor.report.tally import Lot
from monitor.vocabulary import State


class Step(NamedTuple):
    """A change of state as the journal numbers it."""

    number: int
    since_ms: int
    state: str
    because: str = ""


class Stretch(NamedTuple):
    """A component was one thing from `starts`, before `ends`.

    `began` is the number of the change that began its state, 0 before the first.
    """

    starts: int
    ends: int
    lot: Lot
    began: int


class Excluded(NamedTuple):
    starts: int
    ends: int
    lot: Lot


_LOTS = {state.value: Lot(state.value) for state in State} | {GONE: Lot.ABSENT}


def held(period: Span, steps: Sequence[Step]) -> list[tuple[int, int, str, int]]:
    """Return from when, before when, which state held, by which change; without a gap.

    `steps` are in the order in which they were noted. A state holds until the next is known to
    have begun; what is known later may not go back behind what was told before. Before the first,
    nothing was watched.
    """
    begins, ends = period
    told: list[tuple[int, int, str, int]] = []
    state, number, since = GONE, 0, begins
    for step in steps:
        if step.state == state:
            continue  # said again: it is the same outage
        at = max(since, min(step.since_ms, ends))
        if at > since:
            told.append((since, at, state, number))
        state, number, since = step.state, step.number, at
    if ends > since:
        told.append((since, ends, state, number))
    return told


def states(period: Span, steps: Sequence[Step]) -> list[Stretch]:
    """Return the states of a component in a period without a gap."""
    return [
        Stretch(starts, ends, _LOTS.get(state, Lot.UNKNOWN), number)
        for starts, ends, state, number in held(period, steps)
    ]


def counted(stretches: Sequence[Stretch], excluded: Sequence[Excluded]) -> list[Stretch]:
    """Return stretches with what is excluded cut out of them, as stretches of its own.

    `excluded` are in order and apart. What was not there at all is not excluded: it is absent.
    """
    told: list[Stretch] = []
    place = 0
    for stretch in stretches:
        if stretch.lot is Lot.ABSENT:
            told.append(stretch)
            continue
        while place < len(excluded) and excluded[place].ends <= stretch.starts:
            place += 1
        if place == len(excluded) or excluded[place].starts >= stretch.ends:
            told.append(stretch)
        else:
            told += _cut(stretch, excluded, place)
    return told


def _cut(stretch: Stretch, excluded: Sequence[Excluded], place: int) -> list[Stretch]:
    told: list[Stretch] = []
    at = stretch.starts
    while place < len(excluded) and excluded[place].starts < stretch.ends:
        starts, ends, lot = excluded[place]
        if starts > at:
            told.append(Stretch(at, starts, stretch.lot, stretch.began))
        at = min(ends, stretch.ends)
        told.append(Stretch(max(starts, stretch.starts), at, lot, stretch.began))
        place += 1
    if at < stretch.ends:
        told.append(Stretch(at, stretch.ends, stretch.lot, stretch.began))
    return told
