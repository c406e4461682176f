"""A real Alertmanager with a webhook behind it: what a person would hear, and how often."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from config.settings import AlertmanagerSettings
from exporters.alert_writer import Pace
from exporters.alertmanager import Alertmanager
from monitor.clock import SystemClock
from monitor.vocabulary import Cause, Priority
from tests.exporters.delivery_fakes import FakeLog, Witness, running
from tests.exporters.incident import area, closed, later, opened
from tests.servers.alertmanager import AlertmanagerServer, webhook_config
from tests.servers.webhook import WebhookReceiver

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(60)]
PACE = Pace(ends_s=10, resolve_again_s=5, stands_s=3, stands_late_s=3)


def build(server: AlertmanagerServer, log: FakeLog, telemetry: Witness) -> Alertmanager:
    settings = AlertmanagerSettings(urls=(server.url,), resend=0.5)
    return Alertmanager(settings, log, SystemClock(), telemetry, pace=PACE)


def heard(person: WebhookReceiver) -> list[str]:
    """Return status, priority, areas and cause of each alert, in the order they were told."""
    return [
        f"{alert['status']} {labels['priority']} {labels['area']} {labels['cause']}"
        for body in person.bodies
        for alert in body["alerts"]
        for labels in (alert["labels"],)
    ]


def ends_at(alert: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(alert["endsAt"])


async def moved_on(server: AlertmanagerServer, beyond: Callable[[Any], bool]) -> None:
    """Return once an alert of the server fulfils a condition; it offers nothing to wait on."""
    async with aiohttp.ClientSession() as session, asyncio.timeout(10):
        while True:
            async with session.get(f"{server.url}/api/v2/alerts") as answer:
                if any(map(beyond, await answer.json())):
                    return
            await asyncio.sleep(0.1)


async def test_a_person_hears_each_page_once_and_its_end(tmp_path: Path) -> None:
    log, telemetry = FakeLog(), Witness()
    async with (
        WebhookReceiver() as person,
        AlertmanagerServer(tmp_path, webhook_config(f"{person.url}/noc")) as server,
    ):
        first = opened(at=datetime.now(UTC), cause=Cause.LINK, priority=Priority.P2)
        exporter = build(server, log, telemetry)
        async with running(exporter.run()):
            exporter.offer(log.note(first))
            await person.wait_for(1)
            three_resends_on = first.at + timedelta(seconds=PACE.ends_s + 3)
            await moved_on(server, lambda alert: ends_at(alert) > three_resends_on)
        assert heard(person) == ["firing P2 uci link"], "sent again, told once"

        exporter = build(server, log, telemetry)  # killed and started again
        power = log.note(later(first, 0.1, cause=Cause.POWER))
        async with running(exporter.run()):
            await moved_on(server, lambda alert: alert["annotations"]["cause"] == "power")
            assert len(person.received) == 1, "neither late evidence nor a restart is a page"

            both = (area("uci"), area("urgencias"))
            worse = later(power, 0.1, priority=Priority.P1, touched=both, pages=2)
            exporter.offer(log.note(worse))
            await person.wait_for(3)
            replaced = ["firing P1 uci,urgencias power", "resolved P2 uci link"]
            assert sorted(heard(person)[1:]) == replaced
            exporter.offer(log.note(closed(worse, 0.1)))
            await person.wait_for(4)
            assert heard(person)[3] == "resolved P1 uci,urgencias power"
            await telemetry.until(lambda: log.of(f"alertmanager:{server.url}").told_closed)
    assert len(person.received) == 4, "the end is repeated to Alertmanager, not to people"


async def test_what_came_and_went_while_alertmanager_was_away_is_told(tmp_path: Path) -> None:
    log, telemetry = FakeLog(), Witness()
    async with WebhookReceiver() as person:
        server = AlertmanagerServer(tmp_path, webhook_config(f"{person.url}/noc"))
        exporter = build(server, log, telemetry)
        async with running(exporter.run()):
            first = opened(at=datetime.now(UTC))
            exporter.offer(log.note(first))
            await telemetry.until(lambda: telemetry.failures.total() >= 1)
            exporter.offer(log.note(closed(first, 0.5)))
            async with server:
                await person.wait_for(2, within_s=20)
    label = "P1 uci area_network"
    assert heard(person) == [f"firing {label}", f"resolved {label}"]
    told = [body["alerts"][0]["annotations"]["summary"] for body in person.bodies]
    assert "ya terminó" in told[0]
    assert told[1].startswith("RECUPERADO")
