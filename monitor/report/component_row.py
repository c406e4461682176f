"""One component in a period: how long it was what, altogether and in its opening hours."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import NamedTuple

from config.component import Component
from config.site import Site
from monitor.report.blame import NOBODY_KNOWS, Blame
from monitor.report.spans import Ruler, Span
from monitor.report.tally import Lot, Tally
from monitor.report.timeline import Excluded, Step, Stretch, counted, states


class Outage(NamedTuple):
    """One time that a component was down.

    `began` and `ended` are the numbers of its changes in the journal, `ended` 0 while it lasts.
    `began_ms` may lie before the period; `down_ms` is what of it counts, `open_ms` what of that
    lies in opening hours. Nothing counts of an outage that maintenance covers.
    """

    component: str
    site: str
    began: int
    ended: int
    began_ms: int
    ended_ms: int | None
    down_ms: int
    open_ms: int
    because: str
    blame: Blame


@dataclass(slots=True)
class ComponentRow:
    """`down` are the stretches that count as down, each with the number of the outage's change."""

    component: Component
    site: Site
    provider: str
    total: Tally = field(default_factory=Tally)
    opened: Tally = field(default_factory=Tally)
    down: list[tuple[int, int, int]] = field(default_factory=list)

    def fold(
        self, period: Span, steps: Sequence[Step], excluded: Sequence[Excluded], hours: Ruler
    ) -> list[Outage]:
        """Count a period; return the outages in it. Those of which anything counts are failures."""
        stretches = states(period, steps)
        by_outage: dict[int, tuple[int, int]] = {}
        total, opened = self.total.ms, self.opened.ms
        for starts, ends, lot, began in counted(stretches, excluded):
            open_ms = hours.between(starts, ends)
            total[lot] += ends - starts
            opened[lot] += open_ms
            if lot is Lot.DOWN:
                self.down.append((starts, ends, began))
                down_ms, down_open_ms = by_outage.get(began, (0, 0))
                by_outage[began] = (down_ms + ends - starts, down_open_ms + open_ms)
        self.total.failures = len(by_outage)
        self.opened.failures = sum(open_ms > 0 for _, open_ms in by_outage.values())
        return list(self._outages(period, stretches, steps, by_outage))

    def _outages(
        self,
        period: Span,
        stretches: Sequence[Stretch],
        steps: Sequence[Step],
        counts: Mapping[int, tuple[int, int]],
    ) -> Iterator[Outage]:
        known = {step.number: step for step in steps}
        for stretch, after in zip_longest(stretches, stretches[1:]):
            if stretch.lot is not Lot.DOWN:
                continue
            down_ms, open_ms = counts.get(stretch.began, (0, 0))
            is_older = stretch.starts == period[0]
            yield Outage(
                component=self.component.key,
                site=self.site.id,
                began=stretch.began,
                ended=after.began if after else 0,
                began_ms=known[stretch.began].since_ms if is_older else stretch.starts,
                ended_ms=stretch.ends if after else None,
                down_ms=down_ms,
                open_ms=open_ms,
                because=known[stretch.began].because,
                blame=NOBODY_KNOWS,
            )
