"""The power documents that sites serve: `power-status/1`, in seconds of the wall clock."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from simulator.live_site import LiveSite
from simulator.plant import MAINS, Plant
from simulator.transfer import Position
from simulator.ups import TOLERANCE, LiveUps, UpsState

WHOLE = ""
"""The unit name of the document of the whole site."""
_MAINS_VOLTS = 127.0  # Mexico, phase to neutral
_LONGEST_S = 604_800  # the largest runtime that the schema allows
_AHEAD = timedelta(hours=1)


def power_document(live: LiveSite, unit: str, at: datetime, now_s: float) -> dict[str, Any] | None:
    """Return what the site says of one unit (or of all, or of `mains`); None for unknown ones.

    `at` is the wall clock at `now_s`. Frozen telemetry repeats itself, whatever the time.
    """
    if unit not in {WHOLE, MAINS, *live.site.power.units}:
        return None
    if live.telemetry == "frozen":
        return live.frozen[unit]
    ahead = _AHEAD if live.telemetry == "future" else timedelta()
    return _measured(live, unit, at + ahead, now_s)


def freeze(live: LiveSite, at: datetime, now_s: float) -> None:
    """Keep what every unit says now, to be repeated."""
    for unit in (WHOLE, MAINS, *live.site.power.units):
        live.frozen[unit] = _measured(live, unit, at, now_s)


def _measured(live: LiveSite, unit: str, at: datetime, now_s: float) -> dict[str, Any]:
    plant = live.plant
    plant.glance(now_s)
    head: dict[str, Any] = {
        "schema": "power-status/1",
        "site": live.site.registry_key,
        "observed_at": at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "mains": "present" if plant.mains else "absent",
        "load_source": _load_source(plant, unit),
    }
    return head | {name: rows for name, rows in _sections(plant, unit, now_s) if rows}


def _sections(plant: Plant, unit: str, now_s: float) -> list[tuple[str, list[dict[str, Any]]]]:
    wanted = plant.power.units if unit in {WHOLE, MAINS} else (unit,)
    return [
        ("ups", [_ups(plant.ups[u.id], now_s) for u in plant.power.ups if u.id in wanted]),
        ("generators", _generators(plant, wanted)),
        ("ats", _transfer(plant, wanted)),
        ("isolation", [
            {
                "id": panel.id,
                "alarm": plant.isolation_alarm(panel.id),
                "hazard_milliamps": plant.hazard_milliamps[panel.id],
            }
            for panel in plant.power.isolation
            if panel.id in wanted
        ]),
    ]  # fmt: skip


def _ups(live: LiveUps, now_s: float) -> dict[str, Any]:
    fed = live.state is UpsState.ONLINE
    empty = live.state is UpsState.OFF
    since_s = None if empty else live.on_battery_since_s
    return {
        "id": live.unit.id,
        "state": str(live.state),
        "battery": "depleted" if empty else "low" if live.is_low else "normal",
        "charge_ratio": round(live.charge_ratio, 4),
        "runtime_seconds": min(int(live.runtime_s + TOLERANCE), _LONGEST_S),
        "on_battery_seconds": 0 if since_s is None else int(max(0.0, now_s - since_s)),
        "load_ratio": 0.0 if empty else live.load_ratio,
        "input_volts": _MAINS_VOLTS if fed else 0.0,
        "alarms": _alarms(live),
    }


def _alarms(live: LiveUps) -> list[str]:
    alarms = ["on_battery"] if live.state is UpsState.ON_BATTERY else []
    if live.state is UpsState.OFF:
        return ["battery_depleted", "output_off"]
    return [*alarms, "battery_low"] if live.is_low else alarms


def _generators(plant: Plant, wanted: Sequence[str]) -> list[dict[str, Any]]:
    live = plant.generator
    if live is None or live.unit.id not in wanted:
        return []
    return [
        {
            "id": live.unit.id,
            "state": str(live.state),
            "mode": "auto",
            "fuel_ratio": round(live.fuel_ratio, 4),
        }
    ]


def _transfer(plant: Plant, wanted: Sequence[str]) -> list[dict[str, Any]]:
    live = plant.transfer
    if plant.power.transfer_switch is None or live.unit.id not in wanted:
        return []
    return [{"id": live.unit.id, "position": str(live.position), "transfers_total": live.transfers}]


def _load_source(plant: Plant, unit: str) -> str:
    if unit in plant.ups:
        return _ups_source(plant, plant.ups[unit])
    if plant.transfer.position is Position.EMERGENCY and plant.generator_turns:
        return "generator"
    if plant.mains:
        return "mains"
    on_battery = any(live.state is UpsState.ON_BATTERY for live in plant.ups.values())
    return "ups_battery" if on_battery else "none"


def _ups_source(plant: Plant, live: LiveUps) -> str:
    if live.state is UpsState.ON_BATTERY:
        return "ups_battery"
    if live.state is UpsState.OFF:
        return "none"
    emergency = plant.transfer.position is Position.EMERGENCY
    return "generator" if emergency and plant.feeds_essential(live.unit.id) else "mains"
