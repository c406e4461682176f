"""What the demo plays with: 173 real health units, equipped, with a story of two minutes."""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import yaml

from config.clues.registry import import_clues
from config.site import SiteType
from monitor.commands.demo_story import chapters, story
from simulator.action import TimelineEntry
from simulator.fleet import world_of
from simulator.world import Area, Link, Service, Site, World

TIME_SCALE = 20.0
"""Batteries and generators live this many times as fast as real ones."""
CHAPTERS = "chapters.json"
REGISTRY = "data/clues_baja_california.csv"
TEMPLATES = {
    SiteType.HOSPITAL: "hospital",
    SiteType.CLINIC: "clinic",
    SiteType.OFFICE: "clinic",
    SiteType.MOBILE: "mobile",
}


@dataclass(frozen=True, slots=True)
class Stage:
    """A world for the simulator, the settings of a daemon that watches it, the story in words."""

    world: World
    config: Path
    chapters: Path


def build(folder: Path, listen: str = "127.0.0.1:9710") -> Stage:
    """Import the registry into a folder, equip every unit, and write the settings.

    What an earlier demo left in the folder is replaced.
    """
    with as_file(files("simulator") / REGISTRY) as registry:
        report = import_clues(
            registry,
            folder / "sites",
            imported_on=datetime.now(UTC).date(),
            template_for=TEMPLATES,
            force=True,
        )
    path = report.files[0].path
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    sites = document["sites"]
    world = world_of(
        [(site["id"], site["type"]) for site in sites],
        time_scale=TIME_SCALE,
        clues={site["id"]: site["clues"] for site in sites},
    )
    for site, simulated in zip(sites, world.sites, strict=True):
        site["vars"] = addresses_of(simulated)
    path.write_text(_yaml(document), encoding="utf-8")
    ids = {site["clues"]: site["id"] for site in sites}
    timeline = tuple(TimelineEntry.model_validate(entry) for entry in story(ids))
    (folder / "templates.yaml").write_text(_yaml(templates()), encoding="utf-8")
    config = folder / "guardia.yaml"
    config.write_text(_yaml(settings(folder, listen, world)), encoding="utf-8")
    told = folder / CHAPTERS
    names = {site["clues"]: site["name"] for site in sites}
    told.write_text(json.dumps([asdict(chapter) for chapter in chapters(names)]), encoding="utf-8")
    return Stage(world.model_copy(update={"timeline": timeline}), config, told)


def addresses_of(site: Site) -> dict[str, str]:
    """Return the variables of one site: the address of each link, area and service."""
    parts: list[Link | Area | Service] = [*site.links, *site.areas, *site.services]
    return {part.id: str(part.address) for part in parts}


def settings(folder: Path, listen: str, world: World) -> dict[str, Any]:
    """Return `guardia.yaml` of the demo. Its power margin shrinks with the batteries."""
    pace = {"interval": "5s", "reprobe": "1s"}
    return {
        "include": ["templates.yaml", "sites/*.yaml"],
        "vantage": "demo",
        "listen": listen,
        "state_dir": str(folder / "state"),
        "anchors": [str(anchor) for anchor in world.anchors],
        "classes": {"hospital": pace, "clinic": pace | {"untried": "500ms"}},  # all are fibre
        "power": {"confirm": "10s", "runtime_critical": f"{900 / TIME_SCALE:g}s"},
    }


def templates() -> dict[str, Any]:
    """Return how each kind of unit is equipped; the addresses come from its `vars`."""
    fiber = _link("cfe", "fiber")
    record = {"id": "expediente", "probes": [{"http": "http://${expediente}/health"}]}
    areas = ("uci", "urgencias", "quirofano", "tococirugia", "imagenologia", "laboratorio")
    return {
        "templates": {
            "hospital": {
                "links": [fiber, {**_link("lte", "lte"), "role": "backup"}],
                "services": [record],
                "areas": [{"id": area, "probes": [{"icmp": f"${{{area}}}"}]} for area in areas],
                "power": [
                    _source("ups-uci", "ups", feeds=["uci"]),
                    _source("ups-site", "ups"),
                    _source("planta", "generator"),
                    _source("transferencia", "ats"),
                ],
            },
            "clinic": {
                "links": [fiber],
                "services": [record],
                "power": [_source("ups-site", "ups")],
            },
            "mobile": {"links": [_link("sat", "satellite")]},
        }
    }


def _link(link: str, medium: str) -> dict[str, Any]:
    return {"id": link, "medium": medium, "probes": [{"icmp": f"${{{link}}}"}]}


def _source(unit: str, kind: str, feeds: list[str] | None = None) -> dict[str, Any]:
    source = {"id": unit, "kind": kind, "source": {"http": f"http://${{cfe}}/power/{unit}"}}
    return source | ({"feeds": feeds} if feeds else {})


def _yaml(document: dict[str, Any]) -> str:
    plain = json.loads(json.dumps(document))  # no anchors for what two sites share
    return yaml.safe_dump(plain, allow_unicode=True, sort_keys=False, width=100)
