"""The shipped configuration in a real Alertmanager: who hears, in which words, what is muted."""

import asyncio
import shutil
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.deploy.files import DEPLOY, read
from tests.servers.alertmanager import AlertmanagerServer
from tests.servers.smtp import MailServer
from tests.servers.webhook import WebhookReceiver

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(60)]

AREA = {"site": "hg", "area": "uci"}
PAGE = {
    "labels": {
        "alertname": "GuardiaAreaUnreachable", "severity": "critical", "priority": "P1", **AREA,
    },
    "annotations": {
        "summary": "P1 · HG <Ensenada>: UCI sin red desde las 03:14:07 (UTC−8)",
        "description": "Qué pasa: UCI sin red\nCausa probable: red interna",
        "runbook_url": "http://board/runbooks/area_network.md",
    },
}  # fmt: skip
BUDGET = {"labels": {"alertname": "GuardiaAreaBudgetFast", "severity": "warning", **AREA}}
ELSEWHERE = {"labels": {**BUDGET["labels"], "site": "other"}}


def shipped(folder: Path, people: WebhookReceiver, mail: MailServer) -> str:
    """Return the shipped configuration with its receivers on this machine."""
    shutil.copy(DEPLOY / "alertmanager" / "guardia.tmpl", folder)
    return (
        read("alertmanager/alertmanager.yml")
        .replace("https://noc.example.mx", people.url)
        .replace("https://deadman.example.mx", people.url)
        .replace("smtp.example.mx:587", f"127.0.0.1:{mail.port}")
        .replace("smtp_require_tls: true", "smtp_require_tls: false")
    )


async def post(server: AlertmanagerServer, *alerts: dict[str, Any]) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{server.url}/api/v2/alerts", json=alerts) as answer,
    ):
        assert answer.status == 200, await answer.text()


async def muted(server: AlertmanagerServer, alertname: str) -> dict[str, bool]:
    """Return by site whether an alert is inhibited."""
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{server.url}/api/v2/alerts") as answer,
    ):
        return {
            alert["labels"]["site"]: bool(alert["status"]["inhibitedBy"])
            for alert in await answer.json()
            if alert["labels"]["alertname"] == alertname
        }


async def test_a_page_reaches_people_by_both_ways_and_mutes_only_what_it_explains(
    tmp_path: Path,
) -> None:
    async with WebhookReceiver() as people, MailServer() as mail:
        config = shipped(tmp_path, people, mail)
        async with AlertmanagerServer(tmp_path, config) as server:
            await post(server, PAGE, BUDGET, ELSEWHERE)
            await people.until(lambda: "/guardia/on-call" in {r.path for r in people.received}, 20)
            message = await mail.wait_for("areas-criticas@example.mx")
            async with asyncio.timeout(20):
                while True:
                    if await muted(server, "GuardiaAreaBudgetFast") == {"hg": True, "other": False}:
                        break
                    await asyncio.sleep(0.1)  # Alertmanager offers nothing to wait on
            assert await muted(server, "GuardiaAreaUnreachable") == {"hg": False}
    assert message["Subject"] == PAGE["annotations"]["summary"]
    plain, html = (message.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None
    assert html is not None
    assert "Causa probable: red interna" in plain.get_content()
    assert "Guía: http://board/runbooks/area_network.md" in plain.get_content()
    assert "HG &lt;Ensenada&gt;: UCI sin red" in html.get_content()
    assert 'href="http://board/runbooks/area_network.md"' in html.get_content()
