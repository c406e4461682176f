"""What one component was when: its changes of state, under what keeps them from counting."""

from collections.abc import Sequence
from typing import NamedTuple

from monitor.archive import GONE
from monitor.report.spans import Span
from monitor.report.tally import Lot
from monitor.vocabulary import State


class Step(NamedTuple):
    """A change of state as the journal numbers it: of `since_ms`, and known at `at_ms`."""

    number: int
    since_ms: int
    at_ms: int
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


_NOTHING = Step(0, 0, 0, GONE)
_LOTS = {state.value: Lot(state.value) for state in State} | {GONE: Lot.ABSENT}


def held(period: Span, steps: Sequence[Step]) -> list[tuple[int, int, str, int]]:
    """Return from when, before when, which state held, by which change; without a gap.

    `steps` are in the order in which they were noted. A state holds until the next is known to
    have begun. What is known later does not go back behind the beginning of what was believed
    before it, however slow the clock of a UPS is: an outage is not untold. And nothing began after
    the next was noted: whoever noted that had a clock that was ahead. Before the first, nothing
    was watched.
    """
    told: list[tuple[int, int, str, int]] = []
    at, ends = period
    state, number = GONE, 0
    for began, step in _begun(steps):
        since = min(began, ends)
        if since > at:
            told.append((at, since, state, number))
            at = since
        state, number = step.state, step.number
    if ends > at:
        told.append((at, ends, state, number))
    return told


def _begun(steps: Sequence[Step]) -> list[tuple[int, Step]]:
    """Return from when each change counts, as far as it does; these instants only grow."""
    told: list[tuple[int, Step]] = []
    for step in steps:
        while told and told[-1][0] > step.at_ms:
            told.pop()
        believed_ms, believed = told[-1] if told else (step.since_ms, _NOTHING)
        if believed.state != step.state:  # said again, it is the same outage
            told.append((max(believed_ms, step.since_ms), step))
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
