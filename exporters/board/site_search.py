"""What the forms of the lists ask of a site, whatever a list has rows of."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from config.site import Site
from config.state import STATES
from exporters.api_view import matches

MOST_LETTERS = 100
"""Of what is searched for; the fields of the forms take no more."""


@dataclass(frozen=True, slots=True)
class SiteSearch:
    """`words` are of an id, CLUES, name or municipality; `federal_state` is its two letters.

    What is empty asks for nothing.
    """

    words: str
    federal_state: str

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "SiteSearch":
        return cls(words_of(query), query.get("federal_state", ""))

    def fits(self, site: Site) -> bool:
        """Tell whether a site is asked for."""
        return self.federal_state in ("", site.state) and (
            not self.words or matches(site, self.words)
        )


def words_of(query: Mapping[str, str]) -> str:
    """Return what a form searches for."""
    return query.get("q", "")[:MOST_LETTERS].strip()


def states_of(sites: Iterable[Site]) -> dict[str, str]:
    """Return the names of the federal states that sites are in, for a form to choose from."""
    codes = {site.state for site in sites}
    return {code: state.name for code, state in STATES.items() if code in codes}
