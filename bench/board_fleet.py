"""A daemon over 3,180 sites, of which fifty are down and some go to and fro as they are told."""

import asyncio
import json
import os
import re
import signal
import sys
import urllib.request
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from itertools import cycle
from pathlib import Path

from bench.machine import HOUSE
from bench.process_tree import Usage, usage
from config.state import STATES

SITES = 3180
OPEN = 50
MOVERS = 100
LISTEN = "127.0.0.1:9718"
URL = f"http://{LISTEN}"
_TOLD = re.compile(
    r"(?P<at>\S+ \S+) INFO \S+ incident id=(?P<id>\S+) phase=(?P<phase>opened|closed) "
)
"""A line of the shift log, with the local time in milliseconds."""
_READY_S = 180
_QUICK = {"interval": "200ms", "reprobe": "100ms", "max_confirm": "300ms", "successes": 1}


class Door:
    """A TCP port that is open or shut."""

    def __init__(self) -> None:
        self.port = 0
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        self._server = await asyncio.start_server(_hang_up, "127.0.0.1", self.port, backlog=512)
        self.port = self._server.sockets[0].getsockname()[1]

    async def shut(self) -> None:
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
            self._server = None

    async def move(self) -> None:
        await (self.open() if self._server is None else self.shut())


async def _hang_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


class BoardFleet:
    """The daemon under measurement, and the doors of the sites that move."""

    def __init__(self, pid: int, log: Path, doors: list[Door]) -> None:
        self.pid = pid
        self._log = log
        self._doors = doors

    def usage(self) -> Usage:
        return usage(self.pid)

    async def stir(self, changes_per_s: float) -> None:
        """Let one site after the other fail or recover, until cancelled."""
        for door in cycle(self._doors):
            await door.move()
            await asyncio.sleep(1 / changes_per_s)

    def told(self) -> dict[str, datetime]:
        """Return when Guardia opened and closed each incident, by `opened ID` and `closed ID`."""
        found = map(_TOLD.match, self._log.read_text(encoding="utf-8").splitlines())
        return {
            f"{one['phase']} {one['id']}": datetime.strptime(
                one["at"], "%Y-%m-%d %H:%M:%S,%f"
            ).astimezone()
            for one in found
            if one is not None
        }


@asynccontextmanager
async def board_fleet(folder: Path) -> AsyncIterator[BoardFleet]:
    """Start it; yield once the fifty incidents are open."""
    async with AsyncExitStack() as stack:
        doors = [Door() for _ in range(MOVERS + 1)]
        for door in doors:
            await door.open()
            stack.push_async_callback(door.shut)
        config = _written(folder, doors)
        with (folder / "daemon.log").open("wb") as log:
            daemon = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "monitor", "run", "-c", str(config),
                stdout=log, stderr=log, cwd=HOUSE, env=os.environ,
            )  # fmt: skip
        stack.push_async_callback(daemon.wait)
        stack.callback(daemon.send_signal, signal.SIGTERM)
        for _ in range(_READY_S):
            if await asyncio.to_thread(_open_incidents) >= OPEN:
                break
            await asyncio.sleep(1)
        else:
            raise TimeoutError(f"no {OPEN} open incidents within {_READY_S} s")
        yield BoardFleet(daemon.pid, folder / "daemon.log", doors[1:])


def _open_incidents() -> int:
    try:
        with urllib.request.urlopen(f"{URL}/api/v1/incidents", timeout=5) as answer:
            return len(json.load(answer)["incidents"])
    except OSError:
        return 0


def _written(folder: Path, doors: list[Door]) -> Path:
    """Write the settings: a site of the last ones for each door that moves."""
    up, movers = doors[0], doors[1:]
    states = list(STATES)
    sites = []
    for number in range(SITES):
        moving = number - (SITES - MOVERS)
        port = 1 if number < OPEN else up.port if moving < 0 else movers[moving].port
        sites.append(
            {
                "id": f"cs-{number:04}",
                "name": f"Centro de Salud número {number} de la Sierra",
                "state": states[number % len(states)],
                "municipality": f"Municipio {number % 1179}",
                "location": [15 + number % 170 / 10, -117 + number % 290 / 10],
                "type": "clinic" if moving < 0 else "hospital",
                "links": [
                    {"id": "cfe", "probes": [{"tcp": f"127.0.0.1:{port}"}]},
                ],
                "areas": [{"id": "uci", "probes": []}] if number % 12 == 0 else [],
            }
        )
    (folder / "sites.yaml").write_text(json.dumps({"sites": sites}), encoding="utf-8")
    config = folder / "guardia.yaml"
    settings = {
        "include": ["sites.yaml"],
        "listen": LISTEN,
        "state_dir": str(folder / "state"),
        "classes": {"hospital": _QUICK, "clinic": {"interval": "30s"}},
        "response": {"reopen_within": "0s"},
    }
    config.write_text(json.dumps(settings), encoding="utf-8")
    return config
