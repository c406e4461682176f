"""The daemon's log, followed while it grows."""

from pathlib import Path

from bench.shift_log import ShiftLog, parse

OPENED = (
    "2026-11-21 22:34:51,871 INFO monitor.pipeline incident id=a-1 phase=opened cause=link "
    "priority=P2 site=clinic-7 root=clinic-7/link/cfe pages=1\n"
)
CLOSED = OPENED.replace("opened", "closed").replace("22:34:51,871", "22:35:00,000")
AT_S = 1_795_300_491.871


def test_a_line_has_its_time_level_and_fields() -> None:
    line = parse(OPENED.strip())
    assert line is not None
    assert (line.at_s, line.level) == (AT_S, "INFO")
    assert line.fields["site"] == "clinic-7"


def test_a_line_of_a_traceback_is_none() -> None:
    assert parse('  File "x.py", line 1, in main') is None


def test_incidents_are_told_by_phase_and_from_an_instant_on(tmp_path: Path) -> None:
    file = tmp_path / "log"
    file.write_text(OPENED + CLOSED)
    log = ShiftLog(file)
    assert log.incidents("opened", AT_S) == {"clinic-7": AT_S}
    assert log.incidents("opened", AT_S + 1) == {}
    assert log.incidents("closed", AT_S).keys() == {"clinic-7"}


def test_a_line_that_is_still_being_written_waits(tmp_path: Path) -> None:
    file = tmp_path / "log"
    file.write_text(OPENED[:60])
    log = ShiftLog(file)
    assert log.lines() == []
    file.write_text(OPENED)
    assert len(log.lines()) == 1


def test_warnings_and_errors_are_troubles(tmp_path: Path) -> None:
    file = tmp_path / "log"
    file.write_text(OPENED + "2026-11-21 22:35:01,000 WARNING monitor.stalls loop stalled\n")
    assert ShiftLog(file).troubles() == ["loop stalled"]
