"""The life of a fall: who joins, who leaves, and when it is over."""

from datetime import UTC, datetime

from monitor.topology.outage import JOINS_S, LEFT_BEHIND_S, Outage, Outages
from monitor.vocabulary import Cause

SINCE = datetime(2026, 11, 21, tzinfo=UTC)


def outage(members: int) -> Outage:
    fall = Outage("node/pop", Cause.NODE, SINCE, 100.0, 104.0)
    for number in range(members):
        fall.join(f"cs-{number}/link/cfe", 104.0)
    return fall


def test_it_is_over_when_nobody_is_left() -> None:
    fall = outage(3)
    assert not fall.is_over(200.0)
    for number in range(3):
        fall.leave(f"cs-{number}/link/cfe")
    assert fall.is_over(201.0)


def test_the_last_fifth_is_left_behind_after_a_minute() -> None:
    fall = outage(10)
    for number in range(8):
        fall.leave(f"cs-{number}/link/cfe")
    assert not fall.is_over(300.0)
    assert not fall.is_over(300.0 + LEFT_BEHIND_S - 1)
    assert fall.is_over(300.0 + LEFT_BEHIND_S)


def test_more_than_a_fifth_is_a_node_that_is_still_down() -> None:
    fall = outage(10)
    for number in range(7):
        fall.leave(f"cs-{number}/link/cfe")
    assert not fall.is_over(300.0)
    assert not fall.is_over(90_000.0)


def test_who_falls_a_quarter_of_an_hour_after_the_last_has_his_own_troubles() -> None:
    fall = outage(3)
    assert fall.admits(104.0 + JOINS_S)
    assert not fall.admits(105.0 + JOINS_S)


def test_a_site_is_named_once_however_many_links_it_lost() -> None:
    fall = outage(1)
    fall.join("cs-0/link/lte", 105.0)
    assert fall.sites == ["cs-0"]


def test_sites_that_join_or_leave_are_to_be_looked_at() -> None:
    outages, fall = Outages(), outage(0)
    outages.begin(fall, ["a/link/cfe", "b/link/cfe"], 104.0)
    assert outages.of("a/link/cfe") is fall
    assert outages.unsettled == {"a", "b"}
    assert outages.end("node/pop") == ["a/link/cfe", "b/link/cfe"]
    assert outages.of("a/link/cfe") is None


def test_members_that_are_no_children_any_more_go_and_an_empty_fall_with_them() -> None:
    outages, fall = Outages(), outage(0)
    outages.begin(fall, ["a/link/cfe", "b/link/cfe"], 104.0)
    assert outages.keep(lambda _: ("b/link/cfe",)) == []
    assert list(fall.members) == ["b/link/cfe"]
    assert outages.keep(lambda _: ()) == ["node/pop"]
