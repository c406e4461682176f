"""Maintenance as reports count it: windows of files and of orders, ended early or called off."""

from datetime import datetime, timedelta

import pytest

from config.maintenance import MaintenanceWindow
from monitor.report.exclusions import instant
from monitor.report.planned_work import PlannedWork
from monitor.report.spans import Spans
from monitor.response.windows import WindowRecord
from tests.monitor.report.sample import BEGINS, ENDS, HOUR, clinic, fleet

HOSPITAL = clinic("hg", areas=[{"id": "uci"}, {"id": "archivo-clinico"}])


def window(**more: object) -> MaintenanceWindow:
    given: dict[str, object] = {
        "id": "w", "reason": "Cambio de baterías del UPS", "by": "Conservación", "sites": ["hg"],
    }  # fmt: skip
    return MaintenanceWindow.model_validate(given | more)


def at(hour: float) -> datetime:
    return instant(BEGINS) + timedelta(hours=hour)


def worked_on(
    component: str, *windows: MaintenanceWindow, orders: tuple[tuple[str, WindowRecord], ...] = ()
) -> list[tuple[float, float]]:
    """When a component is under maintenance, in hours after the beginning of the period."""
    held = fleet(HOSPITAL, clinic("otra"), maintenance=windows)
    spans: Spans = PlannedWork((BEGINS, ENDS), held, orders).on(held.components[component])
    return [((starts - BEGINS) / HOUR, (ends - BEGINS) / HOUR) for starts, ends in spans]


def order(written: MaintenanceWindow | None, ended: float | None = None) -> WindowRecord:
    ended_at = None if ended is None else at(ended)
    return WindowRecord(written=written, noted_at=at(0), ended_at=ended_at)


ONCE = window(**{"from": at(2), "to": at(5)})
DAILY = window(every={"day": "daily", "at": "10:00", "lasts": "2h"})


def test_a_window_of_a_file_counts_while_it_lasts() -> None:
    assert worked_on("hg/link/cfe", ONCE) == [(2, 5)]
    assert worked_on("otra/link/cfe", ONCE) == []


def test_what_recurs_counts_each_time() -> None:
    assert worked_on("hg", DAILY) == [(10, 12), (34, 36)]


def test_a_life_critical_area_counts_unless_it_is_named() -> None:
    assert worked_on("hg/area/uci", ONCE) == []
    assert worked_on("hg/area/archivo-clinico", ONCE) == [(2, 5)]
    named = window(**{"from": at(2), "to": at(5), "critical_areas": ["uci"]})
    assert worked_on("hg/area/uci", named) == [(2, 5)]


def test_overlapping_windows_are_one_stretch() -> None:
    other = window(id="v", **{"from": at(4), "to": at(7)})
    assert worked_on("hg", ONCE, other) == [(2, 7)]


def test_a_window_that_began_before_the_period_and_outlasts_it_is_cut_to_it() -> None:
    long = window(**{"from": at(-5), "to": at(60)})
    assert worked_on("hg", long) == [(0, 48)]


@pytest.mark.parametrize(
    ("ended", "counts"),
    [(3, [(2, 3)]), (1, []), (6, [(2, 5)])],
    ids=["early", "before it began", "after it was over"],
)
def test_an_order_that_somebody_ended(ended: float, counts: list[tuple[float, float]]) -> None:
    orders = (("w", order(ONCE)), ("w", order(ONCE, ended)))
    assert worked_on("hg", orders=orders) == counts


def test_a_recurring_window_of_a_file_goes_on_after_each_time_that_it_was_ended() -> None:
    orders = (("w", order(None, 11)), ("w", order(None, 35)))
    assert worked_on("hg", DAILY, orders=orders) == [(10, 11), (34, 35)]


def test_a_generator_test_excludes_nothing_but_power() -> None:
    test = window(expects="generator_test", **{"from": at(2), "to": at(3)})
    assert worked_on("hg", test) == []
    assert worked_on("hg/link/cfe", test) == []
