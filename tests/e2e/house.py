"""Everything a NOC runs, around one daemon, inside the simulator's namespace."""

import asyncio
import contextlib
import json
import os
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import aiomqtt
import yaml

from monitor.commands.daemon_api import DaemonApi, DaemonUnreachableError
from monitor.events import IncidentEvent
from monitor.vocabulary import State
from simulator.client import ControlClient
from tests.servers.alertmanager import AlertmanagerServer, webhook_config
from tests.servers.mosquitto import Mosquitto
from tests.servers.program import Program, free_port
from tests.servers.prometheus import Prometheus
from tests.servers.webhook import WebhookReceiver

POLL_S = 0.1


class House:
    """The servers, the daemon, and the hand that breaks things."""

    def __init__(self, folder: Path, simulator: ControlClient) -> None:
        self.folder = folder
        self.simulator = simulator
        self._cuts: list[dict[str, object]] = []
        self.noc = WebhookReceiver()
        self.listen = f"127.0.0.1:{free_port()}"
        self.api = DaemonApi(f"http://{self.listen}")
        self.broker = Mosquitto(_made(folder / "mosquitto"))
        self.prometheus = Prometheus(_made(folder / "prometheus"), self.listen)
        self.pager: AlertmanagerServer
        self.daemon: Program

    def make_daemon(self, demo: Path) -> Program:
        """Return the daemon of the demo's fleet, told of the servers here."""
        settings = yaml.safe_load(demo.read_text(encoding="utf-8"))
        settings |= {
            "listen": self.listen,
            "include": [str(demo.parent / written) for written in settings["include"]],
            "state_dir": str(self.folder / "state"),
            "exporters": {
                "alertmanager": {"urls": [self.pager.url]},
                "mqtt": {"host": "127.0.0.1", "port": self.broker.port},
            },
        }
        config = self.folder / "guardia.yaml"
        config.write_text(yaml.safe_dump(settings), encoding="utf-8")
        command = [sys.executable, "-m", "monitor", "run", "-c", str(config)]
        return Program(command, ready="watching probes", folder=_made(self.folder / "daemon"))

    def act(self, do: str, **fields: object) -> datetime:
        """Break or mend something; return when it happened, by the simulator's own log."""
        last = self.simulator.ask("apply", action={"do": do, **fields})["truths"]
        if do == "cut":
            self._cuts.append({key: value for key, value in fields.items() if key != "state"})
        record = self.simulator.ask("truth", since=last - 1, limit=1)["records"][0]
        return datetime.fromisoformat(record["at"])

    def mend(self) -> None:
        """Restore everything that was cut, for whoever comes next."""
        for fields in self._cuts:
            self.simulator.ask("apply", action={"do": "restore", **fields})

    async def until_known(self) -> None:
        """Return once every site is up."""

        async def known() -> bool:
            counts = await self.api.counts()
            return counts[State.UP] > 0 and counts[State.UP] == sum(counts.values())

        await self.until(known, 60)

    async def until(self, condition: Callable[[], Any], within_s: float) -> None:
        """Return once an awaitable condition holds."""
        async with asyncio.timeout(within_s):
            while True:
                with contextlib.suppress(DaemonUnreachableError):  # it is being started
                    if await condition():
                        return
                await asyncio.sleep(POLL_S)

    async def until_open(self, site: str, within_s: float = 30) -> IncidentEvent:
        """Return the open incident of a site."""
        found: list[IncidentEvent] = []

        async def is_open() -> bool:
            found[:] = [i for i in await self.api.incidents() if i.site.id == site]
            return bool(found)

        await self.until(is_open, within_s)
        return found[0]

    async def until_on_disk(self, incident: str, within_s: float = 10) -> None:
        """Return once the journal's file holds an incident: from then on a kill cannot lose it."""
        journal = f"file:{self.folder / 'state' / 'journal.db'}?mode=ro"

        async def is_there() -> bool:
            with contextlib.closing(sqlite3.connect(journal, uri=True)) as database:
                found = database.execute("SELECT 1 FROM incident WHERE key = ?", (incident,))
                return found.fetchone() is not None

        await self.until(is_there, within_s)

    async def until_told(self, status: str, site: str, within_s: float = 30) -> dict[str, Any]:
        """Return the alert of a site that the pager's receiver was told with this status."""
        await self.noc.until(lambda: bool(self.told(status, site)), within_s)
        return self.told(status, site)[-1]

    def told(self, status: str | None = None, site: str | None = None) -> list[dict[str, Any]]:
        """Return every alert in every notification that the receiver behind the pager got."""
        return [
            alert
            for body in self.noc.bodies
            for alert in body["alerts"]
            if status in (None, alert["status"]) and site in (None, alert["labels"].get("site"))
        ]

    async def kill_daemon(self) -> None:
        """End it as a power cut would, and start it again."""
        await self.daemon.kill()
        await self.daemon.start()

    async def retained(self, topic: str, within_s: float = 10) -> dict[str, dict[str, Any]]:
        """Return what the broker keeps under a topic filter, by topic."""
        kept: dict[str, dict[str, Any]] = {}
        async with aiomqtt.Client("127.0.0.1", self.broker.port, timeout=within_s) as client:
            await client.subscribe([(topic, 1), ("end/of/retained", 1)])
            await client.publish("end/of/retained", b"", qos=1)
            async with asyncio.timeout(within_s):
                async for message in client.messages:
                    if message.topic.value == "end/of/retained":
                        return kept
                    if message.retain and isinstance(message.payload, bytes):
                        kept[message.topic.value] = json.loads(message.payload)
        raise AssertionError("the broker closed the connection")


@asynccontextmanager
async def standing_house(folder: Path) -> AsyncIterator[House]:
    """Build it, wait until the daemon knows every site, and take it down again.

    The environment says where the simulator's control socket and the demo's settings are.
    """
    with ControlClient(Path(os.environ["GUARDIA_SIMULATOR"])) as simulator:
        house = House(folder, simulator)
        async with AsyncExitStack() as stack:
            stack.callback(house.mend)
            await stack.enter_async_context(house.noc)
            await stack.enter_async_context(house.api)
            house.pager = AlertmanagerServer(_made(folder / "am"), webhook_config(house.noc.url))
            house.daemon = house.make_daemon(Path(os.environ["GUARDIA_CONFIG"]))
            for program in (house.pager, house.broker, house.prometheus, house.daemon):
                await program.start()
                stack.push_async_callback(program.stop)
            await house.until_known()
            yield house


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
