"""Made-up figures: one of each verdict, and the machine they were never measured on."""

from datetime import UTC, datetime

from bench.effort import Effort
from bench.figure import Ask, Side
from bench.machine import Machine
from bench.registry import Bench
from bench.report import Outcome, Report

OURS = Side("Guardia", 7.6, "µs", (7.5, 7.6, 9.1), "10,000 targets", "getrusage by itself")
THEIRS = Side("C floor", 2.6, "µs", (2.6, 2.5, 2.7), "10,000 targets, gcc -O2", "rusage of wait4")

PASSING = Ask("ICMP against the C floor", "× its CPU", "<= 4", "<= 3", headline=True).measured(
    7.6 / 2.6, OURS, THEIRS
)
JUST_PASSING = Ask("HTTP | plain", "× its CPU", "<= 0.5", "<= 0.15").measured(0.45)
FAILING = Ask("RTT error, p99", "ms", "<= 0.3", headline=True).measured(21.8, note="Under load.")
SKIPPED = Ask("ICMP against fping", "× its CPU", "<= 0.6").skipped("fping is not installed", OURS)
BROKEN = Ask("A mass outage", "ms", "<= 200").broken("only 3 of 1,000 sites were judged")
SHOWN = Ask("/metrics, all changed", "ms").measured(0.0123)

MACHINE = Machine(
    cpu="Made-up 3000",
    cores=2,
    memory_gib=3.85,
    kernel="Linux 6.1.0",
    load=0.25,
    commit="0123456789",
    measured_at=datetime(2026, 11, 21, 9, 30, tzinfo=UTC),
)


def report() -> Report:
    """Return two benches with all verdicts between them."""
    first = Outcome(Bench("icmp", "CPU per ping"), (PASSING, JUST_PASSING, SKIPPED), 61.4)
    second = Outcome(Bench("rest", "all else"), (FAILING, BROKEN, SHOWN), 3.0)
    versions = {"python": "3.11.2", "fping": "not installed"}
    return Report(MACHINE, versions, Effort.FULL, True, (first, second))
