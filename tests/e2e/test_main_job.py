"""The main job, end to end: real clinics, a real daemon, and the real servers around it.

Its dashboards too: every panel shows something.
"""

from pathlib import Path

import pytest
import yaml

from monitor.commands.demo_stage import build
from tests.e2e.scene import play, require_servers

SCENE = Path(__file__).with_name("scene_main_job.py")


@pytest.mark.e2e
@pytest.mark.netns
@pytest.mark.timeout(420)
def test_the_main_job_with_real_servers(tmp_path: Path) -> None:
    require_servers()
    stage = build(tmp_path)
    _equip_for_telemedicine(tmp_path / "templates.yaml")
    play(SCENE, stage)


def _equip_for_telemedicine(templates: Path) -> None:
    document = yaml.safe_load(templates.read_text(encoding="utf-8"))
    document["templates"]["hospital"]["services"].append({"id": "telemedicina"})
    templates.write_text(yaml.safe_dump(document), encoding="utf-8")
