"""An operator at a terminal, the daemon behind it, and a real Alertmanager that tells the rest."""

import asyncio
import sys
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.e2e.faults_daemon import ROOT, Daemon, clinic
from tests.e2e.faults_door import Door
from tests.servers.alertmanager import AlertmanagerServer, webhook_config
from tests.servers.webhook import WebhookReceiver

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(90)]


async def guardia(*words: str) -> str:
    """Type a command, as an operator would; return what it says."""
    command = [sys.executable, "-m", "monitor", *words]
    process = await asyncio.create_subprocess_exec(
        *command, cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()
    return said.decode()


async def descriptions(pager: AlertmanagerServer) -> list[str]:
    """Return what Alertmanager would tell people of the alerts that stand."""
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{pager.url}/api/v2/alerts") as answer,
    ):
        alerts: list[Any] = await answer.json()
    return [alert["annotations"]["description"] for alert in alerts]


async def test_who_takes_it_on_is_told_everywhere_and_survives_kill_9(tmp_path: Path) -> None:
    async with (
        Door() as door,
        WebhookReceiver() as noc,
        AlertmanagerServer(tmp_path, webhook_config(noc.url)) as pager,
    ):
        exporters = {"alertmanager": {"urls": [pager.url], "resend": "1s"}}
        daemon = Daemon(tmp_path / "guardia", [clinic(door.target)], exporters=exporters)
        await daemon.start()
        try:
            await daemon.until_state("link/link1", "up")
            await door.shut()
            await noc.wait_for(1, within_s=20)
            (incident,) = await daemon.incidents()
            by = ("--by", "Guardia de redes", "--url", daemon.url)
            said = await guardia("ack", incident.id, *by, "--note", "folio 4711")
            assert f"{incident.id} is taken on by Guardia de redes until" in said

            async def is_told() -> bool:
                return any("Atiende: Guardia de redes" in t for t in await descriptions(pager))

            await daemon.until(is_told)
            await daemon.kill()
            await daemon.start()
            (again,) = await daemon.incidents()
            assert again.acknowledged is not None
            assert (again.id, again.acknowledged.note) == (incident.id, "folio 4711")
            work = ("--site", "clinic", "--for", "5m", "--reason", "Cambio de fibra")
            window = (await guardia("maintenance", "add", *by, *work)).split()[0]
            assert window in await guardia("maintenance", "list", "--url", daemon.url)
            trail = await guardia("audit", "--url", daemon.url)
            assert [line.split()[2] for line in trail.splitlines()] == [
                "window",
                "acknowledged",
            ]
            await door.open()
            await noc.until(lambda: noc.bodies[-1]["status"] == "resolved", within_s=20)
            assert len({alert["fingerprint"] for b in noc.bodies for alert in b["alerts"]}) == 1
        finally:
            await daemon.stop()
