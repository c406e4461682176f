"""What issue 4 asks of the judgement, and whether the figures keep to it."""

from collections.abc import Sequence

from bench.figure import Ask, Figure
from bench.judgement.cell import Cell, quantile, surely
from bench.judgement.contender import GUARDIA, LIFE
from bench.judgement.link_model import MODELS

_MEDIANS_S = (
    24, 25, 26, 31, 43, 58, 55, 55, 59, 66, 114, 106, 108, 115, 118,
    186, 206, 210, 212, 219, 77, 90, 95, 97, 106, 362, 478, 548, 530, 532,
)  # fmt: skip
REFERENCE_S = dict(zip(MODELS, _MEDIANS_S, strict=True))
"""Median delay of the page, total outage: the column BAB F = 0.001 of science.md A.3."""
SLOWER = 1.15
PAGES_EACH, PAGES_POOLED, DOWNS_EACH = 0.003, 0.001, 12.0
LIFE_QUICK_S, LIFE_CAP_S = 8.0, 60.0


def is_quick(cell: Cell) -> bool:
    """Tell whether the life-critical class has to be quick on this model."""
    return cell.model.loss_ratio <= 0.05 and cell.model.burst_s <= 0.2


def failings(cell: Cell) -> list[str]:
    """Return what a cell of ours fails in; nothing is asked of the others."""
    found = []
    if cell.contender == GUARDIA.name:
        if (cell.forced_pages or 0.0) > PAGES_EACH or surely(cell.pages, cell.years) > PAGES_EACH:
            found.append("pages")
        if surely(cell.downs, cell.years) > DOWNS_EACH:
            found.append("downs")
        if quantile(cell.total_s, 0.5) > SLOWER * REFERENCE_S[cell.model]:
            found.append("delay")
    if cell.contender == LIFE.name:
        limit_s = LIFE_QUICK_S if is_quick(cell) else LIFE_CAP_S
        if quantile(cell.total_s, 0.99) > limit_s:
            found.append("delay")
    return found


def figures(cells: Sequence[Cell]) -> list[Figure]:
    """Return the figures that the issue asks for, over all cells."""
    ours = [cell for cell in cells if cell.contender == GUARDIA.name]
    life = [cell for cell in cells if cell.contender == LIFE.name]
    years = sum(cell.years for cell in ours)
    forced = [1000 * (cell.forced_pages or 0.0) for cell in ours]
    ratios = [quantile(cell.total_s, 0.5) / REFERENCE_S[cell.model] for cell in ours]
    quick = [quantile(cell.total_s, 0.99) for cell in life if is_quick(cell)]
    slow = [quantile(cell.total_s, 0.99) for cell in life]
    return [
        Ask("false pages seen, all models", "per 1,000 site-years", f"<= {1000 * PAGES_POOLED:g}")
        .measured(
            1000 * sum(cell.pages for cell in ours) / years,
            note=f"{sum(cell.pages for cell in ours)} in {years:,.0f} site-years",
        ),
        Ask("false pages by long bursts, mean", "per 1,000 site-years",
            f"<= {1000 * PAGES_POOLED:g}").measured(sum(forced) / len(forced)),
        Ask("false pages by long bursts, worst model", "per 1,000 site-years",
            f"<= {1000 * PAGES_EACH:g}").measured(max(forced)),
        Ask("false downs, worst model", "per site-year", f"<= {DOWNS_EACH:g}").measured(
            max(cell.downs_a_year for cell in ours)),
        Ask("median delay of the page, worst model", "× science.md A.3", f"<= {SLOWER:g}")
        .measured(max(ratios)),
        Ask("life-critical, to 5 % loss or 0.2 s bursts, p99", "s", f"<= {LIFE_QUICK_S:g}")
        .measured(max(quick)),
        Ask("life-critical, worst model, p99", "s", f"<= {LIFE_CAP_S:g}").measured(max(slow)),
    ]  # fmt: skip
