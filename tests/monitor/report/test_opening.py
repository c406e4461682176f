"""Opening hours of a period: holidays, and the days on which clocks change."""

from datetime import date

import pytest

from config.settings import Settings
from config.timetable import timetable_of
from monitor.report.exclusions import not_in_service
from monitor.report.opening import Opening, open_spans
from monitor.report.question import Question
from tests.monitor.report.sample import HOUR, clinic

SETTINGS = Settings.model_validate({"include": ["x.yaml"]})
TIJUANA = "America/Tijuana"


def open_hours(first: date, last: date, zone: str = TIJUANA, hours: object = "24x7") -> float:
    period = Question(first, last).period_in(zone)
    return Opening(period, SETTINGS).of(clinic(timezone=zone, hours=hours)).between(*period) / HOUR


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 8), 23), (date(2026, 11, 1), 25), (date(2026, 6, 1), 24)]
)
def test_a_day_on_which_the_clocks_change_has_the_hours_it_has(day: date, hours: float) -> None:
    assert open_hours(day, day, hours="24x7") == hours


def test_a_month_of_weekdays_has_its_shifts_without_the_holiday() -> None:
    # November 2026 has 21 weekdays, and the 16th is a day of rest
    assert open_hours(date(2026, 11, 1), date(2026, 11, 30), hours="weekdays") == 20 * 12


def test_a_night_shift_goes_on_into_the_period_and_is_cut_at_its_end() -> None:
    hours = {"weekdays": "20:00-08:00"}
    assert open_hours(date(2026, 11, 4), date(2026, 11, 4), hours=hours) == 8 + 4


def test_a_night_shift_in_which_the_clocks_go_back_is_an_hour_longer() -> None:
    saturday = {"sat": "20:00-08:00"}
    assert open_hours(date(2026, 10, 31), date(2026, 11, 1), hours=saturday) == 13


def test_places_of_the_same_hours_share_one_ruler() -> None:
    opening = Opening(
        Question(date(2026, 11, 1), date(2026, 11, 2)).period_in("America/Mexico_City"), SETTINGS
    )
    assert opening.of(clinic("a")) is opening.of(clinic("b"))
    assert opening.of(clinic("a")) is not opening.of(clinic("b", hours="weekdays"))


def test_open_spans_are_apart_and_inside() -> None:
    period = Question(date(2026, 11, 2), date(2026, 11, 3)).period_in("America/Mexico_City")
    spans = open_spans(period, timetable_of(clinic(hours="weekdays"), SETTINGS))
    assert [ends - starts for starts, ends in spans] == [12 * HOUR, 12 * HOUR]


def test_a_site_counts_from_the_midnight_of_its_own_zone_on_which_it_becomes_active() -> None:
    period = Question(date(2026, 11, 1), date(2026, 11, 3)).period_in("America/Mexico_City")
    planned = clinic(timezone=TIJUANA, active_from="2026-11-02", retired_from="2026-11-03")
    before, after = not_in_service(period, planned)
    # Tijuana's midnight is 02:00 in Mexico City in winter
    assert before == (period[0], period[0] + 26 * HOUR)
    assert after == (period[0] + 50 * HOUR, period[1])


def test_a_planned_site_without_a_day_is_not_in_service_at_all() -> None:
    period = Question(date(2026, 11, 1), date(2026, 11, 3)).period_in("America/Mexico_City")
    assert not_in_service(period, clinic(status="planned")) == (period,)
    assert not_in_service(period, clinic()) == ()
