"""Is it open, and until when: on working days, on holidays, and when the clocks are set."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.area import Area
from config.dates import format_time
from config.holidays import Holidays
from config.hours import DAYS, Hours
from config.settings import Settings
from config.site import Site
from config.timetable import Timetable, is_open, next_change, timetable_of

TIJUANA = ZoneInfo("America/Tijuana")


def timetable(hours: object, zone: str = "America/Tijuana") -> Timetable:
    return Timetable(Hours.model_validate(hours), ZoneInfo(zone), Holidays())


def local(text: str, zone: ZoneInfo = TIJUANA) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("hours", "at", "is_so", "until"),
    [
        ("24x7", "2026-12-25 03:00", True, None),
        ("weekdays", "2026-11-13 19:59", True, "2026-11-13 20:00"),  # Friday
        ("weekdays", "2026-11-13 20:00", False, "2026-11-17 08:00"),  # Monday is a holiday
        ("weekdays", "2026-11-17 08:00", True, "2026-11-17 20:00"),
        ("weekends", "2026-11-14 12:00", True, "2026-11-14 20:00"),
        ("weekends", "2026-11-15 21:00", False, "2026-11-16 08:00"),  # the holiday
        ("weekends", "2026-11-16 21:00", False, "2026-11-21 08:00"),
        ({"holidays": "09:00-12:00"}, "2026-05-02 00:00", False, "2026-09-16 09:00"),
        ({"fri": "20:00-08:00"}, "2026-11-14 07:59", True, "2026-11-14 08:00"),
        ({"sun": "20:00-08:00"}, "2026-11-16 07:00", True, "2026-11-16 08:00"),  # began on Sunday
        ({"mon": "20:00-08:00"}, "2026-11-16 21:00", False, "2026-11-23 20:00"),  # a holiday
        ({"sat": ["08:00-12:00", "12:00-15:00"]}, "2026-11-14 09:00", True, "2026-11-14 15:00"),
        ({"weekdays": "24h", "weekends": "24h"}, "2026-11-10 12:00", True, "2026-11-16 00:00"),
        ({"sun": "02:00-03:00"}, "2026-03-07 12:00", False, "2026-03-15 02:00"),  # skipped
        ({"sun": "01:30-02:30"}, "2026-03-08 01:45", True, "2026-03-08 03:00"),
        ({"sun": "01:00-01:30"}, "2026-11-01 00:00", False, "2026-11-01 01:00"),
    ],
)
def test_open_and_until_when(hours: object, at: str, is_so: bool, until: str | None) -> None:
    table = timetable(hours)

    assert table.is_open(local(at)) is is_so
    change = table.next_change(local(at))
    told = change and change.astimezone(TIJUANA).strftime("%Y-%m-%d %H:%M")
    assert told == until


def test_an_hour_that_occurs_twice_is_open_both_times() -> None:
    table = timetable({"sun": "01:00-01:30"})
    opens = table.next_change(local("2026-11-01 00:00"))

    assert opens is not None
    assert table.next_change(opens) == opens + timedelta(minutes=90)


def test_what_never_opens_within_a_year_does_not_change() -> None:
    rare = Timetable(
        Hours.model_validate({"holidays": "24h"}),
        TIJUANA,
        Holidays.model_validate({"federal": False, "also": "2030-01-01"}),
    )
    assert rare.next_change(local("2026-01-01 00:00")) is None
    assert rare.next_opening(local("2026-01-01 00:00")) is None
    assert rare.next_opening(local("2030-01-01 05:00")) == local("2030-01-01 05:00")


def site(**written: object) -> Site:
    return Site.model_validate({"id": "cs-1", "name": "Uno", **written})


SETTINGS = Settings.model_validate({"include": ["x"], "hours": {"clinic": "weekdays"}})


def test_an_area_goes_before_its_site_and_a_site_before_its_type() -> None:
    night = local("2026-11-17 03:00", ZoneInfo("America/Mexico_City"))
    lab = Area.model_validate({"id": "laboratorio", "hours": "weekdays"})
    plain = Area.model_validate({"id": "farmacia"})
    always = site(hours="24x7")

    assert not is_open(site(), SETTINGS, night)
    assert is_open(always, SETTINGS, night)
    assert is_open(site(type="hospital"), SETTINGS, night)
    assert not timetable_of(always, SETTINGS, lab).is_open(night)
    assert timetable_of(always, SETTINGS, plain).is_open(night)
    assert next_change(site(), SETTINGS, night) == night + timedelta(hours=5)
    assert is_open(site(), Settings(include=("x",)), night)  # nobody said that it closes


def test_each_site_goes_by_its_own_clock() -> None:
    at = local("2026-11-17 07:30")  # 09:30 in Mexico City
    assert not is_open(site(state="BC"), SETTINGS, at)
    assert is_open(site(state="DF"), SETTINGS, at)


spans = st.tuples(st.integers(0, 95), st.integers(0, 96)).filter(lambda pair: pair[0] != pair[1])
days = st.one_of(
    st.sampled_from(["closed", "24h"]),
    spans.map(lambda pair: f"{format_time(pair[0] * 15)}-{format_time(pair[1] * 15)}"),
)
weeks = st.dictionaries(st.sampled_from(["weekdays", "weekends", "holidays", *DAYS]), days).filter(
    lambda week: any(value != "closed" for value in week.values())
)
zones = st.sampled_from(["America/Tijuana", "America/Matamoros", "America/Hermosillo"])
instants = st.one_of(
    st.datetimes(datetime(2025, 1, 1), datetime(2031, 1, 1)),  # noqa: DTZ001
    st.sampled_from([datetime(2026, 3, 8), datetime(2026, 11, 1)]).flatmap(  # noqa: DTZ001
        lambda midnight: st.timedeltas(timedelta(hours=-30), timedelta(hours=60)).map(
            lambda over: midnight + over
        )
    ),
)


@settings(max_examples=150)
@given(weeks, zones, instants, st.floats(0, 1, exclude_max=True))
def test_it_stays_so_until_the_next_change_and_not_beyond(
    week: dict[str, str], zone: str, shown: datetime, part: float
) -> None:
    try:
        table = timetable(week, zone)
    except ValueError:
        return  # a week whose own days close what its groups open
    at = shown.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)  # elapsed time, not wall time
    is_so, change = table.is_open(at), table.next_change(at)
    if change is None:
        assert table.is_open(at + timedelta(days=300 * part)) is is_so
        return
    assert change > at
    assert table.is_open(change) is not is_so
    last = change - timedelta(microseconds=1)
    assert table.is_open(min(at + (change - at) * part, last)) is is_so
    assert table.is_open(last) is is_so
