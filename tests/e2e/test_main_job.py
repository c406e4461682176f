"""The main job, end to end: real clinics, a real daemon, and the real servers around it.

Its dashboards too: every panel shows something.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from monitor.commands.demo_stage import build
from tests.conftest import require
from tests.simulator.test_netns import started

SCENE = Path(__file__).with_name("scene_main_job.py")
ROOT = Path(__file__).parents[2]


@pytest.mark.e2e
@pytest.mark.netns
@pytest.mark.timeout(420)
def test_the_main_job_with_real_servers(tmp_path: Path) -> None:
    for program, package in (
        ("prometheus", "prometheus"),
        ("prometheus-alertmanager", "prometheus-alertmanager"),
        ("mosquitto", "mosquitto"),
    ):
        require(program, package)
    stage = build(tmp_path)
    _equip_for_telemedicine(tmp_path / "templates.yaml")
    world = stage.world.model_copy(update={"timeline": ()})
    with started(world) as simulation:
        played = simulation.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", "-p", "no:cacheprovider",
             f"--basetemp={tmp_path / 'scene'}", str(SCENE)],
            cwd=ROOT,
            env=os.environ
            | {
                "GUARDIA_SIMULATOR": str(simulation.control_path),
                "GUARDIA_CONFIG": str(stage.config),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )  # fmt: skip
        lateness_s = simulation.status()["worst_lateness_s"]
    assert played.returncode == 0, f"{played.stdout}\nsimulator's lateness {lateness_s:.3f} s"


def _equip_for_telemedicine(templates: Path) -> None:
    document = yaml.safe_load(templates.read_text(encoding="utf-8"))
    document["templates"]["hospital"]["services"].append({"id": "telemedicina"})
    templates.write_text(yaml.safe_dump(document), encoding="utf-8")
