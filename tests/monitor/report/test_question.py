"""What can be asked, and what is said where nothing fits."""

from datetime import date

import pytest

from monitor.report.question import Question, QuestionError
from tests.monitor.report.sample import BEGINS, FIRST, HOUR, clinic, fleet

TELMEX = [{"id": "dsl", "provider": "Telmex", "probes": []}]
FLEET = fleet(
    clinic("b"),
    clinic("a", state="OC", municipality="Tlacolula de Matamoros", links=TELMEX),
    clinic("c", clues="BCIMB000010"),
)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["a", "b", "c"]),
        ({"state": "BC"}, ["b", "c"]),
        ({"municipality": "tlacolula DE matamoros"}, ["a"]),
        ({"site": "b"}, ["b"]),
        ({"site": "BCIMB000010"}, ["c"]),
        ({"provider": "telmex"}, ["a"]),
    ],
)
def test_whom_it_is_about(asked: dict[str, str], found: list[str]) -> None:
    sites = Question(FIRST, FIRST, **asked).sites(FLEET)
    assert [site.id for site in sites] == found


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"state": "YN"}, "no site has --state `YN`; there are such as `BC`, `OC`"),
        ({"municipality": "Ensenadda"}, "did you mean `Ensenada`?"),
        ({"provider": "CFE Internt"}, "did you mean `CFE Internet`?"),
        ({"state": "OC", "site": "b"}, "no site has --site `b`"),
    ],
)
def test_a_question_that_fits_no_site_says_what_does(asked: dict[str, str], told: str) -> None:
    with pytest.raises(QuestionError) as caught:
        Question(FIRST, FIRST, **asked).sites(FLEET)
    assert told in str(caught.value)


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(QuestionError, match="before it begins"):
        Question(FIRST, date(2026, 11, 1)).sites(FLEET)


@pytest.mark.parametrize(("named", "own"), [("America/Tijuana", "UTC"), ("", "America/Tijuana")])
def test_days_are_those_of_the_calendar_also_where_clocks_change(named: str, own: str) -> None:
    asked = Question(date(2026, 10, 31), date(2026, 11, 2), named)
    assert [(ends - starts) // HOUR for _, (starts, ends) in asked.days_in(own)] == [24, 25, 24]
    assert [day.day for day, _ in asked.days_in(own)] == [31, 1, 2]
    assert asked.days_in(own)[-1][1][1] == asked.period_in(own)[1]


def test_all_sites_together_are_read_from_the_first_midnight_to_the_last() -> None:
    sites = [clinic("qr", timezone="America/Cancun"), clinic("so", timezone="America/Hermosillo")]
    begins, ends = Question(FIRST, FIRST).span(sites)
    assert (begins, ends) == (BEGINS - HOUR, BEGINS + 25 * HOUR)
    assert Question(FIRST, FIRST, "America/Mexico_City").span(sites) == (BEGINS, BEGINS + 24 * HOUR)
