"""Dates, instants and times of day, as they are written and as they are not."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.dates import format_time, parse_date, parse_moment, parse_time
from config.fault import UnusableError


def fix_of(written: object, parse: object) -> str:
    with pytest.raises(UnusableError) as refused:
        parse(written)  # type: ignore[operator]
    return f"{refused.value}, {refused.value.fix}"


def test_a_date_is_year_month_day() -> None:
    assert parse_date("2026-12-01") == date(2026, 12, 1)
    assert parse_date(date(2026, 12, 1)) == date(2026, 12, 1)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("01/12/2026", "write `2026-12-01` if the day stands first"),
        ("1.2.2026", "write `2026-02-01` if the day stands first"),
        ("2026-02-30", "the calendar has no such day, correct it"),
        ("20261201", "write such as `2026-12-01`"),
        (20261201, "write such as `2026-12-01`"),
        (None, "write such as `2026-12-01`"),
        (datetime(2026, 12, 1, tzinfo=UTC), "write such as `2026-12-01`"),
    ],
)
def test_what_is_no_date_is_told_with_the_way_to_write_it(written: object, told: str) -> None:
    assert told in fix_of(written, parse_date)


def test_an_instant_is_naive_unless_an_offset_is_written() -> None:
    assert parse_moment("2026-12-01 02:00") == datetime(2026, 12, 1, 2)  # noqa: DTZ001
    assert parse_moment("2026-12-01T02:00:30Z") == datetime(2026, 12, 1, 2, 0, 30, tzinfo=UTC)
    aware = parse_moment("2026-12-01 02:00 -08:00")
    assert aware.utcoffset() == timedelta(hours=-8)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("2026-12-01", "write such as `2026-12-01 02:00`"),
        ("2026-12-01 2am", "an instant is a date and a time"),
        ("2026-12-01 25:00", "no calendar or clock shows this"),
        (1_700_000_000, "an instant is a date and a time"),
    ],
)
def test_what_is_no_instant_is_told_with_the_way_to_write_it(written: object, told: str) -> None:
    assert told in fix_of(written, parse_moment)


@given(st.integers(0, 1440))
def test_a_time_of_day_is_read_as_it_is_written(minutes: int) -> None:
    assert parse_time(format_time(minutes)) == minutes


@pytest.mark.parametrize("written", ["24:01", "12:60", "8", "8am", "", None, 8.5, "-1:00"])
def test_what_no_clock_shows_is_refused(written: object) -> None:
    fix_of(written, parse_time)
