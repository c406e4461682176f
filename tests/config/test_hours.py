"""Opening hours as they are written. What the faults look like is in `bad/hours.yaml`."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from config.dates import format_time
from config.fault import UnusableError
from config.hours import ALWAYS, DAYS, WHOLE_DAY, Hours, Span, parse_span


def hours(written: object) -> Hours:
    return Hours.model_validate(written)


def test_the_words_stand_for_weeks() -> None:
    assert hours("24x7").is_always
    assert [hours("weekdays").on(day) for day in (0, 4, 5)] == [
        (Span(480, 1200),), (Span(480, 1200),), (),
    ]  # fmt: skip
    assert hours("weekdays").holidays == ()
    assert hours("weekends").on(6) == hours("weekends").holidays == (Span(480, 1200),)
    assert hours("weekends").on(0) == ()


def test_a_day_says_more_than_its_group() -> None:
    week = hours(
        {"weekdays": "08:00-20:00", "wed": "closed", "sat": ["13:00-15:00", "08:00-12:00"]}
    )

    assert [week.on(day) for day in range(7)] == [
        (Span(480, 1200),), (Span(480, 1200),), (), (Span(480, 1200),), (Span(480, 1200),),
        (Span(480, 720), Span(780, 900)), (),
    ]  # fmt: skip
    assert not week.is_always


def test_holidays_are_closed_unless_something_is_written() -> None:
    assert hours({"mon": "24h"}).holidays == ()
    assert hours({"mon": "24h", "holidays": "usual"}).holidays is None
    assert hours({"mon": "24h", "holidays": "24h"}).holidays == WHOLE_DAY


def test_only_what_never_closes_is_always_open() -> None:
    assert ALWAYS.is_always
    assert hours({"weekdays": "24h", "weekends": "24h", "holidays": "usual"}).is_always
    assert not hours({"weekdays": "24h", "weekends": "24h"}).is_always


@given(st.integers(0, 1439), st.integers(0, 1440))
def test_a_span_that_would_end_before_it_begins_ends_on_the_next_day(
    opens: int, closes: int
) -> None:
    written = f"{format_time(opens)}-{format_time(closes)}"
    if opens == closes:
        with pytest.raises(UnusableError, match="as soon as it opens"):
            parse_span(written)
        return
    span = parse_span(written)
    assert (span.opens, span.closes % 1440) == (opens, closes % 1440)
    assert 0 < span.closes - span.opens <= 1440


@pytest.mark.parametrize(
    ("written", "fix"),
    [
        ("8-14", "write `08:00-14:00`"),
        ("8:30 a 14h", "write `08:30-14:00`"),
        ("8h30 - 20:00", "write `08:30-20:00`"),
        ("morning", "write such as `08:00-14:30`, `24h` or `closed`"),
        (800, "write such as `08:00-14:30`, `24h` or `closed`"),
    ],
)
def test_what_was_meant_is_guessed(written: object, fix: str) -> None:
    with pytest.raises(UnusableError) as refused:
        parse_span(written)
    assert refused.value.fix == fix


@pytest.mark.parametrize(
    "written",
    [{}, {"mon": "closed"}, {"mon": ["08:00-12:00", "11:00-13:00"]}, {"mon": "24:00-08:00"}, 24,
     {"mon": "24h", "holidays": None}],
)  # fmt: skip
def test_what_no_place_can_keep_is_refused(written: object) -> None:
    with pytest.raises(ValidationError):
        hours(written)


def test_every_day_has_its_key() -> None:
    assert set(DAYS) < set(Hours.model_fields)
