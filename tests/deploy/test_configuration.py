"""The site list and settings that we ship are ones that Guardia takes."""

import re

import pytest

from config.loader import load
from tests.deploy.files import DEPLOY


@pytest.mark.parametrize("name", ["guardia.yaml", "guardia.compose.yaml"])
def test_the_shipped_configuration_loads(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUARDIA_MQTT_PASSWORD", "not-shown")
    fleet = load(DEPLOY / name)
    hospital = fleet.sites_by_id["hg-ejemplo"]
    assert {area.id for area in hospital.areas if area.criticality == "life"} == {
        "uci",
        "quirofano",
    }
    assert fleet.settings.exporters.alertmanager is not None


def test_the_examples_ask_nobody_but_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUARDIA_MQTT_PASSWORD", "not-shown")
    fleet = load(DEPLOY / "guardia.yaml")
    hosts = re.findall(
        r"(?:target|url)='?(?:https?://)?([^/:' ]+)", str(list(fleet.probes.values()))
    )
    assert len(hosts) >= 8
    assert [host for host in hosts if not host.startswith("127.64.")] == []
