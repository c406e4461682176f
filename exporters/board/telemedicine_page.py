"""The page of telemedicine: where a consultation would work now, by state and by site."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from config.component import ComponentKind
from config.site import Site
from exporters.board.fleet_page import FleetPage
from exporters.board.picture import LinkVoice
from exporters.board.site_search import SiteSearch, states_of
from exporters.board.turning import part_of
from monitor.vocabulary import Fitness

ROWS = 200
_RANK = {fitness.value: place for place, fitness in enumerate(Fitness)}
_UNMEASURED = LinkVoice(Fitness.UNKNOWN.value, None, None)


@dataclass(frozen=True, slots=True)
class ClinicRow:
    """A site with telemedicine and the best of its links."""

    site: Site
    link: str
    voice: LinkVoice


class TelemedicinePage(FleetPage):
    """`/telemedicine`, with `q`, `federal_state`, `fitness` and `page`."""

    template = "telemedicine.html.j2"

    def _shown(self, query: Mapping[str, str]) -> Mapping[str, object]:
        every, search = list(self._rows()), SiteSearch.of(query)
        fitness = query.get("fitness", "")
        rows = [
            row for row in every if search.fits(row.site) and fitness in ("", row.voice.fitness)
        ]
        rows.sort(key=lambda row: (-_severity(row.voice), row.site.federal_state, row.site.name))
        return {
            "tallies": _tallies(every),
            "grades": tuple(_RANK),
            "part": part_of(rows, query, ROWS),
            "given": query,
            "states": states_of(row.site for row in every),
        }

    def _rows(self) -> Iterator[ClinicRow]:
        for site in self._registry.fleet().sites:
            if site.has_telemedicine:
                link, voice = self._best(site)
                yield ClinicRow(site, link, voice)

    def _best(self, site: Site) -> tuple[str, LinkVoice]:
        known = [
            (link.name or link.id, voice)
            for link in site.links
            if (voice := self._picture.voices.get(f"{site.id}/{ComponentKind.LINK}/{link.id}"))
        ]
        return min(known, key=lambda pair: _RANK[pair[1].fitness], default=("", _UNMEASURED))


def _severity(voice: LinkVoice) -> int:
    """Return what puts the unfit first, and what was not measured behind the worst known."""
    rank = _RANK[voice.fitness]
    return -1 if voice.fitness == Fitness.UNKNOWN else rank


def _tallies(rows: list[ClinicRow]) -> list[tuple[str, dict[str, int]]]:
    """Return how many sites of each state have which fitness; the sum of all comes first."""
    total, states = dict.fromkeys(_RANK, 0), dict[str, dict[str, int]]()
    for row in rows:
        total[row.voice.fitness] += 1
        states.setdefault(row.site.federal_state, dict.fromkeys(_RANK, 0))[row.voice.fitness] += 1
    return [("", total), *sorted(states.items())]
