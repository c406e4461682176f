import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from probes.json_strict import parse_json
from probes.power_document import read_document
from probes.power_doubt import contradictions
from simulator import deeds
from simulator.live_world import LiveWorld
from tests.simulator.worlds import action, small_world

START = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


@pytest.fixture
def world() -> LiveWorld:
    return LiveWorld(small_world(), START)


def _do(world: LiveWorld, now_s: float, do: str, **named: object) -> None:
    world.advance(now_s)
    deeds.apply(action(do, site="hospital", **named), world, now_s)


def _said(world: LiveWorld, unit: str, now_s: float) -> dict[str, Any]:
    document = world.document("hospital", unit, now_s)
    assert document is not None
    return document


def test_a_calm_ups(world: LiveWorld) -> None:
    assert _said(world, "ups-uci", 1.5) == {
        "schema": "power-status/1",
        "site": "BCIMB000010",
        "observed_at": "2026-11-21T09:00:01.500Z",
        "mains": "present",
        "load_source": "mains",
        "ups": [
            {
                "id": "ups-uci",
                "state": "online",
                "battery": "normal",
                "charge_ratio": 1.0,
                "runtime_seconds": 1800,
                "on_battery_seconds": 0,
                "load_ratio": 0.4,
                "input_volts": 127.0,
                "alarms": [],
            }
        ],
    }


def test_a_ups_half_way_down(world: LiveWorld) -> None:
    _do(world, 10, "mains", present=False)
    world.advance(910)
    [ups] = _said(world, "ups-uci", 910)["ups"]
    assert (ups["state"], ups["battery"]) == ("on_battery", "normal")
    assert (ups["charge_ratio"], ups["runtime_seconds"]) == (0.5, 900)
    assert ups["on_battery_seconds"] == 900
    assert ups["input_volts"] == 0


def test_low_then_empty(world: LiveWorld) -> None:
    _do(world, 0, "mains", present=False)
    world.advance(1000)
    assert _said(world, "ups-site", 1000)["ups"][0]["alarms"] == ["on_battery", "battery_low"]
    world.advance(1300)
    said = _said(world, "ups-site", 1300)
    assert said["load_source"] == "none"
    assert (said["ups"][0]["state"], said["ups"][0]["battery"]) == ("off", "depleted")


def test_each_unit_has_a_document_that_holds_only_it(world: LiveWorld) -> None:
    assert [g["id"] for g in _said(world, "planta", 0)["generators"]] == ["planta"]
    assert "ups" not in _said(world, "planta", 0)
    assert _said(world, "transferencia", 0)["ats"][0]["position"] == "normal"
    assert _said(world, "panel", 0)["isolation"][0]["alarm"] is False
    whole = _said(world, "", 0)
    assert [ups["id"] for ups in whole["ups"]] == ["ups-uci", "ups-site"]
    assert _said(world, "mains", 0) == whole
    assert world.document("hospital", "nobody", 0) is None


def test_on_the_generator(world: LiveWorld) -> None:
    _do(world, 0, "generator", fails=False)
    _do(world, 0, "mains", present=False)
    world.advance(30)
    said = _said(world, "", 30)
    assert (said["mains"], said["load_source"]) == ("absent", "generator")
    assert said["generators"][0]["state"] == "running"
    assert said["ats"] == [{"id": "transferencia", "position": "emergency", "transfers_total": 1}]
    assert _said(world, "ups-uci", 30)["load_source"] == "generator"


def test_frozen_telemetry_repeats_itself_until_it_is_live_again(world: LiveWorld) -> None:
    before = _said(world, "ups-uci", 5)
    _do(world, 5, "telemetry", mode="frozen")
    _do(world, 6, "mains", present=False)
    assert _said(world, "ups-uci", 600) == before
    _do(world, 700, "telemetry", mode="live")
    assert _said(world, "ups-uci", 700)["mains"] == "absent"


def test_freezing_twice_keeps_what_was_true_the_second_time(world: LiveWorld) -> None:
    _do(world, 5, "telemetry", mode="frozen")
    _do(world, 6, "mains", present=False)
    _do(world, 7, "telemetry", mode="frozen")
    assert _said(world, "ups-uci", 600)["mains"] == "absent"


def test_a_document_from_the_future(world: LiveWorld) -> None:
    _do(world, 0, "telemetry", mode="future")
    observed_at = datetime.fromisoformat(_said(world, "", 10)["observed_at"])
    assert observed_at == START + timedelta(hours=1, seconds=10)


@pytest.mark.heavy
@pytest.mark.parametrize("generator_fails", [True, False])
def test_the_probe_believes_every_document_of_an_outage(
    world: LiveWorld, *, generator_fails: bool
) -> None:
    _do(world, 0, "generator", fails=generator_fails)
    _do(world, 1, "mains", present=False)
    for now_s in range(2, 3600, 7):
        if now_s == 2003:
            _do(world, now_s, "mains", present=True)
        world.advance(now_s)
        for unit in ("", "mains", "ups-uci", "ups-site", "planta", "transferencia", "panel"):
            written = json.dumps(_said(world, unit, now_s)).encode()
            document = read_document(parse_json(written))
            assert list(contradictions(document)) == []
