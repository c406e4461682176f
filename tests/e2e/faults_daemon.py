"""The real daemon as a process, watched from outside while it is made to suffer."""

import asyncio
import json
import os
import signal
import sys
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp

from monitor.commands.daemon_api import DaemonApi
from monitor.events import IncidentEvent
from tests.e2e.faults_metrics import Metrics
from tests.servers.program import Program, free_port

ROOT = Path(__file__).parents[2]
POLL_S = 0.05
ANSWER_S = 3.0
QUICK: dict[str, object] = {
    "interval": "500ms",
    "reprobe": "100ms",
    "max_confirm": "300ms",
    "successes": 1,
}
"""Down in under a second, back in half of one."""


class Daemon(Program):
    """One daemon with its own folder, port and journal. `settings` are merged into guardia.yaml.

    `wrapper` is a command that ends by running the daemon in its own place (`setpriv …`).
    """

    def __init__(
        self,
        folder: Path,
        sites: Sequence[Mapping[str, object]],
        *,
        wrapper: Sequence[str] = (),
        state_dir: Path | None = None,
        **settings: object,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.config = folder / "guardia.yaml"
        self.state_dir = state_dir or folder / "state"
        self.listen = f"127.0.0.1:{free_port()}"
        self.url = f"http://{self.listen}"
        self._settings = {
            "include": ["sites.yaml"],
            "listen": self.listen,
            "state_dir": str(self.state_dir),
            "vantage": "test",
            "classes": dict.fromkeys(("life", "hospital", "clinic"), QUICK),
            "response": {"reopen_within": "0s"},  # what fails again is another incident
        } | settings
        self.write(sites)
        command = [*wrapper, sys.executable, "-m", "monitor", "run", "-c", str(self.config)]
        super().__init__(command, ready="watching probes", folder=ROOT)
        self.output = deque(maxlen=20_000)

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def journal(self) -> Path:
        return self.state_dir / "journal.db"

    def write(self, sites: Sequence[Mapping[str, object]]) -> None:
        """Write the configuration, as JSON, which is YAML.

        A running daemon knows nothing of it before a reload.
        """
        self.config.write_text(json.dumps(self._settings), encoding="utf-8")
        text = json.dumps({"sites": list(sites)})
        (self.folder / "sites.yaml").write_text(text, encoding="utf-8")

    def signal(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)

    async def ended(self, within_s: float) -> int:
        """Return the exit code of a daemon that was told to end."""
        assert self._process is not None
        async with asyncio.timeout(within_s):
            return await self._process.wait()

    # -- what it logs

    def logged(self, *words: str) -> list[str]:
        """Return the lines that hold all the words."""
        return [line for line in self.output if all(word in line for word in words)]

    async def until_logged(self, *words: str, within_s: float = 10.0) -> str:
        await self.until(lambda: bool(self.logged(*words)), within_s)
        return self.logged(*words)[-1]

    # -- what it says

    async def get(self, path: str) -> tuple[int, str]:
        return await self._ask("GET", path)

    async def post(self, path: str) -> tuple[int, str]:
        return await self._ask("POST", path)

    async def date(self) -> datetime:
        """Return the time of its wall clock, from the Date header of an answer."""
        timeout = aiohttp.ClientTimeout(total=ANSWER_S)
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.get(f"{self.url}/-/healthy") as answer,
        ):
            return parsedate_to_datetime(answer.headers["Date"])

    async def metrics(self) -> Metrics:
        status, text = await self.get("/metrics")
        assert status == 200
        return Metrics.parsed(text)

    async def metric(self, name: str, **labels: str) -> float:
        """Return one sample, NaN where there is none."""
        return (await self.metrics()).value(name, **labels)

    async def site(self, site: str) -> dict[str, Any]:
        status, text = await self.get(f"/api/v1/sites/{site}")
        assert status == 200, text
        document: dict[str, Any] = json.loads(text)
        return document

    async def states(self, site: str) -> dict[str, str]:
        """Return the state of every component of a site, by its path."""
        document = await self.site(site)
        return {part["component"]: part["state"] for part in document["components"]}

    async def incidents(self, *, closed_too: bool = False) -> list[IncidentEvent]:
        async with DaemonApi(self.url) as api:
            return await api.incidents(closed_too=closed_too)

    async def until(
        self, condition: Callable[[], bool] | Callable[[], Awaitable[bool]], within_s: float = 10.0
    ) -> None:
        """Return once it holds. A daemon that does not answer just now is asked again."""
        try:
            async with asyncio.timeout(within_s):
                while True:
                    with suppress(aiohttp.ClientError, TimeoutError):
                        held = condition()
                        if await held if isinstance(held, Awaitable) else held:
                            return
                    await asyncio.sleep(POLL_S)
        except TimeoutError as error:
            raise AssertionError("\n".join(["it did not come to that:", *self.output])) from error

    async def until_metric(
        self, name: str, holds: Callable[[float], bool], within_s: float = 10.0, **labels: str
    ) -> None:
        async def seen() -> bool:
            return holds(await self.metric(name, **labels))

        await self.until(seen, within_s)

    async def until_state(
        self, component: str, state: str, within_s: float = 10.0, site: str = "clinic"
    ) -> None:
        async def seen() -> bool:
            return (await self.states(site))[component] == state

        await self.until(seen, within_s)

    async def until_incidents(self, count: int, within_s: float = 10.0) -> list[IncidentEvent]:
        async def seen() -> bool:
            return len(await self.incidents()) == count

        await self.until(seen, within_s)
        return await self.incidents()

    async def until_runs(self, more: int, within_s: float = 20.0) -> None:
        """Return once that many further runs have been started: proof that it probes."""
        name = "guardia_probe_lateness_seconds_count"
        before = await self.metric(name)
        await self.until_metric(name, partial(_at_least, before + more), within_s)

    async def _ask(self, method: str, path: str) -> tuple[int, str]:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=ANSWER_S)) as session,
            session.request(method, self.url + path) as answer,
        ):
            return answer.status, await answer.text()


def _at_least(least: float, value: float) -> bool:
    return value >= least


def clinic(*links: str, **parts: object) -> dict[str, object]:
    """Return a clinic named `clinic` whose links are TCP targets, in short form."""
    return {
        "id": "clinic",
        "name": "Clínica de Prueba",
        "links": [
            {"id": f"link{number}", "probes": [{"tcp": {"target": target, "timeout": "1s"}}]}
            for number, target in enumerate(links, start=1)
        ],
    } | parts
