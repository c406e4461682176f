"""A month is that of the clocks on the wall of each site, wherever it is asked about from."""

import csv
import json

import pytest

from config.fleet import Fleet
from monitor.report.blame import Share
from monitor.report.page import page
from monitor.report.question import Question
from monitor.report.record import Record
from monitor.report.report import Report, report
from monitor.report.tables import as_csv, as_json
from tests.monitor.report.sample import (
    DAY,
    ENDS,
    FIRST,
    HOUR,
    QUESTION,
    clinic,
    fleet,
    record,
    steps,
)

CANCUN, HERMOSILLO = "America/Cancun", "America/Hermosillo"
"""An hour ahead of the capital, and an hour behind it."""
CAPITAL = "America/Mexico_City"
UP = (-600.0, "up")
AROUND_MIDNIGHT = {
    "qr": steps(UP, (2880 - 90, "down"), (2880 - 30, "up")),
    "so": steps(UP, (2880 + 30, "down"), (2880 + 90, "up"), number=10),
}
"""Half an hour before the midnight that ends the period by their own clocks, and half after."""


@pytest.fixture
def country() -> Fleet:
    return fleet(
        clinic("qr", state="QR", timezone=CANCUN), clinic("so", state="SR", timezone=HERMOSILLO)
    )


@pytest.fixture
def held() -> Record:
    return record(AROUND_MIDNIGHT)


def down_ms(told: Report) -> dict[str, int]:
    return {row.site.id: row.total.down_ms for row in told.sites}


def test_the_last_night_of_a_month_ends_at_the_midnight_of_each_site(
    country: Fleet, held: Record
) -> None:
    told = report(country, held, QUESTION)
    assert down_ms(told) == {"qr": HOUR // 2, "so": HOUR // 2}
    assert [day[Share.UNKNOWN] for day in told.days] == [0, HOUR]
    assert told.span[1] == ENDS + HOUR
    assert all(sum(row.total.ms.values()) == 2 * DAY for row in told.sites)


def test_whoever_names_a_zone_is_told_of_the_same_instants_everywhere(
    country: Fleet, held: Record
) -> None:
    told = report(country, held, Question(QUESTION.first, QUESTION.last, CAPITAL))
    assert down_ms(told) == {"qr": HOUR, "so": 0}


@pytest.mark.parametrize("site", ["qr", "so"])
def test_a_site_has_the_same_figures_in_the_report_of_the_country_as_in_its_own(
    country: Fleet, held: Record, site: str
) -> None:
    alone = report(country, held, Question(QUESTION.first, QUESTION.last, site=site))
    (row,) = (row for row in report(country, held, QUESTION).sites if row.site.id == site)
    assert alone.sites[0].total == row.total
    assert alone.whole.shares_ms[Share.UNKNOWN] == row.total.down_ms


def test_it_is_over_when_the_last_midnight_has_passed(country: Fleet) -> None:
    at_the_capital = record(AROUND_MIDNIGHT, lives=((ENDS - 3 * DAY, ENDS + HOUR // 2),))
    assert not report(country, at_the_capital, QUESTION).is_over
    afterwards = record(AROUND_MIDNIGHT, lives=((ENDS - 3 * DAY, ENDS + HOUR),))
    assert report(country, afterwards, QUESTION).is_over


def test_it_says_by_whose_clocks(country: Fleet, held: Record) -> None:
    told = report(country, held, QUESTION)
    assert "4 – 5 noviembre 2026, días completos, hora local de cada sitio" in page(told, "es")
    assert "whole days, each site by its own clocks" in page(told, "en")
    rows = list(csv.DictReader(as_csv(told, "availability")))
    assert {row["site"]: row["timezone"] for row in rows} == {"qr": CANCUN, "so": HERMOSILLO}
    assert json.loads("".join(as_json(told)))["timezone"] == ""
    named = report(country, held, Question(FIRST, FIRST, CAPITAL))
    assert "hora de America/Mexico_City" in page(named, "es")
    assert json.loads("".join(as_json(named)))["timezone"] == CAPITAL


def test_stops_of_the_daemon_are_told_by_the_clocks_that_all_sites_share(held: Record) -> None:
    stop = record(
        AROUND_MIDNIGHT, lives=((ENDS - 3 * DAY, ENDS - 3 * HOUR), (ENDS - 2 * HOUR, ENDS))
    )
    alone = fleet(clinic("qr", state="QR", timezone=CANCUN))
    assert "2026-11-05 23:00:00 −05:00" in page(report(alone, stop, QUESTION), "es")
    both = fleet(*alone.sites, clinic("so", state="SR", timezone=HERMOSILLO))
    assert "2026-11-05 22:00:00 −06:00" in page(report(both, stop, QUESTION), "es")
