"""How well a group's fall explains what its children lose and answer. No state, no clock."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from monitor.topology.row import ANSWERED_NATS, Row

_ON_THE_WAY_S = 0.5
"""Probes sent within that time of each other may have met a cut in another order."""


@dataclass(frozen=True, slots=True)
class Weight:
    """`nats` is the log of the likelihood ratio of a fall at `onset_s` over none.

    `prospect_nats` counts rows too that have not been lost a second time.
    """

    nats: float = 0.0
    prospect_nats: float = 0.0
    onset_s: float = 0.0
    lost: int = 0
    standing: int = 0
    answered: int = 0

    def having(self, nats: float) -> "Weight":
        """Return it with evidence from elsewhere."""
        return replace(self, nats=self.nats + nats, prospect_nats=self.prospect_nats + nats)


def weigh(rows: Sequence[Row], answered_s: Iterable[float]) -> Weight:
    """Return the best onset: what began to be lost since, less what was answered since.

    An onset is where some row began. The ratio for it, times the second in which it lies, has a
    mean of at most the time watched if no group falls: the bound of Shiryaev and Roberts
    (science.md A.2, item 7), provided that links lose independently.
    """
    answers = sorted(answered_s, reverse=True)
    best, likeliest = Weight(), 0.0
    nats = prospect = 0.0
    standing = heard = 0
    for lost, row in enumerate(sorted(rows, key=lambda row: row.began_s, reverse=True), start=1):
        prospect += row.weight
        if row.stands:
            nats += row.weight
            standing += 1
        while heard < len(answers) and answers[heard] >= row.began_s + _ON_THE_WAY_S:
            heard += 1
        against = heard * ANSWERED_NATS
        likeliest = max(likeliest, prospect + against)
        if nats + against >= best.nats or best.lost == 0:
            best = Weight(nats + against, 0.0, row.began_s, lost, standing, heard)
    return Weight(best.nats, likeliest, best.onset_s, best.lost, best.standing, best.answered)
