"""A dozen scenarios of the library at real speed, with real Alertmanager deliveries counted."""

import json
from pathlib import Path

import pytest

from monitor.commands.demo_stage import build
from simulator.world import Site, World
from tests.e2e.scene import play, require_servers

SCENE = Path(__file__).with_name("scene_scenarios.py")
APART = 9
"""Neighbours in the list share their municipality, and failing together they mean something."""


@pytest.mark.e2e
@pytest.mark.netns
@pytest.mark.timeout(300)
def test_scenarios_at_real_speed(tmp_path: Path) -> None:
    require_servers()
    stage = build(tmp_path)
    play(SCENE, stage, GUARDIA_SCENARIO_SITES=json.dumps(by_kind(stage.world)))


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
