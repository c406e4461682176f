"""The page against prometheus-client's own, sample by sample, whatever happens to the series."""

import asyncio
import gzip
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

from hypothesis import example, given, settings
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, Metric, generate_latest
from prometheus_client.openmetrics.exposition import generate_latest as generate_openmetrics
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse
from prometheus_client.registry import Collector

from exporters import exposition, metric_family, row_families
from exporters.exposition import Exposition
from exporters.metric_family import Family
from exporters.row_families import ChoiceFamily, HistogramFamily, SummaryFamily, VectorFamily
from exporters.series import Row

OPENMETRICS = "application/openmetrics-text; version=1.0.0"
PHASES = ("resolve", 'odd "phase"\\')
STATES = ("up", 'odd "state"\\', "unknown")
BOUNDS = (0.005, 1.0, 2.5)
DOCUMENTATION = 'What "they" say\\mean,\nin two lines.'


class Reference(Collector):
    """What should be on the page, kept apart from the product and rendered by the library."""

    def __init__(self) -> None:
        self.gauges: dict[str, float | None] = {}
        self.facts: dict[str, float] = {}
        self.counters: dict[str, float] = {}
        self.phases: dict[str, tuple[int | None, ...]] = {}
        self.durations: dict[str, list[int]] = {}
        self.lateness: dict[str, list[float]] = {}
        self.states: dict[str, str] = {}

    def collect(self) -> Iterator[Metric]:
        yield self._metric("gauge", "level", (("", self.gauges),))
        yield self._metric("info", "fact", (("_info", self.facts),))
        yield self._metric("counter", "runs", (("_total", self.counters),))
        phases = Metric("phase_seconds", DOCUMENTATION, "gauge")
        for label, values in self.phases.items():
            for phase, value in zip(PHASES, values, strict=True):
                if value is not None:
                    phases.add_sample(
                        "phase_seconds", {"label": label, "phase": phase}, value / 1e9
                    )
        yield phases
        counts = {label: float(len(held)) for label, held in self.durations.items()}
        sums = {label: sum(held) / 1e9 for label, held in self.durations.items()}
        yield self._metric("summary", "rtt_seconds", (("_count", counts), ("_sum", sums)))
        lateness = Metric("late_seconds", DOCUMENTATION, "histogram")
        for label, held in self.lateness.items():
            for bound in (*BOUNDS, math.inf):
                le = {"le": "+Inf" if bound == math.inf else str(bound)}
                below = sum(value <= bound for value in held)
                lateness.add_sample("late_seconds_bucket", {"label": label} | le, below)
            lateness.add_sample("late_seconds_count", {"label": label}, len(held))
            lateness.add_sample("late_seconds_sum", {"label": label}, sum(held))
        yield lateness
        states = Metric("state", DOCUMENTATION, "gauge")
        for label, chosen in self.states.items():
            for state in STATES:
                states.add_sample("state", {"label": label, "is": state}, float(state == chosen))
        yield states

    def _metric(self, kind: str, name: str, samples: tuple[tuple[str, Any], ...]) -> Metric:
        metric = Metric(name, DOCUMENTATION, kind)
        for label in dict.fromkeys(label for _, values in samples for label in values):
            for ending, values in samples:
                if values[label] is not None:
                    metric.add_sample(name + ending, {"label": label}, values[label])
        return metric


