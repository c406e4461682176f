"""`python -m bench.judgement`: play years of links, print the scorecard, and write it.

Exit code 0: all that is asked holds. 1: something does not. 2: the command line is wrong.
Progress goes to stderr, the scorecard to stdout.
"""

import argparse
import os
import sys
import time
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from pathlib import Path

from bench.figure import Verdict
from bench.judgement.asked import failings, figures
from bench.judgement.card import page
from bench.judgement.cell import cells
from bench.judgement.plan import LEARNING_DAYS, plan
from bench.judgement.trial import Outcome, Trial, play
from bench.machine import Machine

_QUICK = (0.02, 2)
_FULL = (1.0, 16)
_TELL_EVERY_S = 10.0


def main(arguments: list[str] | None = None) -> int:
    """Return the exit code."""
    asked = _parser().parse_args(arguments)
    outcomes = run(plan(*(_QUICK if asked.quick else _FULL)), 60 * asked.minutes)
    lines = cells(outcomes)
    told = figures(lines)
    text = page(lines, told, Machine.here().commit, LEARNING_DAYS, is_quick=asked.quick)
    sys.stdout.write(text)
    if asked.write:
        asked.write.write_text(text, encoding="utf-8")
    failed = [cell for cell in lines if failings(cell)]
    return int(bool(failed) or any(one.verdict is not Verdict.PASS for one in told))


def run(trials: list[Trial], limit_s: float) -> list[Outcome]:
    """Play the trials on all cores; what has not begun when time is up is left out."""
    began_s = told_s = time.monotonic()
    played: list[Outcome] = []
    with ProcessPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        waiting: list[Future[Outcome]] = [pool.submit(play, trial) for trial in trials]
        for one in as_completed(waiting):
            if one.cancelled():
                continue
            played.append(one.result())
            now_s = time.monotonic()
            if now_s - told_s >= _TELL_EVERY_S:
                told_s = now_s
                sys.stderr.write(f"{len(played)}/{len(trials)}, {now_s - began_s:.0f} s\n")
            if now_s - began_s > limit_s:
                for late in waiting:
                    late.cancel()
    order = {trial: place for place, trial in enumerate(trials)}
    return sorted(played, key=lambda outcome: order[outcome.trial])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.judgement", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a fiftieth of the site-years")
    parser.add_argument("--minutes", type=float, default=28.0, help="begin nothing after so long")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the scorecard there")
    return parser


if __name__ == "__main__":
    sys.exit(main())
