"""The national fleet that the report is measured with: every state, its zone, some hospitals."""

from pathlib import Path
from typing import Any

import yaml

from config.state import STATES

SITES = 3_180
_TOWNS = 12
"""Municipalities of a state."""
_DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_PROVIDERS = ("CFE Internet", "CFE Internet", "CFE Internet", "Telmex")


def write_fleet(folder: Path, sites: int = SITES) -> Path:
    """Write a site list and settings; return the path of the latter."""
    listed = [_listed(number) for number in range(sites)]
    (folder / "sites.yaml").write_text(yaml.dump({"sites": listed}, Dumper=_DUMPER))
    path = folder / "guardia.yaml"
    settings = {"include": ["sites.yaml"], "vantage": "noc", "state_dir": str(folder)}
    path.write_text(yaml.safe_dump(settings))
    return path


def _listed(number: int) -> dict[str, Any]:
    state = list(STATES.values())[number % len(STATES)]
    is_hospital = number % 20 == 0
    first = f"127.{64 + number // 4000}.{number // 16 % 250}.{16 * (number % 16)}"
    links = [_link("fibra", _PROVIDERS[number % len(_PROVIDERS)], first)]
    areas = ["consulta", "farmacia"]
    if is_hospital:
        links.append({**_link("lte", "Telcel", first), "role": "backup"})
        areas = ["urgencias", "uci", "quirofano", "laboratorio"]
    return {
        "id": f"unidad-{number}",
        "name": f"Unidad médica {number}",
        "type": "hospital" if is_hospital else "clinic",
        "state": state.code,
        "timezone": state.zone,
        "municipality": f"Municipio {number // len(STATES) % _TOWNS + 1}",
        "links": links,
        "areas": [{"id": area, "probes": [{"icmp": first}]} for area in areas],
    }


def _link(link: str, provider: str, address: str) -> dict[str, Any]:
    return {"id": link, "provider": provider, "probes": [{"icmp": address}]}