@dataclass
class Both:
    """The product and the reference, to which the same happens."""

    reference: Reference = field(default_factory=Reference)
    registry: CollectorRegistry = field(default_factory=CollectorRegistry)

    def __post_init__(self) -> None:
        label = ("label",)
        with mock.patch.object(exposition, "ProcessSeries") as process:
            process.return_value.all.return_value = ()
            self.page = Exposition()
        self.gauge = Family("gauge", "level", DOCUMENTATION, label)
        self.fact = Family("info", "fact", DOCUMENTATION, label)
        self.counter = Family("counter", "runs", DOCUMENTATION, label)
        self.phase = VectorFamily("phase_seconds", DOCUMENTATION, label, "phase", PHASES, True)
        self.rtt = SummaryFamily("rtt_seconds", DOCUMENTATION, label)
        self.late = HistogramFamily("late_seconds", DOCUMENTATION, BOUNDS, label)
        self.state = ChoiceFamily("state", DOCUMENTATION, label, "is", STATES)
        self.page.register(
            self.gauge, self.fact, self.counter, self.phase, self.rtt, self.late, self.state
        )
        self.registry.register(self.reference)

    def set_gauge(self, label: str, value: float | None) -> None:
        self.gauge.one(label).set(value)
        self.reference.gauges[label] = value

    def set_fact(self, label: str) -> None:
        self.fact.one(label).set(1)
        self.reference.facts[label] = 1

    def count(self, label: str, amount: float) -> None:
        self.counter.one(label).add(amount)
        self.reference.counters[label] = self.reference.counters.get(label, 0) + amount

    def set_phases(self, label: str, values: tuple[int | None, int | None]) -> None:
        self.phase.one(label).set(values)
        self.reference.phases[label] = values

    def time(self, label: str, duration_ns: int) -> None:
        self.rtt.one(label).add(1, duration_ns)
        self.reference.durations.setdefault(label, []).append(duration_ns)

    def observe(self, label: str, seconds: float) -> None:
        self.late.one(label).observe(seconds)
        self.reference.lateness.setdefault(label, []).append(seconds)

    def choose(self, label: str, state: str) -> None:
        self.state.one(label).set(state)
        self.reference.states[label] = state

    def drop(self, label: str) -> None:
        """Take the label out of every family that has it."""
        kept = self.reference
        rows: list[tuple[dict[str, Any], Callable[[str], Row]]] = [
            (kept.gauges, self.gauge.one),
            (kept.facts, self.fact.one),
            (kept.counters, self.counter.one),
            (kept.phases, self.phase.one),
            (kept.durations, self.rtt.one),
            (kept.lateness, self.late.one),
            (kept.states, self.state.one),
        ]
        for held, row in rows:
            if label in held:
                del held[label]
                row(label).drop()

    async def scrape(self, is_openmetrics: bool, is_gzip: bool) -> None:
        """Read the page as a scraper would, and compare it with the reference."""
        accept = OPENMETRICS if is_openmetrics else ""
        page = await self.page.render(accept, "gzip" if is_gzip else "")
        body = gzip.decompress(page.body) if is_gzip else page.body
        if is_openmetrics:
            wanted = generate_openmetrics(self.registry)  # type: ignore[no-untyped-call]
            assert read(parse_openmetrics, body) == read(parse_openmetrics, wanted)
        else:
            assert read(parse, body) == read(parse, generate_latest(self.registry))


def read(parser: Any, body: bytes) -> list[Any]:  # noqa: ANN401
    """Return families in order, each with its samples in any order."""
    return [
        (
            family.name,
            family.type,
            family.documentation,
            sorted((s.name, sorted(s.labels.items()), float(s.value)) for s in family.samples),
        )
        for family in parser(body.decode())
    ]


LABELS = st.one_of(
    st.sampled_from(
        ["hg-ensenada", 'a "quoted" name', "back\\slash", "two\nlines", "ñandú 🏥", ""]
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=6),
    st.text('"\\\n n}{,=#', max_size=4),
)
VALUES = st.one_of(
    st.none(), st.integers(-(2**60), 2**60), st.floats(allow_nan=False), st.booleans()
)
AMOUNTS = st.one_of(st.integers(0, 2**40), st.floats(0, 1e12, allow_nan=False))
DURATIONS_NS = st.integers(0, 10**13)
SECONDS = st.one_of(st.sampled_from(BOUNDS), st.floats(0, 100))
PHASES_NS = st.tuples(st.none() | DURATIONS_NS, st.none() | DURATIONS_NS)
SCRAPES = st.tuples(st.just(Both.scrape), st.booleans(), st.booleans())


@st.composite
def lives(draw: st.DrawFn) -> list[tuple[Any, ...]]:
    """Return what happens to the series of a few labels, with scrapes in between."""
    label = st.sampled_from(draw(st.lists(LABELS, min_size=1, max_size=5)))
    event = st.one_of(
        SCRAPES,
        st.tuples(st.just(Both.set_gauge), label, VALUES),
        st.tuples(st.just(Both.set_fact), label),
        st.tuples(st.just(Both.count), label, AMOUNTS),
        st.tuples(st.just(Both.set_phases), label, PHASES_NS),
        st.tuples(st.just(Both.time), label, DURATIONS_NS),
        st.tuples(st.just(Both.observe), label, SECONDS),
        st.tuples(st.just(Both.choose), label, st.sampled_from(STATES)),
        st.tuples(st.just(Both.drop), label),
    )
    return draw(st.lists(event, min_size=25, max_size=60))


@settings(max_examples=40)
@given(lives())
@example(
    [(Both.set_gauge, str(number), number) for number in range(7)]
    + [(Both.scrape, True, True), (Both.drop, "1"), (Both.set_gauge, "5", math.inf)]
    + [(Both.set_gauge, "x inf", -math.inf), (Both.scrape, False, True)]
)
def test_every_sample_is_what_the_library_would_say(events: list[tuple[Any, ...]]) -> None:
    # Blocks of two lines: most events fall on another block than the one before.
    with (
        mock.patch.object(metric_family, "LINES_PER_BLOCK", 2),
        mock.patch.object(row_families, "LINES_PER_BLOCK", 2),
    ):
        both = Both()
        asyncio.run(play(both, events))


async def play(both: Both, events: list[tuple[Any, ...]]) -> None:
    for act, *arguments in events:
        done = act(both, *arguments)
        if done is not None:
            await done
    for is_openmetrics in (False, True):
        await both.scrape(is_openmetrics, is_gzip=True)
        await both.scrape(is_openmetrics, is_gzip=False)
