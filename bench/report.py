"""The report: one table of what was asked and measured, then the raw figures behind each line."""

from collections import Counter
from dataclasses import dataclass

from bench.effort import Effort
from bench.figure import Bound, Figure, Side, Verdict
from bench.machine import Machine
from bench.number import number
from bench.registry import Bench

_RELATIONS = {"<=": "≤", ">=": "≥"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one bench brought, and how long that took."""

    bench: Bench
    figures: tuple[Figure, ...]
    took_s: float


@dataclass(frozen=True, slots=True)
class Report:
    """All that docs/performance.md says."""

    machine: Machine
    versions: dict[str, str]
    effort: Effort
    is_isolated: bool
    outcomes: tuple[Outcome, ...]

    @property
    def figures(self) -> tuple[Figure, ...]:
        return tuple(figure for outcome in self.outcomes for figure in outcome.figures)

    @property
    def passes(self) -> bool:
        """Tell whether everything asked for was measured and is good enough."""
        verdicts = {figure.verdict for figure in self.figures}
        return bool(verdicts) and not verdicts & {Verdict.FAIL, Verdict.SKIP}

    def summary(self) -> str:
        """Return one line: how many pass, fail, and could not be measured."""
        count = Counter(figure.verdict for figure in self.figures)
        reached = sum(figure.reaches_stretch for figure in self.figures)
        asked = sum(count.values()) - count[Verdict.SHOWN]
        return (
            f"{count[Verdict.PASS]} of {asked} figures pass, {count[Verdict.FAIL]} fail, "
            f"{count[Verdict.SKIP]} not measured; {reached} reach the stretch"
        )


def row(figure: Figure) -> tuple[str, str, str, str, str]:
    """Return one line for people: figure, measured, asked, verdict, stretch."""
    verdict = "" if figure.verdict is Verdict.SHOWN else str(figure.verdict)
    return figure.name, measured(figure), _bound(figure.bound), verdict, _stretch(figure)


def measured(figure: Figure) -> str:
    """Return the value with its unit, or why there is none."""
    if figure.value is None:
        return f"not measured: {figure.reason}"
    return f"{number(figure.value)} {figure.unit}".strip()


def markdown(report: Report) -> str:
    """Return docs/performance.md."""
    parts = [
        "# Performance",
        "<!-- Written by `make bench`. What is changed here by hand is lost. -->",
        _circumstances(report),
        f"**{report.summary()}.**",
        "## Asked and measured",
        _how_to_read(),
        _table(
            ("figure", "measured", "asked", "verdict", "stretch"),
            [_emphasized(figure) for figure in report.figures],
        ),
        "## Behind the figures",
        *(_behind(outcome) for outcome in report.outcomes),
    ]
    return "\n\n".join(parts) + "\n"


def _how_to_read() -> str:
    return (
        "CPU is user and system time of the one process named. All contenders of a figure were "
        "measured in the same run, in turns; a ratio is that of the medians below. Read the "
        "ratios: microseconds are the machine's."
    )


def _circumstances(report: Report) -> str:
    machine = report.machine
    network = "network namespaces of its own" if report.is_isolated else "the machine's own network"
    return _table(
        ("", ""),
        [
            ("measured", f"{machine.measured_at:%Y-%m-%d %H:%M} UTC, at {machine.commit}"),
            ("effort", f"{report.effort}, in {network}"),
            ("processor", f"{machine.cpu}, {machine.cores} cores"),
            ("memory", f"{machine.memory_gib:.1f} GiB"),
            ("kernel", machine.kernel),
            ("load before", f"{machine.load:.2f}"),
            ("versions", ", ".join(f"{name} {is_}" for name, is_ in report.versions.items())),
        ],
    )


def _emphasized(figure: Figure) -> tuple[str, ...]:
    """Return the row, in bold what README quotes and what does not pass."""
    name, value, asked, verdict, stretch = row(figure)
    if figure.headline:
        name = f"**{name}**"
    if figure.verdict in (Verdict.FAIL, Verdict.SKIP):
        verdict = f"**{verdict.upper()}**"
    return name, value, asked, verdict, stretch


def _behind(outcome: Outcome) -> str:
    title = f"### {outcome.bench.name}: {outcome.bench.about}"
    parts = [title, f"Took {outcome.took_s:.0f} s."]
    for figure in outcome.figures:
        if figure.sides or figure.note:
            parts.append(f"*{figure.name}.* {figure.note}".strip())
        if figure.sides:
            head = ("contender", "median", "rounds", "how", "clock")
            parts.append(_table(head, [_side(side) for side in figure.sides]))
    return "\n\n".join(parts)


def _side(side: Side) -> tuple[str, ...]:
    rounds = ", ".join(number(value) for value in side.rounds)
    return side.name, f"{number(side.value)} {side.unit}", rounds, side.note, side.source


def _bound(bound: Bound | None) -> str:
    return f"{_RELATIONS[bound.relation]} {bound.limit:,g}" if bound else ""


def _stretch(figure: Figure) -> str:
    if figure.stretch is None:
        return ""
    reached = "reached" if figure.reaches_stretch else "not reached"
    return f"{_bound(figure.stretch)} {reached}"


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())
