"""`python -m bench.judgement`: play years of links and all scenarios, print the scorecard.

Exit code 0: all that is asked holds. 1: something does not. 2: the command line is wrong.
Progress goes to stderr, the scorecard to stdout. What was played is kept in `.cache/judgement`
until the judge becomes another: a run that was cut short goes on where it stopped.
"""

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from bench.figure import Verdict
from bench.judgement.asked import failings, figures
from bench.judgement.card import page
from bench.judgement.cell import cells
from bench.judgement.cost import cost_figures
from bench.judgement.kept import Kept
from bench.judgement.labour import labour
from bench.judgement.nodes import figures as node_figures
from bench.judgement.plan import LEARNING_DAYS, plan
from bench.judgement.scenario_card import scenario_figures
from bench.judgement.scenario_trial import ScenarioOutcome, play_scenario
from bench.judgement.scenarios.library import SCENARIOS
from bench.judgement.story import known, tell
from bench.judgement.trial import Outcome, Trial, play
from bench.machine import Machine

_QUICK, _QUICK_KILLS, _QUICK_NODES = (0.02, 2), 2, 0.02
_FULL, _FULL_KILLS = (1.0, 16), 1000


def main(arguments: list[str] | None = None) -> int:
    """Return the exit code."""
    parser = _parser()
    asked = parser.parse_args(arguments)
    if asked.kill and not asked.story:
        parser.error("--kill needs --story: which one is to be interrupted?")
    if asked.story:
        return _retell(asked.story, asked.kill)
    limit_s = 60 * asked.minutes
    costs = cost_figures()
    with ProcessPoolExecutor(1) as aside:
        nodes = aside.submit(node_figures, _QUICK_NODES if asked.quick else 1.0)
        stories = play_all(_QUICK_KILLS if asked.quick else _FULL_KILLS, limit_s)
        outcomes = run(plan(*(_QUICK if asked.quick else _FULL)), limit_s, Kept())
        lines = cells(outcomes)
        told = [*figures(lines), *nodes.result(), *scenario_figures(stories), *costs]
    commit = Machine.here().commit
    text = page(lines, told, stories, commit, LEARNING_DAYS, is_quick=asked.quick)
    sys.stdout.write(text)
    if asked.write:
        asked.write.write_text(text, encoding="utf-8")
    failed = [cell for cell in lines if failings(cell)]
    return int(bool(failed) or any(one.verdict is Verdict.FAIL for one in told))


def _retell(names: list[str], kills_s: list[float]) -> int:
    """Tell some stories instead of the scorecard; return 1 if anything went wrong with one."""
    is_wrong = False
    for line in tell(names, kills_s):
        is_wrong |= line.startswith("  wrong:")
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
    return int(is_wrong)


def run(trials: list[Trial], limit_s: float, kept: Kept) -> list[Outcome]:
    """Play the trials on all cores; what has not begun when time is up is left out."""
    known = {trial: outcome for trial in trials if (outcome := kept.find(trial)) is not None}
    new = [trial for trial in trials if trial not in known]
    for outcome in labour("links", play, new, limit_s):
        kept.keep(outcome)
        known[outcome.trial] = outcome
    return [known[trial] for trial in trials if trial in known]


def play_all(most_kills: int, limit_s: float) -> list[ScenarioOutcome]:
    """Play the scenarios on all cores, each again with the daemon killed at so many instants."""
    names = [scenario.name for scenario in SCENARIOS]
    played = labour("scenarios", play_scenario, names, limit_s, most_kills)
    return sorted(played, key=lambda outcome: names.index(outcome.name))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.judgement", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a fiftieth of the site-years")
    parser.add_argument(
        "--minutes", type=float, default=20.0, help="of each part; nothing begins after so long"
    )
    parser.add_argument(
        "--story", action="append", type=known, default=[], metavar="NAME",
        help="this story alone, once more for each instant of a kill; repeatable",
    )  # fmt: skip
    parser.add_argument(
        "--kill", action="append", type=float, default=[], metavar="SECOND",
        help="with --story: kill the daemon at this second alone, and write all that is told",
    )  # fmt: skip
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the scorecard there")
    return parser


if __name__ == "__main__":
    sys.exit(main())
