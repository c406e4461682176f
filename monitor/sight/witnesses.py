"""The fleet as its own witness: a dozen other sites, asked at once when one falls silent.

Where no anchor vouches for us, a cut of our own uplink looks like every site going down. A sample
spread over the whole list tells the two apart, whatever a single node takes with it: chosen by
where sites stand in the list, it is hit by our own failure alone as a whole.
"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

ASKED = 12
LEAST = 5
"""Fewer tell nothing: five sites of one street may well lose their power together."""
ENOUGH = 3
"""So many other sites that have answered since then make it needless to ask."""
FRESH_S = 5.0


@dataclass(slots=True)
class Witnesses:
    """`candidates` are the sites and the pings of their links, in the order of the list.

    `share` of those asked must be silent before it is us. `chosen` are those asked, with when they
    were last heard of and whether they were silent.
    """

    share: float = 0.6
    candidates: Sequence[tuple[str, str]] = ()
    chosen: dict[str, tuple[float, bool] | None] = field(default_factory=dict)
    _site_of: dict[str, str] = field(default_factory=dict)
    _answers: deque[tuple[float, str]] = field(default_factory=lambda: deque(maxlen=32))
    _lately_s: float = 0.0
    _turn: int = 0

    def adopt(self, candidates: Sequence[tuple[str, str]], share: float) -> None:
        """Take over another list."""
        self.candidates, self.share = candidates, share
        self._site_of = {probe: site for site, probe in candidates}
        self.chosen = {probe: said for probe, said in self.chosen.items() if probe in self._site_of}

    def note(self, probe: str, asked_s: float, now_s: float, *, answered: bool) -> bool:
        """Hear of a run, and return whether it is that of a witness.

        Of one that is no candidate's nothing is kept.
        """
        site = self._site_of.get(probe)
        if site is None:
            return False
        if answered:
            self._answers.append((asked_s, site))
        if probe not in self.chosen:
            return False
        self.chosen[probe] = now_s, not answered
        self._lately_s = now_s
        return True

    def called_for(
        self, site: str, since_s: float, now_s: float, is_known_down: Callable[[str], bool]
    ) -> tuple[str, ...]:
        """Return the probes to ask, now that a site has been silent since an instant.

        None are, where enough others have answered since. Those chosen stay while they are heard.
        """
        others = {other for asked_s, other in self._answers if asked_s >= since_s}
        if len(others - {site}) >= ENOUGH:
            return ()
        if now_s - self._lately_s > FRESH_S or not self.chosen:
            self.chosen = dict.fromkeys(self._choose(site, is_known_down))
            self._lately_s = now_s
        return tuple(self.chosen)

    def are_silent(self, now_s: float) -> bool:
        """Tell whether so many of them are that it must be us."""
        lost, heard = self.count(now_s)
        return heard >= LEAST and lost >= self.share * heard

    def count(self, now_s: float) -> tuple[int, int]:
        """Return how many of them are silent, and of how many we have heard lately."""
        said = [one for one in self.chosen.values() if one and now_s - one[0] <= FRESH_S]
        return sum(lost for _, lost in said), len(said)

    def _choose(self, besides: str, is_known_down: Callable[[str], bool]) -> list[str]:
        """Return pings spread over the list; others of it the next time."""
        count = len(self.candidates)
        step = max(1, count // ASKED)
        self._turn = (self._turn + 1) % step
        firsts = ((self._turn + first) % step for first in range(step))
        order = (place for first in firsts for place in range(first, count, step))
        found: list[str] = []
        for place in order:
            site, probe = self.candidates[place]
            if site != besides and not is_known_down(site):
                found.append(probe)
            if len(found) == ASKED:
                break
        return found
