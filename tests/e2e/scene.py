"""Plays a scene: tests of their own, inside the network of the simulator, before real servers."""

import os
import subprocess
import sys
from pathlib import Path

from monitor.commands.demo_stage import Stage
from tests.conftest import require
from tests.simulator.test_netns import started

ROOT = Path(__file__).parents[2]
SERVERS = (
    ("prometheus", "prometheus"),
    ("prometheus-alertmanager", "prometheus-alertmanager"),
    ("mosquitto", "mosquitto"),
)
"""Programs, and the Debian packages that they come from."""


def require_servers() -> None:
    for program, package in SERVERS:
        require(program, package)


def play(scene: Path, stage: Stage, **told: str) -> None:
    """Run a file of tests in the world of the demo without its story; `told` is its environment.

    Raises:
        AssertionError: a test of it failed; the message is all that was said.

    """
    with started(stage.world.model_copy(update={"timeline": ()})) as simulation:
        played = simulation.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", "-p", "no:cacheprovider",
             f"--basetemp={stage.config.parent / 'scene'}", str(scene)],
            cwd=ROOT,
            env=os.environ
            | {
                "GUARDIA_SIMULATOR": str(simulation.control_path),
                "GUARDIA_CONFIG": str(stage.config),
            }
            | told,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )  # fmt: skip
        lateness_s = simulation.status()["worst_lateness_s"]
    assert played.returncode == 0, f"{played.stdout}\nsimulator's lateness {lateness_s:.3f} s"
