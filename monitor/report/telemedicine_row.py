"""For how long a site was good for which consultation, by the best of its links at each instant."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from config.site import Site
from monitor.quality.fitness import GRADES
from monitor.report.spans import Ruler, Span, Spans, common, joined, length, without
from monitor.report.timeline import Excluded, Step, held
from monitor.vocabulary import Fitness


@dataclass(frozen=True, slots=True)
class TelemedicineRow:
    """Milliseconds by fitness, altogether and in opening hours; what is excluded is unknown."""

    site: Site
    total_ms: dict[Fitness, int]
    open_ms: dict[Fitness, int]

    @property
    def apt_ms(self) -> int:
        """Return how long a consultation by video was possible, with reservations or without."""
        return self.total_ms[Fitness.READY] + self.total_ms[Fitness.READY_WITH_RESERVATIONS]

    @property
    def apt_open_ms(self) -> int:
        return self.open_ms[Fitness.READY] + self.open_ms[Fitness.READY_WITH_RESERVATIONS]


def telemedicine_row(
    site: Site,
    period: Span,
    links: Iterable[Sequence[Step]],
    excluded: Sequence[Excluded],
    hours: Ruler,
) -> TelemedicineRow:
    """Count a site; `links` are the changes of what each of its links was good for."""
    seen = without((period,), joined((starts, ends) for starts, ends, _ in excluded))
    by_grade: dict[str, list[Span]] = {}
    for steps in links:
        for starts, ends, state, _ in held(period, steps):
            by_grade.setdefault(state, []).append((starts, ends))
    total, opened = dict.fromkeys(Fitness, 0), dict.fromkeys(Fitness, 0)
    left: Spans = seen
    for grade in GRADES:
        spans = common(left, joined(by_grade.get(grade.value, ())))
        left = without(left, spans)
        total[grade], opened[grade] = length(spans), _measured(hours, spans)
    whole = (period,)
    total[Fitness.UNKNOWN] = length(whole) - sum(total.values())
    opened[Fitness.UNKNOWN] = _measured(hours, whole) - sum(opened.values())
    return TelemedicineRow(site, total, opened)


def _measured(hours: Ruler, spans: Iterable[Span]) -> int:
    return sum(hours.between(starts, ends) for starts, ends in spans)
