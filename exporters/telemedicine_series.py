"""What the links of sites with telemedicine are good for: eight series each, and none elsewhere."""

from typing import Any

from config.component import Component
from exporters.labels import Labels, labelled
from exporters.metric_family import AnyFamily, Family
from exporters.row_families import ChoiceFamily
from monitor.ports import ProbeRun
from monitor.vocabulary import Fitness

_LABELS = ("site", "component")


class TelemedicineFamilies:
    """R and MOS are those of ITU-T G.107 and P.800; they are absent while unknown."""

    def __init__(self) -> None:
        self.fitness = ChoiceFamily(
            "guardia_telemedicine_fitness",
            "1 for what a link is good for in telemedicine, 0 for the other four.",
            _LABELS, "fitness", (Fitness.UNKNOWN, *(f for f in Fitness if f != Fitness.UNKNOWN)),
        )  # fmt: skip
        self.r = _gauge("guardia_telemedicine_r", "R of the E-model over the window, 0 to 93.2.")
        self.r_p10 = _gauge(
            "guardia_telemedicine_r_p10", "The R that nine tenths of the window reached."
        )
        self.mos = _gauge(
            "guardia_telemedicine_mos", "Mean opinion score that follows from R, 1 to 4.5."
        )

    def all(self) -> tuple[AnyFamily[Any], ...]:
        return (self.fitness, self.r, self.r_p10, self.mos)


class TelemedicineSeries:
    """Of one link; `unknown` until it is assessed."""

    __slots__ = ("_fitness", "_mos", "_r", "_r_p10")

    def __init__(self, families: TelemedicineFamilies, component: Component) -> None:
        labels: Labels = labelled(_LABELS, (component.site, component.path))
        self._fitness = families.fitness.bind(labels)
        self._r = families.r.bind(labels)
        self._r_p10 = families.r_p10.bind(labels)
        self._mos = families.mos.bind(labels)

    def show(self, run: ProbeRun) -> None:
        """Take over what a run led to. A link that is down has no figures, and is unfit."""
        assessment = run.assessment
        if assessment is None:
            return
        self._fitness.set(assessment.fitness)
        figures = None if assessment.is_down else assessment.figures
        self._r.set(None if figures is None else round(figures.r, 1))
        self._r_p10.set(None if figures is None else round(figures.r_p10, 1))
        self._mos.set(None if figures is None else round(figures.mos, 2))

    def release(self) -> None:
        for row in (self._fitness, self._r, self._r_p10, self._mos):
            row.drop()


def _gauge(name: str, documentation: str) -> Family:
    return Family("gauge", name, documentation, _LABELS)
