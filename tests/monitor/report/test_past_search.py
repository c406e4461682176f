"""What the journal finds of incidents that are over."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from monitor.past import Wanted
from monitor.report.past_search import count, find, one
from tests.monitor.report.sample import incident


@pytest.fixture
def database() -> Iterator[sqlite3.Connection]:
    told = [
        incident("20261104-010000", "link", 60, 90),
        incident("20261104-020000", "power", 120, 130, priority="P1"),
        incident("20261104-030000", "link", 180, 190, site="other", touched=("node/cfe-tij",)),
    ]
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("CREATE TABLE past_incident (key TEXT PRIMARY KEY, body TEXT NOT NULL)")
        rows = [(each.id, each.model_dump_json()) for each in told]
        rows += [("20261104-040000", "{torn"), ("20261104-050000", "{}")]
        database.executemany("INSERT INTO past_incident VALUES (?, ?)", rows)
        yield database


@pytest.mark.parametrize(
    ("wanted", "hours"),
    [
        (Wanted(), "321"),
        (Wanted(cause="link"), "31"),
        (Wanted(priority="P1"), "2"),
        (Wanted(words="20261104-02"), "2"),
        (Wanted(words="cfe-tij"), "3"),
        (Wanted(words="loma", sites=("cs",)), "21"),
        (Wanted(sites=("cs",)), "321"),
        (Wanted(without=frozenset({"20261104-020000"})), "31"),
        (Wanted(before="20261104-020000"), "1"),
        (Wanted(since="2026-11-04T08:00:00Z"), "32"),
        (Wanted(until="2026-11-04T08:00:00Z"), "1"),
        (Wanted(words="'; DROP TABLE past_incident"), ""),
    ],
)
def test_it_finds_what_is_wanted_the_newest_first(
    database: sqlite3.Connection, wanted: Wanted, hours: str
) -> None:
    found = find(database, wanted, 0, 10)
    assert [each.id for each in found.incidents] == [f"20261104-0{hour}0000" for hour in hours]


def test_it_counts_what_it_finds(database: sqlite3.Connection) -> None:
    assert count(database, Wanted(cause="link")) == 2


def test_a_part_says_where_it_ends_also_where_its_last_row_is_no_incident(
    database: sqlite3.Connection,
) -> None:
    first = find(database, Wanted(), 0, 1)
    assert (first.incidents, first.last) == ((), "20261104-050000")
    then = find(database, Wanted(before=first.last), 0, 2)
    assert [each.id for each in then.incidents] == ["20261104-030000", "20261104-020000"]
    assert find(database, Wanted(), 1, 1).last == "20261104-030000"
    assert find(database, Wanted(before="2026"), 0, 1).last == ""


def test_one_is_found_by_its_id(database: sqlite3.Connection) -> None:
    told = one(database, "20261104-010000")
    assert told is not None
    assert told.cause == "link"
    assert one(database, "20261104-040000") is None
    assert one(database, "nobody") is None
