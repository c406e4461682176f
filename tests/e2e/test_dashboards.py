"""Every panel of every dashboard shows something, over a real Prometheus and a real Guardia."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from monitor.commands.demo_stage import build
from tests.conftest import require
from tests.simulator.test_netns import started

SCENE = Path(__file__).with_name("scene_dashboards.py")
ROOT = Path(__file__).parents[2]


@pytest.mark.e2e
@pytest.mark.netns
@pytest.mark.timeout(120)
def test_every_panel_shows_something(tmp_path: Path) -> None:
    for program, package in (
        ("prometheus", "prometheus"),
        ("prometheus-alertmanager", "prometheus-alertmanager"),
        ("mosquitto", "mosquitto"),
    ):
        require(program, package)
    stage = build(tmp_path)
    _equip_for_telemedicine(tmp_path / "templates.yaml")
    with started(stage.world.model_copy(update={"timeline": ()})) as simulation:
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
    assert played.returncode == 0, played.stdout


def _equip_for_telemedicine(templates: Path) -> None:
    document = yaml.safe_load(templates.read_text(encoding="utf-8"))
    document["templates"]["hospital"]["services"].append({"id": "telemedicina"})
    templates.write_text(yaml.safe_dump(document), encoding="utf-8")
