"""A bench ends in time, takes all that it started with it, and fails as a figure, not as us."""

import os
import select
import sys
from pathlib import Path

import pytest

from bench import measure
from bench.effort import Effort
from bench.figure import Verdict
from bench.measure import FIGURES, run_bench
from bench.peers import AbsentError, find
from bench.registry import BENCHES, Bench
from bench.room import run_in_room
from tests.bench.figures import BROKEN, FAILING, PASSING, SHOWN, SKIPPED


def is_gone(pid: int) -> bool:
    """Wait until a process that is no child of ours has ended."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    waiting = select.poll()
    waiting.register(descriptor, select.POLLIN)
    ended = bool(waiting.poll(5_000))
    os.close(descriptor)
    return ended


def test_what_a_bench_leaves_behind_is_ended(tmp_path: Path) -> None:
    file = tmp_path / "pid"
    command = ["sh", "-c", f"sleep 60 & echo $! > {file}; exit 3"]
    assert run_in_room(command, 10) == 3
    assert is_gone(int(file.read_text()))


def test_a_bench_that_hangs_may_clean_up_and_is_ended(tmp_path: Path) -> None:
    file = tmp_path / "said"
    program = (
        "import pathlib, signal, sys\n"
        "try: signal.pause()\n"
        f"except KeyboardInterrupt: pathlib.Path({str(file)!r}).write_text('cleaned up')\n"
    )
    with pytest.raises(TimeoutError, match="did not end within 1 s"):
        run_in_room([sys.executable, "-c", program], 1)
    assert file.read_text() == "cleaned up"


@pytest.fixture
def network_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measure, "own_network", lambda: ())


@pytest.mark.usefixtures("network_of_all")
def test_a_bench_that_fails_is_one_failed_figure(tmp_path: Path) -> None:
    [figure] = run_bench(Bench("horoscope", "none such"), Effort.TINY, tmp_path)
    assert (figure.name, figure.verdict) == ("horoscope", Verdict.FAIL)
    assert figure.reason == "the bench ended with 1; see its traceback"


@pytest.mark.usefixtures("network_of_all")
def test_a_bench_that_hangs_is_one_failed_figure(tmp_path: Path) -> None:
    [figure] = run_bench(Bench("icmp", "too slow", limit_s=0.01), Effort.TINY, tmp_path)
    assert (figure.verdict, figure.reason) == (
        Verdict.FAIL,
        "the bench did not end within 0.01 s",
    )


def test_figures_come_out_of_the_process_as_they_were() -> None:
    figures = [PASSING, FAILING, SKIPPED, BROKEN, SHOWN]
    assert FIGURES.validate_json(FIGURES.dump_json(figures)) == figures


def test_an_absent_peer_is_named_with_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda *_args, **_kwargs: None)
    with pytest.raises(AbsentError, match=r"fping is not installed \(Debian package fping\)"):
        find("fping")


@pytest.mark.heavy
@pytest.mark.timeout(300)
@pytest.mark.parametrize("bench", BENCHES, ids=lambda bench: bench.name)
def test_every_bench_runs_and_measures_something(bench: Bench, tmp_path: Path) -> None:
    figures = run_bench(bench, Effort.TINY, tmp_path)
    assert figures
    assert [figure.reason for figure in figures if figure.is_broken] == []
    unmeasured = [figure.reason for figure in figures if figure.verdict is Verdict.SKIP]
    if unmeasured and os.environ.get("CI") != "true":
        pytest.skip(f"NOT TESTED: {unmeasured}")
    assert unmeasured == []
