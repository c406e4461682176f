"""The month that the report is measured with, and what is made of what was measured."""

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

from bench.cpu import Ended
from bench.figure import Verdict
from bench.report_fleet import write_fleet
from bench.report_journal import Month
from bench.report_month import CPU, PEAK, _figures
from config.loader import load
from monitor.report.question import Question
from monitor.report.record import read
from monitor.report.report import report
from monitor.report.tally import Lot

MONTH = Question(date(2026, 10, 1), date(2026, 10, 31))


def test_the_month_is_believable_and_always_the_same(tmp_path: Path) -> None:
    fleet = load(write_fleet(tmp_path, 40))
    period = MONTH.span(fleet.sites)
    counts = [Month(fleet, period, 600).write(tmp_path / name) for name in ("a.db", "b.db")]
    assert counts[0] == counts[1] >= 600
    records = [read(tmp_path / name, period) for name in ("a.db", "b.db")]
    assert records[0] == records[1]
    assert records[0].unreadable == 0
    told = report(fleet, records[0], MONTH)
    assert told.is_over
    assert {outage.blame.cause for outage in told.outages} >= {"power", "link", "area_network"}
    assert all(told.whole.parts[part].total.ms[Lot.STOPPED] for part in told.whole.parts)
    with closing(sqlite3.connect(tmp_path / "a.db")) as database:
        (count,) = database.execute("SELECT count(*) FROM past_window").fetchone()
    assert count == 8


def test_a_report_that_fails_is_a_failed_figure() -> None:
    cpu, peak = _figures(CPU, PEAK, [Ended(4.0, 0, "", 2 * 10**8), Ended(6.0, 0, "", 10**8)], "")
    assert (cpu.value, peak.value) == (5.0, 200.0)
    broken = _figures(CPU, PEAK, [Ended(0.1, 1, "Error: no journal")], "")
    assert [figure.verdict for figure in broken] == [Verdict.FAIL, Verdict.FAIL]
    assert "no journal" in broken[0].reason
