"""The days of rest of Mexico, and those that the operator adds."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from config.holidays import Feast, Holidays, federal_holidays


def of_year(year: int) -> list[str]:
    return [f"{day:%m-%d}" for day in sorted(federal_holidays(year))]


@pytest.mark.parametrize(
    ("year", "days"),
    [  # as published by PROFEDET for each year
        (2018, "01-01 02-05 03-19 05-01 07-01 09-16 11-19 12-01 12-25"),
        (2024, "01-01 02-05 03-18 05-01 06-02 09-16 10-01 11-18 12-25"),
        (2025, "01-01 02-03 03-17 05-01 09-16 11-17 12-25"),
        (2026, "01-01 02-02 03-16 05-01 09-16 11-16 12-25"),
        (2027, "01-01 02-01 03-15 05-01 06-06 09-16 11-15 12-25"),
        (2030, "01-01 02-04 03-18 05-01 06-02 09-16 10-01 11-18 12-25"),
        (2000, "01-01 02-05 03-21 05-01 09-16 11-20 12-01 12-25"),
    ],
)
def test_the_days_of_the_law(year: int, days: str) -> None:
    assert of_year(year) == days.split()


@given(st.integers(2007, 2200))
def test_every_year_has_its_seven_and_sometimes_one_of_two_more(year: int) -> None:
    days = federal_holidays(year)
    moved = [day for day in days if day.month in (2, 3, 11)]
    assert len(days) == 7 + (year % 6 == 2) + (year >= 2015 and year % 3 == 2)
    assert len(moved) == 3
    assert all(day.weekday() == 0 for day in moved)
    assert all(day.day <= 7 for day in moved if day.month == 2)
    assert all(15 <= day.day <= 21 for day in moved if day.month in (3, 11))


def test_an_operator_adds_days_and_may_leave_out_the_law() -> None:
    both = Holidays.model_validate({"also": ["2026-04-03", "12-12"]})
    own = Holidays.model_validate({"federal": False, "also": "05-10"})

    assert both.also == (Feast(2026, 4, 3), Feast(None, 12, 12))
    assert both.on(date(2026, 4, 3))
    assert not both.on(date(2027, 4, 3))
    assert both.on(date(2026, 12, 12))
    assert both.on(date(2031, 12, 12))
    assert both.on(date(2026, 5, 1))
    assert own.on(date(2028, 5, 10))
    assert not own.on(date(2026, 5, 1))


def test_a_leap_day_may_return() -> None:
    leap = Holidays.model_validate({"also": "02-29"})
    days = (date(2027, 1, 1) + timedelta(days=number) for number in range(3 * 365))
    assert [day for day in days if day.month == 2 and leap.on(day)] == [
        date(2027, 2, 1), date(2028, 2, 7), date(2028, 2, 29), date(2029, 2, 5),
    ]  # fmt: skip


@pytest.mark.parametrize("written", ["2026-02-30", "13-01", "mayo", 10, None, "10/05"])
def test_no_day_is_refused(written: object) -> None:
    with pytest.raises(ValidationError, match="a day of rest is"):
        Holidays.model_validate({"also": [written]})
