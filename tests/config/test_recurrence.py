"""What comes back each week or month, by the wall clock."""

from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from config.dates import format_time
from config.hours import DAYS
from config.recurrence import Every

TIJUANA = ZoneInfo("America/Tijuana")


def every(**written: object) -> Every:
    return Every.model_validate({"day": "tue", "at": "10:00", "lasts": 1800.0, **written})


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TIJUANA)


def starts(rule: Every, at: str, count: int = 3) -> list[str]:
    found = islice(rule.after(local(at), TIJUANA), count)
    return [f"{one.starts.astimezone(TIJUANA):%m-%d %H:%M}" for one in found]


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ({}, ["11-03 10:00", "11-10 10:00", "11-17 10:00"]),
        ({"day": ["sun", "mon"]}, ["11-01 10:00", "11-02 10:00", "11-08 10:00"]),
        ({"day": "weekends"}, ["11-01 10:00", "11-07 10:00", "11-08 10:00"]),
        ({"week": "first"}, ["11-03 10:00", "12-01 10:00", "01-05 10:00"]),
        ({"week": "last"}, ["11-24 10:00", "12-29 10:00", "01-26 10:00"]),
        ({"week": "fourth", "day": "sat"}, ["11-28 10:00", "12-26 10:00", "01-23 10:00"]),
        ({"since": "2026-11-10", "until": "2026-11-17"}, ["11-10 10:00", "11-17 10:00"]),
        ({"until": "2026-10-31"}, []),
    ],
)
def test_when_it_comes_back(written: dict[str, object], told: list[str]) -> None:
    assert starts(every(**written), "2026-11-01 00:00") == told


def test_one_under_way_is_told_until_it_ends() -> None:
    night = every(at="23:00", lasts=7200.0)
    assert starts(night, "2026-11-04 00:59", 1) == ["11-03 23:00"]
    assert starts(night, "2026-11-04 01:00", 1) == ["11-10 23:00"]


@pytest.mark.parametrize(
    ("at", "day", "began_utc"),
    [
        ("02:30", "2026-03-08", "10:00"),  # skipped: at the jump
        ("01:30", "2026-11-01", "08:30"),  # twice: the first
    ],
)
def test_it_lasts_as_long_when_the_clocks_are_set(at: str, day: str, began_utc: str) -> None:
    rule = every(day="sun", at=at, lasts=3600.0)
    one = next(rule.after(local(f"{day} 00:00"), TIJUANA))
    assert f"{one.starts:%H:%M}" == began_utc
    assert one.ends - one.starts == timedelta(hours=1)


@pytest.mark.parametrize(
    "written",
    [
        {"day": []},
        {"day": "martes"},
        {"day": ["tue", 3]},
        {"at": "24:00"},
        {"at": 600},
        {"lasts": 90_000.0},
        {"day": "daily", "lasts": 86_400.0},
        {"since": "2026-12-02", "until": "2026-12-01"},
        {"week": "fifth"},
    ],
)
def test_what_recurs_in_no_clear_way_is_refused(written: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        every(**written)


rules = st.fixed_dictionaries(
    {
        "day": st.lists(st.sampled_from(DAYS), min_size=1, max_size=3),
        "week": st.sampled_from([None, "first", "third", "last"]),
        "at": st.integers(0, 1439).map(format_time),
        "lasts": st.integers(1, 86_400).map(float),
    }
)
instants = st.datetimes(datetime(2025, 1, 1), datetime(2031, 1, 1)).map(  # noqa: DTZ001
    lambda at: at.replace(tzinfo=UTC)
)


@settings(max_examples=100)
@given(rules, instants)
def test_occurrences_are_in_order_last_alike_and_fall_on_their_days(
    written: dict[str, object], at: datetime
) -> None:
    rule = every(**written)
    found = list(islice(rule.after(at, TIJUANA), 4))
    assert found
    assert found[0].ends > at
    for one in found:
        day: date = one.starts.astimezone(TIJUANA).date()
        assert rule.falls_on(day)
        assert (one.ends - one.starts).total_seconds() == rule.lasts
    assert all(one.starts < after.starts for one, after in pairwise(found))
    again = next(rule.after(found[0].starts, TIJUANA))
    assert again.starts <= found[0].starts
