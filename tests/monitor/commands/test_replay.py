"""`guardia replay`: a table in either language, JSON, and what is said of files that are wrong."""

import asyncio
import json
from pathlib import Path

import pytest

from tests.monitor.commands.terminal import typed
from tests.monitor.replay.recorded import recorded, written

SETTINGS = """
include: [sites.yaml]
vantage: noc
"""
SITES = """
sites:
  - id: hg
    name: Hospital General de Ensenada
    state: BC
    type: hospital
    links: [{id: cfe, probes: [{icmp: 127.64.0.1}]}]
    power: [{id: ups, kind: ups, source: {http: "http://127.64.0.1/power/ups"}}]
    areas:
      - {id: uci, probes: [{icmp: 127.64.0.10}]}
      - {id: urgencias, probes: [{icmp: 127.64.0.11}]}
      - {id: quirofano, probes: [{icmp: 127.64.0.12}]}
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    _, lines = asyncio.run(recorded(tmp_path / "life"))
    written(tmp_path / "readings.jsonl", lines)
    (tmp_path / "sites.yaml").write_text(SITES, encoding="utf-8")
    path = tmp_path / "guardia.yaml"
    path.write_text(SETTINGS, encoding="utf-8")
    return path


def test_whom_it_would_have_called_is_a_table(config: Path) -> None:
    result = typed("replay", str(config.parent / "readings.jsonl"), "-c", str(config))
    assert result.exit_code == 0
    assert "2 llamadas por 2 incidentes; otros 0 sin llamar a nadie" in result.stdout
    assert "Hospital General de Ensenada" in result.stdout
    assert " link " in result.stdout
    assert " power " in result.stdout
    assert result.stderr == ""


def test_the_table_speaks_english(config: Path) -> None:
    file = str(config.parent / "readings.jsonl")
    result = typed("replay", file, "-c", str(config), "--language", "en")
    assert "2 calls for 2 incidents; 0 others called nobody" in result.stdout
    assert "first after" in result.stdout


def test_json_has_incidents_as_they_travel_and_when_each_called(config: Path) -> None:
    file = str(config.parent / "readings.jsonl")
    record = json.loads(typed("replay", file, "-c", str(config), "--json").stdout)
    assert record["pages"] == 2
    assert record["left_out"] == {}
    link, power = record["incidents"]
    assert (link["incident"]["cause"], power["incident"]["cause"]) == ("link", "power")
    assert len(link["called_at"]) == 1
    assert link["called_at"][0] > link["incident"]["opened_at"]


def test_readings_of_probes_that_are_gone_are_told_of(config: Path) -> None:
    without_uci = SITES.replace("      - {id: uci, probes: [{icmp: 127.64.0.10}]}\n", "")
    (config.parent / "sites.yaml").write_text(without_uci, encoding="utf-8")
    result = typed("replay", str(config.parent / "readings.jsonl"), "-c", str(config))
    assert result.exit_code == 0
    assert "readings were left out" in result.stderr
    assert "`hg/area/uci#icmp`" in result.stderr


def test_a_list_of_other_sites_is_an_error(config: Path) -> None:
    (config.parent / "sites.yaml").write_text(SITES.replace("id: hg", "id: otro"), encoding="utf-8")
    result = typed("replay", str(config.parent / "readings.jsonl"), "-c", str(config))
    assert result.exit_code == 1
    assert "these settings have no such probe" in result.stderr


@pytest.mark.parametrize(
    ("text", "told"),
    [("", "there is no reading in it"), ("nonsense\n", "readings.jsonl:1: no probe event")],
)
def test_a_file_that_cannot_be_replayed_says_why(config: Path, text: str, told: str) -> None:
    (config.parent / "readings.jsonl").write_text(text, encoding="utf-8")
    result = typed("replay", str(config.parent / "readings.jsonl"), "-c", str(config))
    assert result.exit_code == 1
    assert told in result.stderr


def test_a_vantage_that_saw_nothing_is_an_error(config: Path) -> None:
    file = str(config.parent / "readings.jsonl")
    result = typed("replay", file, "-c", str(config), "--vantage", "otro")
    assert result.exit_code == 1
    assert "no reading of that vantage" in result.stderr


def test_settings_with_a_fault_are_told_as_check_tells_them(config: Path) -> None:
    config.write_text("includ: []\n", encoding="utf-8")
    result = typed("replay", str(config.parent / "readings.jsonl"), "-c", str(config))
    assert result.exit_code == 1
    assert "guardia.yaml:1" in result.stderr
