"""A period is told as the whole journal tells it, also what was noted late or by a wrong clock."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from itertools import takewhile
from operator import itemgetter

from hypothesis import example, given
from hypothesis import strategies as st

from monitor.archive import SCHEMA, TABLES, Change, add, forget
from monitor.report.changes import SiteChanges, changes
from monitor.report.spans import Span
from monitor.report.timeline import Step, held

SECOND = 1000
SECONDS = 120
"""So long are these stories; they are also counted second by second."""
NOTED = st.lists(
    st.tuples(
        st.sampled_from(["cs", "cs/link/cfe", "other"]),
        st.integers(0, SECONDS - 1),
        st.integers(0, 40) | st.just(0),
        st.sampled_from(["up", "degraded", "down", "unknown", "gone"]),
    ),
    max_size=12,
)
PERIOD = st.tuples(st.integers(0, SECONDS - 1), st.integers(1, SECONDS)).map(
    lambda edges: (min(edges), max(edges[1], edges[0] + 1))
)
Noted = tuple[str, int, int, str]
"""Of which component, known at which second, since how many seconds before, what."""


@contextmanager
def journal(noted: Sequence[Noted]) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as database:
        database.executescript(SCHEMA)
        for table in TABLES:
            database.execute(f"CREATE TABLE {table} (key TEXT PRIMARY KEY)")
        add(
            database,
            (Change(key, (at - ago) * SECOND, at * SECOND, state) for key, at, ago, state in noted),
        )
        yield database


def by_second(noted: Sequence[Noted], component: str) -> list[str]:
    """What it was in each second, as one would keep it on paper.

    Whoever notes a change knows nothing of what comes after that instant: what an earlier note says
    of it holds no longer. He writes the change in from its beginning, but not back behind the
    beginning of what he believed until then.
    """
    told = [("gone", -1)] * SECONDS
    for number, (key, at, ago, state) in enumerate(noted):
        if key != component:
            continue
        believed = told[at]
        told[at:] = [believed] * (SECONDS - at)
        if believed[0] == state:
            continue
        for second in range(max(at - ago, told.index(believed)), SECONDS):
            told[second] = (state, number)
    return [state for state, _ in told]


def seconds(steps: Sequence[Step], period: Span) -> list[str]:
    return [
        state
        for starts, ends, state, _ in held((period[0] * SECOND, period[1] * SECOND), steps)
        for _ in range((ends - starts) // SECOND)
    ]


LATE = [("cs", 5, 0, "up"), ("cs", 70, 0, "down"), ("cs", 80, 0, "up"), ("cs", 90, 40, "degraded")]
"""An outage from 70 to 80, and at 90 a word of what was so since 50: the clock of a UPS is slow."""
CLOCK_SET_BACK = [
    ("cs", 5, 0, "up"), ("cs", 110, 0, "down"),
    ("cs", 20, 0, "up"), ("cs", 30, 5, "down"), ("cs", 40, 0, "up"),
]  # fmt: skip


@given(NOTED, PERIOD)
@example(LATE, (60, 100))
@example(CLOCK_SET_BACK, (10, 50))
@example(CLOCK_SET_BACK, (0, SECONDS))
def test_any_period_is_told_as_second_by_second_of_all_that_was_noted(
    noted: list[Noted], period: Span
) -> None:
    limits = (period[0] * SECOND, period[1] * SECOND)
    with journal(noted) as database:
        told = changes(database, limits)
        of_site = changes(database, limits, SiteChanges("cs"))
    for component in ("cs", "cs/link/cfe", "other"):
        expected = by_second(noted, component)[slice(*period)]
        assert seconds(told.get(component, ()), period) == expected
        if component != "other":
            assert seconds(of_site.get(component, ()), period) == expected


@given(NOTED.map(lambda noted: sorted(noted, key=itemgetter(1))), PERIOD, st.integers(0, SECONDS))
@example(LATE, (60, 100), 60)
def test_what_is_old_can_be_forgotten_without_telling_a_later_period_otherwise(
    noted: list[Noted], period: Span, before: int
) -> None:
    limits = (max(before, period[0]) * SECOND, max(before + 1, period[1]) * SECOND)
    with journal(noted) as database:
        known = changes(database, limits)
        forget(database, datetime.fromtimestamp(before, UTC))
        kept = changes(database, limits)
    for component in known:
        told, still = held(limits, known[component]), held(limits, kept.get(component, ()))
        assert [one[:3] for one in still] == [one[:3] for one in told]


def test_an_outage_is_not_untold_by_what_is_known_later_to_have_begun_before_the_period() -> None:
    with journal(LATE) as database:
        month = held((60 * SECOND, 100 * SECOND), changes(database, (60_000, 100_000))["cs"])
    assert [(starts // SECOND, state) for starts, _, state, _ in month] == [
        (60, "up"), (70, "down"), (80, "degraded"),
    ]  # fmt: skip


def test_what_was_noted_while_our_clock_was_ahead_holds_no_longer_than_until_it_was_set_back() -> (
    None
):
    with journal(CLOCK_SET_BACK) as database:
        told = held((0, 120 * SECOND), changes(database, (0, 120_000))["cs"])
    assert [(starts // SECOND, state) for starts, _, state, _ in told] == [
        (0, "gone"), (5, "up"), (25, "down"), (40, "up"),
    ]  # fmt: skip


@given(NOTED, PERIOD)
def test_no_more_is_read_than_what_tells_the_period(noted: list[Noted], period: Span) -> None:
    limits = (period[0] * SECOND, period[1] * SECOND)
    with journal(noted) as database:
        told = changes(database, limits)
    for steps in told.values():
        assert len([*takewhile(lambda step: step.since_ms < limits[0], steps)]) <= 1
        assert steps[-1].since_ms < limits[1]


def test_another_site_whose_id_begins_alike_is_not_read() -> None:
    noted = [(key, 1, 0, "up") for key in ("cs", "cs/link/cfe", "cs-2", "cs0", "monitor", "cs#x")]
    with journal(noted) as database:
        told = changes(database, (0, 10_000), SiteChanges("cs"))
    assert sorted(told) == ["cs", "cs/link/cfe", "monitor"]
