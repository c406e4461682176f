"""What the forms of the lists ask of a site."""

import pytest

from exporters.board.site_search import MOST_LETTERS, SiteSearch, states_of, words_of
from tests.exporters.watched import fleet

SITES = fleet().sites


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["cs-maneadero", "hg-ensenada"]),
        ({"q": "  ", "federal_state": ""}, ["cs-maneadero", "hg-ensenada"]),
        ({"q": " MANEADERO "}, ["cs-maneadero"]),
        ({"q": "énsenada", "federal_state": "BC"}, ["cs-maneadero", "hg-ensenada"]),
        ({"federal_state": "CS"}, []),
        ({"federal_state": "Baja California"}, []),  # letters are asked for, as the form does
        ({"q": "nowhere", "federal_state": "BC"}, []),
    ],
)
def test_sites_are_asked_for_by_words_and_by_state(query: dict[str, str], found: list[str]) -> None:
    search = SiteSearch.of(query)
    assert [site.id for site in SITES if search.fits(site)] == found


def test_no_more_is_searched_for_than_a_field_takes() -> None:
    assert words_of({"q": "x" * 5000}) == "x" * MOST_LETTERS


def test_a_form_offers_the_states_that_sites_are_in_by_name() -> None:
    stateless = SITES[0].model_copy(update={"state": None})
    assert states_of([*SITES, stateless]) == {"BC": "Baja California"}
    assert stateless.federal_state == ""
