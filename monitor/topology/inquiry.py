"""Whom to ask when one child falls silent: its siblings, its nodes, and at last everybody."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from math import inf

from monitor.site_view import SiteView
from monitor.topology.group import Groups
from monitor.topology.outage import Outage

SAMPLE = 16
"""So many siblings are asked at a first loss, spread over all of them; of up to 24, everybody."""
_FEW = 24
_AGAIN_S = 1.0


@dataclass(slots=True)
class Inquiry:
    """Returns keys of components. No group is asked twice within a second."""

    groups: Groups
    _asked_s: dict[str, float] = field(default_factory=dict)
    _turn: int = 0

    def of_first_loss(self, link: str, at_s: float) -> tuple[str, ...]:
        """Ask the siblings of a link, and what they all hang on."""
        asked: list[str] = []
        for key in self.groups.of[link]:
            if self._may_ask(key, at_s):
                asked.append(key)
                asked += [one for one in self._sample(key) if one != link]
        return tuple(asked)

    def of_all(
        self, keys: Iterable[str], silent: Mapping[str, object], at_s: float
    ) -> tuple[str, ...]:
        """Ask everybody who is not silent already: a node may be falling."""
        return tuple(
            child
            for key in keys
            if self._may_ask(f"{key} all", at_s)
            for child in self.groups.by_key[key].children
            if child not in silent
        )

    def of_members(self, outage: Outage, at_s: float) -> tuple[str, ...]:
        """Ask everybody who fell together: one is back."""
        if not self._may_ask(f"{outage.key} back", at_s):
            return ()
        return (outage.key, *outage.members)

    def of_neighbours(
        self, feeder: str, sites: Iterable[str], views: Mapping[str, SiteView], at_s: float
    ) -> tuple[str, ...]:
        """Ask the power sources of the sites on a feeder."""
        if not self._may_ask(f"{feeder} power", at_s):
            return ()
        known = (views[site] for site in sites if site in views)
        return tuple(islice(_sources(known), 4 * SAMPLE))

    def _sample(self, key: str) -> Sequence[str]:
        children = self.groups.by_key[key].children
        count = len(children)
        if count <= _FEW:
            return children
        self._turn = turn = self._turn + 1
        return [children[(turn + place * count // SAMPLE) % count] for place in range(SAMPLE)]

    def _may_ask(self, what: str, at_s: float) -> bool:
        if at_s - self._asked_s.get(what, -inf) < _AGAIN_S:
            return False
        self._asked_s[what] = at_s
        return True


def _sources(views: Iterable[SiteView]) -> Iterator[str]:
    for view in views:
        for _, standing in view.power_sources():
            yield standing.key
