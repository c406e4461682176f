"""The scenarios' part of the scorecard: what is asked of them, and how each went."""

from collections.abc import Sequence

from bench.figure import Ask, Figure
from bench.judgement.scenario_trial import ScenarioOutcome
from bench.judgement.table import table

HEAD = """
## What people are called for

Stories with a known truth, played by the shipped scheduler, judge, diagnosis, incidents and journal
on a clock of their own. *Pages* is how often people were called, and should be; *after* the seconds
from the trouble to the call. Every story is played again with the daemon killed (`kill -9`, two
seconds away) after each thing that happens in it, around each thing that is told, in the middle of
a blindness and while all is asked anew after it: what people are told must stay the same.
"""


def scenario_figures(played: Sequence[ScenarioOutcome]) -> list[Figure]:
    """Return the figures that the issue asks for; each scenario counts once."""
    count = len(played)
    quiet = [one for one in played if one.scenario.is_quiet]
    kills = sum(one.kills for one in played)
    upset = {line.partition(": ")[0] + one.name for one in played for line in one.upset}
    right = sum(one.has_right_cause for one in played)
    return [
        Ask("scenarios with the right cause", "of all", ">= 0.98")
        .measured(right / count, note=f"{right} of {count}"),
        Ask("scenarios with a wrong number of pages", "", "<= 0")
        .measured(sum(not one.has_right_pages for one in played)),
        Ask("pages in quiet scenarios", "", "<= 0")
        .measured(sum(one.pages for one in quiet), note=f"{len(quiet)} scenarios"),
        Ask("scenarios with any fault, time to page included", "", "<= 0")
        .measured(sum(bool(one.faults) for one in played)),
        Ask("restarts that changed what people are told", "", "<= 0")
        .measured(len(upset), note=f"{kills} restarts"),
    ]  # fmt: skip


def scenario_lines(played: Sequence[ScenarioOutcome]) -> list[str]:
    """Return the table of all scenarios, and below it what went wrong."""
    lines = table(["story", "pages", "after", "restarts", "verdict"], [_row(one) for one in played])
    wrong = [one for one in played if one.faults or one.upset]
    if wrong:
        lines.append("\nWhat went wrong:\n")
    for one in wrong:
        awaits = f" (awaits: {one.scenario.awaits})" if one.scenario.awaits else ""
        lines.append(f"- *{one.name}*{awaits}: {_shortened([*one.faults, *one.upset])}.")
    return lines


def _row(one: ScenarioOutcome) -> list[str]:
    asked = sum(page.times for page in one.scenario.pages)
    pages = str(asked) if one.pages == asked else f"{one.pages}, not {asked}"
    after = ", ".join(f"{delay_s:.0f} s" for delay_s in one.delays_s)
    verdict = "pass" if not one.faults else "**fail**"
    return [one.name, pages, after, _restarts(one), verdict]


def _restarts(one: ScenarioOutcome) -> str:
    if not one.kills:
        return "-"
    upset = len({line.partition(": ")[0] for line in one.upset})
    return f"**{upset} of {one.kills} upset**" if upset else f"{one.kills}"


def _shortened(faults: Sequence[str], most: int = 3) -> str:
    more = f"; and {len(faults) - most} more" if len(faults) > most else ""
    return "; ".join(faults[:most]) + more
