"""The arithmetic of stretches against a naive count, instant by instant, of the same story."""

from collections import Counter
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from config.lifecycle import status_at
from config.site import Site, SiteStatus
from config.timetable import timetable_of
from monitor.report.exclusions import instant
from monitor.report.group import Part
from monitor.report.report import report
from monitor.report.spans import Span
from monitor.report.tally import Lot
from monitor.report.timeline import Step
from tests.monitor.report.sample import BEGINS, FIRST, MINUTE, QUESTION, clinic, fleet, record
from tests.monitor.report.sample import steps as steps_of

GRAIN = 10 * MINUTE
"""Everything in these stories happens at a tenth minute, so that few have to be counted."""
SLOTS = range(2 * 24 * 6)
OPEN = [
    timetable_of(clinic(hours="weekdays"), fleet().settings).is_open(instant(BEGINS + slot * GRAIN))
    for slot in SLOTS
]
CHANGES = st.lists(
    st.tuples(
        st.integers(-60, 320).map(lambda slot: slot * 10.0),
        st.sampled_from(["up", "degraded", "down", "down", "unknown", "gone"]),
    ),
    max_size=12,
)
SPANS = st.lists(st.tuples(st.integers(-10, 300), st.integers(1, 150)), max_size=3)
DAYS = st.none() | st.integers(-1, 3).map(lambda days: FIRST + timedelta(days))


def held(steps: list[Step]) -> list[tuple[str, int]]:
    """Return, for each slot, the state and which change began it: the last known by then.

    A change counts from its instant, or from that of one noted before it if that is later.
    """
    told = [("gone", 0)] * len(SLOTS)
    state, number, since = "gone", 0, -10_000
    for step in steps:
        if step.state != state:  # one that is said again begins nothing
            since = max(since, (step.since_ms - BEGINS) // GRAIN)
            state, number = step.state, step.number
            for slot in range(max(0, since), len(SLOTS)):
                told[slot] = state, number
    return told


def lot(at: int, site: Site, state: str, sight: str, awake: list[Span]) -> Lot:
    if state == "gone" or status_at(site, instant(at)) is not SiteStatus.ACTIVE:
        return Lot.ABSENT
    if not any(starts <= at < ends for starts, ends in awake):
        return Lot.STOPPED
    return Lot.BLIND if sight == "unknown" else Lot(state)


@settings(max_examples=50)
@given(CHANGES, CHANGES, SPANS, DAYS, DAYS)
def test_each_instant_counts_as_what_it_was(
    changes: list[tuple[float, str]],
    sight: list[tuple[float, str]],
    lives: list[tuple[int, int]],
    active: date | None,
    retired: date | None,
) -> None:
    if active and retired and retired <= active:
        retired = None
    site = clinic(hours="weekdays", active_from=active, retired_from=retired)
    awake = [(BEGINS + a * GRAIN, BEGINS + (a + b) * GRAIN) for a, b in sorted(lives)]
    steps, monitor = steps_of(*changes), steps_of(*sight, number=500)
    watched = fleet(site)
    made = report(watched, record({"cs": steps, "monitor": monitor}, lives=tuple(awake)), QUESTION)

    counts: Counter[Lot] = Counter()
    opened: Counter[Lot] = Counter()
    fell = set()
    for slot, (state, number), (seen, _) in zip(SLOTS, held(steps), held(monitor), strict=True):
        at = BEGINS + slot * GRAIN
        counted = lot(at, site, state, seen, awake)
        counts[counted] += GRAIN
        opened[counted] += GRAIN * OPEN[slot]
        if counted is Lot.DOWN:
            fell.add(number)
    part = made.whole.parts[Part.SITE]
    assert part.total.ms == {lot: counts[lot] for lot in Lot}
    assert part.opened.ms == {lot: opened[lot] for lot in Lot}
    assert {outage.began for outage in made.outages if outage.down_ms} == fell
    assert part.total.failures == len(fell)
