"""A dozen scenarios of the library at real speed, with real Alertmanager deliveries counted."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.commands.demo_stage import build
from simulator.world import Site, World
from tests.conftest import require
from tests.simulator.test_netns import started

SCENE = Path(__file__).with_name("scene_scenarios.py")
ROOT = Path(__file__).parents[2]
APART = 9
"""Neighbours in the list share their municipality, and failing together they mean something."""


@pytest.mark.e2e
@pytest.mark.netns
@pytest.mark.timeout(300)
def test_scenarios_at_real_speed(tmp_path: Path) -> None:
    for program, package in (
        ("prometheus", "prometheus"),
        ("prometheus-alertmanager", "prometheus-alertmanager"),
        ("mosquitto", "mosquitto"),
    ):
        require(program, package)
    stage = build(tmp_path)
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
                "GUARDIA_SCENARIO_SITES": json.dumps(by_kind(world)),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )  # fmt: skip
        lateness_s = simulation.status()["worst_lateness_s"]
    assert played.returncode == 0, f"{played.stdout}\nsimulator's lateness {lateness_s:.3f} s"


def by_kind(world: World) -> dict[str, list[str]]:
    """Return sites by kind, clinics far apart in the list."""
    found: dict[str, list[str]] = {"hospital": [], "clinic": [], "mobile": []}
    for site in world.sites:
        found[_kind(site)].append(site.id)
    return found | {"clinic": found["clinic"][::APART]}


def _kind(site: Site) -> str:
    if site.areas:
        return "hospital"
    return "mobile" if site.links[0].id == "sat" else "clinic"
