"""The demo's configuration and its world are the same 173 units."""

import json
from pathlib import Path

import pytest

from config.fleet import Fleet
from config.loader import load
from config.probe import HttpSettings, IcmpSettings, PowerSettings
from monitor.commands.demo_stage import Stage, build
from monitor.commands.demo_story import FLAPPING, LENGTH_S, LINK_LOST, MICROCUT, POWER_LOST


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    return build(tmp_path_factory.mktemp("stage"), "127.0.0.1:0")


@pytest.fixture(scope="module")
def fleet(stage: Stage) -> Fleet:
    return load(stage.config)


def test_every_unit_of_the_registry_is_watched_and_simulated(stage: Stage, fleet: Fleet) -> None:
    assert len(fleet.sites) == 173
    assert [site.id for site in fleet.sites] == [site.id for site in stage.world.sites]
    assert {site.clues for site in fleet.sites} == {site.clues for site in stage.world.sites}
    assert fleet.settings.anchors == tuple(map(str, stage.world.anchors))


def test_every_address_that_is_asked_is_that_of_the_simulated_part(
    stage: Stage, fleet: Fleet
) -> None:
    simulated = {
        f"{site.id}/{kind}/{part.id}": str(part.address)
        for site in stage.world.sites
        for kind, parts in (
            ("link", site.links), ("area", site.areas), ("service", site.services),
        )
        for part in parts
    }  # fmt: skip
    assert len(set(simulated.values())) == len(simulated)
    asked = {
        probe.component: probe.settings.target
        for probe in fleet.probes.values()
        if isinstance(probe.settings, IcmpSettings)
    } | {
        probe.component: probe.settings.url.split("/")[2]
        for probe in fleet.probes.values()
        if isinstance(probe.settings, HttpSettings)
    }
    assert asked == simulated


def test_every_power_source_is_asked_of_the_unit_of_its_own_site(
    stage: Stage, fleet: Fleet
) -> None:
    links = {site.id: str(site.links[0].address) for site in stage.world.sites}
    power = [probe for probe in fleet.probes.values() if isinstance(probe.settings, PowerSettings)]
    assert len(power) > 100
    for probe in power:
        assert isinstance(probe.settings, PowerSettings)
        site, _, unit = probe.component.split("/")
        assert probe.settings.url == f"http://{links[site]}/power/{unit}"


def test_hospitals_have_their_critical_areas(fleet: Fleet) -> None:
    hospitals = [site for site in fleet.sites if site.type == "hospital"]
    assert len(hospitals) >= 5
    for hospital in hospitals:
        life = {area.id for area in hospital.areas if area.criticality == "life"}
        assert {"uci", "urgencias", "quirofano"} <= life


def test_the_story_plays_at_units_that_exist_and_is_told_in_order(
    stage: Stage, fleet: Fleet
) -> None:
    ids = {site.clues: site.id for site in fleet.sites}
    heroes = {ids[clues] for clues in (MICROCUT, LINK_LOST, POWER_LOST, FLAPPING)}
    timeline = stage.world.model_dump(mode="json")["timeline"]
    assert {entry["action"]["site"] for entry in timeline} == heroes
    assert max(entry.at for entry in stage.world.timeline) == LENGTH_S
    told = json.loads(stage.chapters.read_text("utf-8"))
    assert [chapter["at_s"] for chapter in told] == sorted(chapter["at_s"] for chapter in told)
    words = " ".join(chapter["text"] for chapter in told)
    for name in (
        "Hospital General de Tecate", "Centro de Salud Colonia Loma Linda",
        "Hospital General de Ensenada", "Unidad Móvil No. 7",
    ):  # fmt: skip
        assert name in words


@pytest.mark.heavy
def test_a_stage_can_be_built_again_in_the_same_folder(tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    folder.mkdir()
    first = build(folder)
    assert len(load(build(folder).config).sites) == len(first.world.sites)
