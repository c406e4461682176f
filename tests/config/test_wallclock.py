"""Wall clocks on the days on which they are set: Tijuana keeps the calendar of California."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.site import ZONES
from config.state import STATES
from config.wallclock import instant, instant_on, local_date

TIJUANA = ZoneInfo("America/Tijuana")
MEXICO_CITY = ZoneInfo("America/Mexico_City")


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("shown", "zone", "first", "last"),
    [
        ("2026-07-01 12:00", MEXICO_CITY, "18:00", "18:00"),  # no daylight saving since 2022
        ("2026-07-01 12:00", TIJUANA, "19:00", "19:00"),
        ("2026-01-01 12:00", TIJUANA, "20:00", "20:00"),
        ("2026-03-08 01:59", TIJUANA, "09:59", "09:59"),
        ("2026-03-08 02:00", TIJUANA, "10:00", "10:00"),  # skipped: the jump
        ("2026-03-08 02:30", TIJUANA, "10:00", "10:00"),
        ("2026-03-08 02:59", TIJUANA, "10:00", "10:00"),
        ("2026-03-08 03:00", TIJUANA, "10:00", "10:00"),
        ("2026-11-01 00:59", TIJUANA, "07:59", "07:59"),
        ("2026-11-01 01:30", TIJUANA, "08:30", "09:30"),  # twice
        ("2026-11-01 02:00", TIJUANA, "10:00", "10:00"),
        ("2022-04-03 02:30", MEXICO_CITY, "08:00", "08:00"),  # the last spring of most of Mexico
    ],
)
def test_what_a_clock_shows_is_an_instant(
    shown: str, zone: ZoneInfo, first: str, last: str
) -> None:
    for wanted, is_last in ((first, False), (last, True)):
        assert f"{instant(wall(shown), zone, last=is_last):%H:%M}" == wanted


def test_a_time_with_an_offset_is_an_instant_already() -> None:
    assert instant(wall("2026-03-08T02:30-06:00"), TIJUANA) == wall("2026-03-08T08:30Z")


def test_minutes_may_count_beyond_midnight() -> None:
    assert instant_on(date(2026, 12, 1), 1470, TIJUANA) == wall("2026-12-02T08:30Z")


def test_a_day_begins_at_its_own_midnight() -> None:
    assert local_date(wall("2026-12-01T07:59Z"), TIJUANA) == date(2026, 11, 30)
    assert local_date(wall("2026-12-01T08:00Z"), TIJUANA) == date(2026, 12, 1)


BORDER = ("America/Ciudad_Juarez", "America/Ojinaga", "America/Matamoros", "America/Santiago")
zones = st.sampled_from([*sorted({state.zone for state in STATES.values()}), *BORDER]).map(ZoneInfo)
walls = st.datetimes(wall("2015-01-01"), wall("2035-01-01")).map(
    lambda at: at.replace(second=0, microsecond=0)
)


@given(walls, zones)
def test_the_clock_shows_it_at_that_instant_unless_it_is_skipped(
    shown: datetime, zone: ZoneInfo
) -> None:
    first, last = (instant(shown, zone, last=is_last) for is_last in (False, True))
    back = first.astimezone(zone).replace(tzinfo=None)
    before = (first - timedelta(seconds=1)).astimezone(zone).replace(tzinfo=None)
    assert first <= last
    assert first.tzinfo is UTC
    assert back == shown or before < shown < back


@given(walls, st.timedeltas(timedelta(0), timedelta(days=2)), zones)
def test_first_instants_keep_the_order_of_the_clock(
    shown: datetime, later: timedelta, zone: ZoneInfo
) -> None:
    assert instant(shown, zone) <= instant(shown + later, zone)


def test_the_zones_of_all_states_exist() -> None:
    assert {state.zone for state in STATES.values()} <= ZONES
