"""The instruments themselves: what they read is what was there."""

import asyncio
import subprocess
import time
from array import array
from pathlib import Path

import pytest
from prometheus_client import generate_latest

from bench import icmp
from bench.contest import MeaninglessError
from bench.cpu import Ended
from bench.echo_tap import read
from bench.effort import Effort
from bench.figure import Verdict
from bench.flooder import FLOOR_SOURCE, answered_of, floor_us, last_line
from bench.heartbeat import BEAT_S, Heartbeat
from bench.page import FleetPage
from bench.peers import AbsentError
from tests.conftest import require

REQUEST, REPLY = 8 << 32, 0 << 32
CLINIC = int.from_bytes(bytes((127, 64, 0, 1)), "big")


def tapped(folder: Path, missed: int, *records: int) -> Path:
    file = folder / "tap"
    file.write_bytes(array("q", [missed, *records]).tobytes())
    return file


def test_a_reply_belongs_to_the_request_of_its_number(tmp_path: Path) -> None:
    file = tapped(
        tmp_path, 0,
        CLINIC, REQUEST | 1, 1_000,
        CLINIC, REQUEST | 2, 2_000,
        CLINIC, REPLY | 2, 2_500,
        CLINIC, REPLY | 3, 2_600,
        CLINIC, REPLY | 1, 9_000,
        CLINIC, REQUEST | 3, 9_500,
    )  # fmt: skip
    assert read(file) == {"127.64.0.1": [8_000, 500, None]}


def test_a_tap_that_missed_packets_is_not_believed(tmp_path: Path) -> None:
    with pytest.raises(MeaninglessError, match="the tap missed 1 packets"):
        read(tapped(tmp_path, 1, CLINIC, REQUEST | 1, 1_000))


async def test_a_blocked_loop_is_seen_by_its_missing_beats() -> None:
    with Heartbeat() as beat:
        await asyncio.sleep(2 * BEAT_S)
        beat.worst()
        asyncio.get_running_loop().call_soon(time.sleep, 0.02)
        await asyncio.sleep(0)
        blocked = beat.worst()
    assert blocked.late_s >= 0.02 - 2 * BEAT_S
    assert blocked.computed_s < blocked.late_s, "it slept"


def samples(text: str) -> dict[str, float]:
    """The samples of the fleet by name and labels: of the process, each scrape has its own."""
    lines = (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, _, value in lines if not name.startswith("process_")}


def test_both_pages_hold_the_same_samples() -> None:
    page = FleetPage(5)
    ours, theirs = samples(page.text()), samples(generate_latest(page.in_the_library()).decode())
    assert {by_label(name): value for name, value in ours.items()} == {
        by_label(name): value for name, value in theirs.items()
    }
    assert len(ours) > 100


def by_label(name: str) -> tuple[str, frozenset[str]]:
    """Labels in any order."""
    family, _, labels = name.partition("{")
    return family, frozenset(labels.removesuffix('"}').split('",'))


def test_a_share_of_the_probes_runs_and_changes_their_figures_only() -> None:
    page = FleetPage(50)
    before = samples(page.text())
    turns = sum(1 for _ in page.running(0.1))
    after = samples(page.text())
    assert turns == 1
    changed = {name for name, value in after.items() if value != before[name]}
    assert 50 < len(changed) < 0.15 * len(after)


# ---- programs that flood ------------------------------------------------------------------------


def test_the_floor_compiles_without_a_warning(tmp_path: Path) -> None:
    command = [require("gcc", "gcc"), "-O2", "-Wall", "-Wextra", "-Werror", "-o", "floor"]
    made = subprocess.run(
        [*command, FLOOR_SOURCE], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (made.returncode, made.stderr) == (0, "")


def test_the_last_line_is_the_measured_flood() -> None:
    assert last_line(Ended(0.1, 0, "9.1 10000\n2.600 10000\n"), 10_000) == 2.6


@pytest.mark.parametrize(
    ("ended", "error", "words"),
    [
        (Ended(0.1, 0, "2.6 9000\n"), MeaninglessError, "only 9000 of 10000 probes were answered"),
        (Ended(0.1, 1, "socket: Operation not permitted\n"), AbsentError, "run as root"),
        (Ended(0.1, 139, ""), MeaninglessError, "ended with 139"),
    ],
)
def test_a_flood_that_went_wrong_is_no_figure(
    ended: Ended, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        last_line(ended, 10_000)


def test_a_flood_in_c_without_permission_or_arguments_says_so(tmp_path: Path) -> None:
    script = tmp_path / "floor"
    script.write_text("#!/bin/sh\necho 'socket: Operation not permitted'; exit 1\n")
    script.chmod(0o755)
    with pytest.raises(AbsentError, match="no permission for raw ICMP sockets"):
        floor_us(script, 10)


def test_without_permission_every_figure_is_skipped_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("socket.socket", refuse)
    figures = icmp.run(Effort.FULL)
    assert {figure.verdict for figure in figures} == {Verdict.SKIP}
    assert len(figures) == 7


def test_fping_answers_are_counted_by_their_times() -> None:
    assert answered_of("127.64.0.1 : 0.007\n127.64.0.2 : -\n127.64.0.3 : 12.1\nICMP junk\n") == 2
