"""A small fleet with something of everything that the board can show, and doors to shut."""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.e2e.faults_daemon import Daemon, clinic
from tests.e2e.faults_door import Door
from tests.servers.chromium import Chromium
from tests.servers.power_gateway import PowerGateway
from tests.servers.program import free_port

HOSPITAL = "hg-ensenada"
CLINICS = {
    "taken-on": "Centro de Salud Maneadero",
    "by-keyboard": "Centro de Salud con Servicios Ampliados Colonia Loma Linda",
    "followed": "Centro de Salud El Sauzal",
    "come-back": "Centro de Salud Valle de Guadalupe",
}
"""Each for one test, which shuts its door and leaves the others alone."""


@dataclass(frozen=True)
class BoardFleet:
    """The daemon, a browser before its board, and the doors of its clinics."""

    daemon: Daemon
    browser: Chromium
    doors: dict[str, Door]

    async def incident_of(self, site: str) -> str:
        """Return the id of the open incident of a site, once there is one."""
        found: list[str] = []

        async def is_open() -> bool:
            found[:] = [one.id for one in await self.daemon.incidents() if one.site.id == site]
            return bool(found)

        await self.daemon.until(is_open)
        return found[0]


@asynccontextmanager
async def board_fleet(folder: Path) -> AsyncIterator[BoardFleet]:
    """Start all of it; yield once every clinic answers and the hospital is in trouble."""
    async with AsyncExitStack() as stack:
        browser = await stack.enter_async_context(Chromium())
        doors = {site: await stack.enter_async_context(Door()) for site in CLINICS}
        gateway = await stack.enter_async_context(
            PowerGateway(runtime_seconds=1260, load_ratio=0.4)
        )
        backup = await stack.enter_async_context(Door())
        sites = [_clinic(site, name, doors[site]) for site, name in CLINICS.items()]
        sites += [_hospital(gateway.url), _planned(), _elsewhere(backup.target)]
        daemon = Daemon(folder, sites, include=["sites.yaml", "work.yaml"])
        work = json.dumps({"maintenance": [_window()]})
        (folder / "work.yaml").write_text(work, encoding="utf-8")
        await stack.enter_async_context(daemon)
        for site in CLINICS:
            await daemon.until_state("link/link1", "up", site=site)
        built = BoardFleet(daemon, browser, doors)
        await built.incident_of(HOSPITAL)
        yield built


def _clinic(site: str, name: str, door: Door) -> dict[str, object]:
    return clinic(door.target) | {
        "id": site,
        "name": name,
        "state": "BC",
        "municipality": "Ensenada",
    }


def _hospital(power: str) -> dict[str, object]:
    """Return a hospital on battery whose Internet is gone, with the longest names there are."""
    silent = f"127.0.0.1:{free_port()}"
    return {
        "id": HOSPITAL,
        "clues": "BCIMB000010",
        "name": "Hospital General de Ensenada «Dr. Francisco Antonio Valenzuela y Rodríguez»",
        "municipality": "Ensenada",
        "location": [31.825117, -116.600282],
        "type": "hospital",
        "phone": "+52 646 000 0000",
        "links": [{"id": "cfe", "provider": "CFE Internet", "probes": [_tcp(silent)]}],
        "power": [{"id": "ups-1", "kind": "ups", "source": {"http": power}}],
        "areas": [
            {"id": area, "probes": [_tcp(silent)]} for area in ("uci", "urgencias", "quirofano")
        ],
        "services": [{"id": "telemedicina"}],
    }


def _planned() -> dict[str, object]:
    return clinic(f"127.0.0.1:{free_port()}") | {
        "id": "planned",
        "name": "Unidad Médica Rural San Quintín",
        "state": "BC",
        "municipality": "San Quintín",
        "status": "planned",
    }


def _elsewhere(target: str) -> dict[str, object]:
    """Return a clinic of another zone and state, on its backup link."""
    return {
        "id": "cs-merida",
        "name": "Centro de Salud Mérida Centro",
        "state": "YN",
        "municipality": "Mérida",
        "location": [20.9674, -89.5926],
        "links": [
            {"id": "cfe", "probes": [_tcp(f"127.0.0.1:{free_port()}")]},
            {"id": "lte", "role": "backup", "probes": [_tcp(target)]},
        ],
    }


def _window() -> dict[str, object]:
    begins = datetime.now(UTC) - timedelta(hours=1)
    return {
        "id": "fibra",
        "reason": "Cambio de fibra del anillo norte, folio 4711",
        "by": "CFE Telecom, NOC",
        "sites": "cs-merida",
        "from": begins.strftime("%Y-%m-%d %H:%M+00:00"),
        "lasts": "4h",
    }


def _tcp(target: str) -> dict[str, object]:
    return {"tcp": {"target": target, "timeout": "1s"}}
