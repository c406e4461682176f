"""`guardia demo`: the whole of it in two minutes, against a simulated fleet of real units."""

import subprocess
import sys
import tempfile
from pathlib import Path

import click

from monitor.commands.demo_stage import CHAPTERS, build
from simulator.runner import Simulation, SimulationError

LISTEN = "127.0.0.1:9710"
STOP_S = 10.0
POLL_S = 0.5
INTERRUPTED = 130
"""A story that was broken off was not judged (128 + SIGINT, as shells count)."""


@click.command(epilog="Example: guardia demo --once")
@click.option("--once", is_flag=True, help="End after the story; exit 1 if a verdict was wrong.")
@click.option(
    "--keep", type=click.Path(file_okay=False, path_type=Path),
    help="Keep site lists, settings, truth and the daemon's log in this folder.",
)  # fmt: skip
def demo(once: bool, keep: Path | None) -> None:
    """Play two minutes at 173 real health units of Baja California, and check every verdict.

    A microcut, a clinic's link lost, a hospital's power lost until its batteries are empty, and
    a flapping satellite link that must not page. Needs root or unprivileged user namespaces;
    all traffic stays in a network namespace of its own.
    """
    if keep is not None:
        _make_room(keep)
        raise SystemExit(_play(keep, once=once))
    with tempfile.TemporaryDirectory(prefix="guardia-demo-") as folder:
        raise SystemExit(_play(Path(folder), once=once))


def _make_room(folder: Path) -> None:
    """Make the folder, unless it holds what is not of a demo: that would be overwritten."""
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()) and not (folder / CHAPTERS).exists():
        raise click.ClickException(f"{folder} is not empty, and not of an earlier demo")


def _play(folder: Path, *, once: bool) -> int:
    stage = build(folder, LISTEN)
    guardia = [sys.executable, "-m", "monitor"]
    log_path = folder / "guardia.log"
    try:
        with (
            Simulation(stage.world, truth_path=folder / "truth.jsonl") as simulation,
            log_path.open("wb") as log,
        ):
            daemon = simulation.popen(
                [*guardia, "run", "-c", str(stage.config)], stdout=log, stderr=log
            )
            screen = simulation.popen(
                [*guardia, "demo-screen", "--url", f"http://{LISTEN}",
                 "--control", str(simulation.control_path), "--chapters", str(stage.chapters),
                 *(["--once"] if once else [])],
            )  # fmt: skip
            try:
                code = _wait(screen, daemon)
            except KeyboardInterrupt:  # which the simulator heard too: everything ends
                return INTERRUPTED if once else 0
            if not _end(daemon):
                code = code or 1
    except SimulationError as error:
        raise click.ClickException(f"the simulator does not run here: {error}") from error
    if code:
        click.echo(_last_lines(log_path), err=True)
    return code


def _wait(screen: subprocess.Popen[bytes], daemon: subprocess.Popen[bytes]) -> int:
    """Return how the screen ended; without its daemon it has nothing to show."""
    while daemon.poll() is None:
        try:
            return screen.wait(POLL_S)
        except subprocess.TimeoutExpired:
            continue
    click.echo(f"the daemon ended by itself, with status {daemon.returncode}", err=True)
    screen.terminate()
    screen.wait(STOP_S)
    return 1


def _end(daemon: subprocess.Popen[bytes]) -> bool:
    """Stop the daemon; return whether it stopped in time and in order."""
    daemon.terminate()
    try:
        return daemon.wait(STOP_S) == 0
    except subprocess.TimeoutExpired:
        click.echo(f"the daemon did not stop within {STOP_S:.0f} s", err=True)
        return False


def _last_lines(path: Path, count: int = 40) -> str:
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    return "\n".join(["The daemon's log ends:", *lines[-count:]])
