"""`guardia demo`: what it starts, what it leaves, and how it ends."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest

from config.loader import load
from monitor.commands import demo as command
from simulator.runner import SimulationError
from simulator.world import World
from tests.monitor.commands.terminal import typed

pytestmark = pytest.mark.heavy


class FakeSimulation:
    """Runs nothing of Guardia: the daemon and the screen are one-liners."""

    daemon = """
import pathlib, signal, sys
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
pathlib.Path("ready").touch()
signal.pause()
"""
    screen = """
import pathlib, time
while not pathlib.Path("ready").exists():
    time.sleep(0.01)
raise SystemExit(CODE)
"""
    code = 0

    def __init__(self, world: World, *, truth_path: Path) -> None:
        assert len(world.sites) == 173
        self.control_path = truth_path.with_name("control")
        truth_path.with_name("ready").unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        return None

    def popen(self, command: Sequence[str], **options: Any) -> subprocess.Popen[bytes]:  # noqa: ANN401
        screen = self.screen.replace("CODE", str(self.code))
        part = {"run": self.daemon, "demo-screen": screen}[command[3]]
        folder = self.control_path.parent
        return subprocess.Popen([sys.executable, "-c", part], cwd=folder, **options)


@pytest.fixture(autouse=True)
def simulation(monkeypatch: pytest.MonkeyPatch) -> type[FakeSimulation]:
    fake = type("Fake", (FakeSimulation,), {})
    monkeypatch.setattr(command, "Simulation", fake)
    monkeypatch.setattr(command, "POLL_S", 0.05)
    return fake


def test_the_screen_decides(simulation: type[FakeSimulation]) -> None:
    assert typed("demo", "--once").exit_code == 0
    simulation.code = 1
    result = typed("demo", "--once")
    assert result.exit_code == 1
    assert "The daemon's log ends:" in result.stderr


def test_a_daemon_that_ends_by_itself_ends_the_demo_with_its_last_words(
    simulation: type[FakeSimulation],
) -> None:
    simulation.daemon = "import sys; sys.exit('cannot start')"
    simulation.screen = "import time; time.sleep(20)"
    result = typed("demo")
    assert result.exit_code == 1
    assert "the daemon ended by itself, with status 1" in result.stderr
    assert result.stderr.endswith("The daemon's log ends:\ncannot start\n")


def test_a_daemon_that_does_not_stop_in_order_is_a_failure(
    simulation: type[FakeSimulation],
) -> None:
    simulation.daemon = simulation.daemon.replace("exit(0)", "exit(3)")
    assert typed("demo", "--once").exit_code == 1


@pytest.mark.parametrize(("words", "code"), [(["--once"], 130), ([], 0)])
def test_a_story_that_is_broken_off_was_not_judged(
    monkeypatch: pytest.MonkeyPatch, words: list[str], code: int
) -> None:
    def interrupt(screen: subprocess.Popen[bytes], daemon: subprocess.Popen[bytes]) -> int:
        for process in (screen, daemon):
            process.kill()
            process.wait()
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "_wait", interrupt)
    result = typed("demo", *words)
    assert (result.exit_code, result.stderr) == (code, "")


def test_a_machine_that_cannot_simulate_says_why(
    simulation: type[FakeSimulation], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_self: FakeSimulation) -> FakeSimulation:
        raise SimulationError("no /dev/net/tun")

    monkeypatch.setattr(simulation, "__enter__", refuse)
    result = typed("demo")
    assert result.exit_code == 1
    assert "the simulator does not run here: no /dev/net/tun" in result.stderr


def test_what_it_played_with_can_be_kept_and_played_again(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    for _ in range(2):
        assert typed("demo", "--once", "--keep", str(kept)).exit_code == 0
    assert len(load(kept / "guardia.yaml").sites) == 173
    assert (kept / "guardia.log").exists()


def test_a_folder_of_something_else_is_not_overwritten(tmp_path: Path) -> None:
    mine = tmp_path / "guardia.yaml"
    mine.write_text("include: [mine.yaml]\n", encoding="utf-8")
    result = typed("demo", "--keep", str(tmp_path))
    assert result.exit_code == 1
    assert "is not empty, and not of an earlier demo" in result.stderr
    assert mine.read_text("utf-8") == "include: [mine.yaml]\n"
