"""The scorecard as a page: what is asked, then every model under every rule."""

from collections.abc import Sequence

from bench.figure import Figure
from bench.judgement.asked import failings
from bench.judgement.cell import Cell, at_most, quantile
from bench.judgement.contender import GUARDIA, LIFE
from bench.judgement.scenario_card import HEAD, scenario_lines
from bench.judgement.scenario_trial import ScenarioOutcome
from bench.judgement.table import table
from bench.judgement.trial import DAY_S
from monitor.judge.null import YEAR_S

_RELATIONS = {"<=": "≤", ">=": "≥"}
_HEAD = """\
# How good the verdicts are

Written by `python -m bench.judgement`; do not edit. How Guardia judges is in
[judgement.md](judgement.md).

Simulated links that are up and lose packets, asked every 30 s, and every second in doubt. Guardia
is the shipped judge: it has {days:g} days to learn each link, from what it believes of fibre, and
then years are counted. The others are three failures in a row every 30 s; the sample
configuration of Icinga 2 (every minute, five attempts half a minute apart); and Prometheus'
`for: 1m` on a scrape every 15 s.

- **pages**: false pages a site-year as seen. `<` is the 95 % bound where none was seen.
- **forced**: false pages per 1,000 site-years, estimated by making bursts long and weighing each
  page by how likely that is (importance sampling). It says something where waiting for one would
  take centuries.
- **first**: false pages a link in its first {days:g} days, while it is taken for a calm fibre.
- **downs**: false `down` events a site-year.
- **total**, **partial**: seconds from the start of an outage to the page, median / p99. In a
  partial one, one probe in twenty is still answered.
- **extra**: probes off the grid, a day.

{years:,.0f} site-years of Guardia at commit {commit}. "Thin bursts" lose 80 % of the probes within;
of a "heavy tail", one burst in ten lasts 27.5 s and the others 2.5 s. Neither is what the judge
believes in.
"""
_QUICK = """\
**A quick look**: a fiftieth of the site-years of `make judgement`, and fewer links. What is rare
was hardly looked for: rely on "forced", not on "pages".
"""
_LIFE_HEAD = """
## Guardia, life-critical areas

Asked every second, every 0.25 s in doubt, given up after 0.5 s; people are called after a minute
without an answer whatever the odds.
"""


def page(
    cells: Sequence[Cell],
    figures: Sequence[Figure],
    scenarios: Sequence[ScenarioOutcome],
    commit: str,
    days: float,
    *,
    is_quick: bool,
) -> str:
    """Return the whole page."""
    ours = [cell for cell in cells if cell.contender == GUARDIA.name]
    parts = [
        _HEAD.format(days=days, years=sum(cell.years for cell in ours), commit=commit),
        *([_QUICK] if is_quick else []),
        "## What is asked\n",
        *table(["figure", "value", "asked", "verdict"], [_asked(one) for one in figures]),
        "\n## Guardia\n",
        *table(
            ["link", "pages", "forced", "first", "downs", "total", "partial", "extra", "verdict"],
            [_ours(cell) for cell in ours],
        ),
        "\n## The others\n",
        *table(
            ["link", "rule", "pages", "total", "partial", "extra"],
            [_theirs(cell) for cell in cells if cell.contender not in (GUARDIA.name, LIFE.name)],
        ),
        _LIFE_HEAD,
        *table(
            ["link", "total", "partial", "extra", "verdict"],
            [_life(cell) for cell in cells if cell.contender == LIFE.name],
        ),
        HEAD,
        *scenario_lines(scenarios),
    ]
    return "\n".join(parts) + "\n"


def _asked(figure: Figure) -> list[str]:
    bound = figure.bound
    asked = f"{_RELATIONS[bound.relation]} {bound.limit:g}" if bound else ""
    note = f" ({figure.note})" if figure.note else ""
    return [figure.name, f"{figure.value:.3g} {figure.unit}{note}", asked, figure.verdict.value]


def _ours(cell: Cell) -> list[str]:
    forced = "" if cell.forced_pages is None else f"{1000 * cell.forced_pages:.2g}"
    return [
        cell.model.name, _seen(cell.pages, cell.years), forced, f"{cell.learning_pages:.2g}",
        f"{cell.downs_a_year:.2g}",
        _delay(cell.total_s), _delay(cell.partial_s), f"{cell.extra_a_day:,.0f}", _verdict(cell),
    ]  # fmt: skip


def _theirs(cell: Cell) -> list[str]:
    return [
        cell.model.name, cell.contender, _seen(cell.pages, cell.years), _delay(cell.total_s),
        _delay(cell.partial_s), f"{cell.extra_a_day:,.0f}",
    ]  # fmt: skip


def _life(cell: Cell) -> list[str]:
    extra = cell.extra / (cell.years * YEAR_S / DAY_S)
    return [
        cell.model.name, _delay(cell.total_s), _delay(cell.partial_s), f"{extra:,.0f}",
        _verdict(cell),
    ]  # fmt: skip


def _seen(count: int, years: float) -> str:
    return f"{'' if count else '< '}{at_most(count, years):.2g}"


def _delay(ordered: Sequence[float]) -> str:
    return f"{quantile(ordered, 0.5):.3g} / {quantile(ordered, 0.99):.3g}"


def _verdict(cell: Cell) -> str:
    return ", ".join(f"**fails in {what}**" for what in failings(cell)) or "pass"
