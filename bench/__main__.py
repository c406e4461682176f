"""`python -m bench`: measure, print, and write the report.

Exit code 0: every figure that was asked for was measured and passes. 1: one fails, or could not
be measured. 2: the command line is wrong. Progress goes to stderr, the table to stdout.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.effort import Effort
from bench.figure import Verdict
from bench.machine import HOUSE, Machine
from bench.measure import log, log_to_stderr, run_bench
from bench.peers import versions
from bench.readme import quoting
from bench.registry import BENCHES, Bench
from bench.report import Outcome, Report, markdown, row
from bench.room import own_network

PERFORMANCE = HOUSE / "docs" / "performance.md"
README = HOUSE / "README.md"
_QUIET_LOAD = 0.25  # for each core
_COLORS = {
    Verdict.PASS: "green",
    Verdict.FAIL: "bold red",
    Verdict.SKIP: "bold yellow",
    Verdict.SHOWN: "dim",
}


def main(arguments: list[str] | None = None) -> int:
    """Return the exit code."""
    parser = _parser()
    asked = parser.parse_args(arguments)
    if asked.only and asked.write is not None and asked.write.resolve() == PERFORMANCE:
        parser.error(f"{PERFORMANCE.name} is about all benches; write some of them elsewhere")
    if asked.readme:
        _quote_in_readme()
        return 0
    log_to_stderr()
    names = asked.only or [bench.name for bench in BENCHES]
    report = measure([bench for bench in BENCHES if bench.name in names], Effort(asked.effort))
    show(report)
    if asked.write is not None:
        asked.write.write_text(markdown(report), encoding="utf-8")
        if asked.write.resolve() == PERFORMANCE:
            _quote_in_readme()
    return 0 if report.passes else 1


def measure(benches: list[Bench], effort: Effort) -> Report:
    """Run the benches one after the other: they share the cores."""
    machine = Machine.here()
    if machine.load > _QUIET_LOAD * machine.cores:
        log.warning("OTHERS ARE BUSY HERE (load %.1f): figures are worse than true", machine.load)
    if not own_network():
        log.warning("NO NETWORK NAMESPACE (no root, no user namespaces): others may disturb")
    outcomes = []
    with tempfile.TemporaryDirectory(prefix="guardia-bench-") as folder:
        for place, bench in enumerate(benches, start=1):
            planned_s = bench.full_s if effort is Effort.FULL else bench.quick_s
            log.info(
                "part %d of %d, %s, some %.0f s: %s",
                place, len(benches), bench.name, planned_s, bench.about,
            )  # fmt: skip
            began_s = time.monotonic()
            figures = run_bench(bench, effort, Path(folder))
            outcomes.append(Outcome(bench, tuple(figures), time.monotonic() - began_s))
    return Report(machine, versions(), effort, bool(own_network()), tuple(outcomes))


def show(report: Report) -> None:
    """Print the table, and loudly what could not be measured."""
    table = Table(title=report.summary())
    for head in ("figure", "measured", "asked", "verdict", "stretch"):
        table.add_column(head)
    for figure in report.figures:
        table.add_row(*row(figure), style=_COLORS[figure.verdict])
    console = Console(width=None if sys.stdout.isatty() else 160)
    console.print(table)
    for figure in report.figures:
        if figure.verdict is Verdict.SKIP:
            log.warning("SKIPPED, which is no pass: %s: %s", figure.name, figure.reason)


def _quote_in_readme() -> None:
    performance = PERFORMANCE.read_text(encoding="utf-8")
    README.write_text(quoting(README.read_text(encoding="utf-8"), performance), encoding="utf-8")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    names = [bench.name for bench in BENCHES]
    parser.add_argument(
        "--quick", dest="effort", action="store_const", const="quick", default="full",
        help="all benches in under two minutes: enough to see, not to believe",
    )  # fmt: skip
    parser.add_argument("--only", nargs="+", choices=names, metavar="NAME", help=", ".join(names))
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the report as Markdown")
    parser.add_argument(
        "--readme", action="store_true", help="measure nothing; quote docs/performance.md in README"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
