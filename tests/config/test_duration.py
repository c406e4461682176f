"""Durations: what is read, and what people are told to write."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.duration import format_duration, parse_duration
from config.fault import UnusableError


@pytest.mark.parametrize(
    ("written", "seconds"), [("250ms", 0.25), ("15s", 15), ("1.5h", 5400), (" 2d ", 172_800)]
)
def test_a_number_with_a_unit(written: str, seconds: float) -> None:
    assert parse_duration(written) == seconds


@pytest.mark.parametrize(
    ("written", "fix"),
    [
        (15, "write `15s` for seconds or `15m` for minutes"),
        ("15", "write `15s` for seconds or `15m` for minutes"),
        ("90 Sec", "write `90s`"),
        ("2 minutos", "write `2m`"),
        ("1h30m", "write `90m`"),
        ("1:30", "write `90s` for 1 min 30 s or `90m` for 1 h 30 min"),
        ("soon", "write it as 250ms, 15s, 5m or 1h"),
        ("5 weeks", "write it as 250ms, 15s, 5m or 1h"),
        (True, "write it as 250ms, 15s, 5m or 1h"),
        (None, "write it as 250ms, 15s, 5m or 1h"),
        (["5s"], "write it as 250ms, 15s, 5m or 1h"),
    ],
)
def test_the_fix_says_what_to_write(written: object, fix: str) -> None:
    with pytest.raises(UnusableError) as caught:
        parse_duration(written)

    assert caught.value.fix == fix


@given(st.text() | st.integers() | st.none() | st.booleans())
def test_anything_else_is_refused_with_a_fix(written: object) -> None:
    fault = fault_of(written)

    assert fault is None or fault.fix


def fault_of(written: object) -> UnusableError | None:
    try:
        parse_duration(written)
    except UnusableError as fault:
        return fault
    return None


@given(st.integers(1, 10**7))
def test_formatted_durations_read_back(milliseconds: int) -> None:
    seconds = milliseconds / 1000

    assert parse_duration(format_duration(seconds)) == pytest.approx(seconds, rel=1e-5)
