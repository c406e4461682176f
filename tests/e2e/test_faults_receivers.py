"""A receiver that is away delays what people should hear, and never loses it."""

from contextlib import AsyncExitStack
from functools import partial
from operator import eq
from pathlib import Path

import aiomqtt
import pytest

from tests.e2e.faults_daemon import Daemon, clinic
from tests.e2e.faults_door import Door
from tests.servers.mosquitto import Mosquitto
from tests.servers.proxy import Proxy
from tests.servers.webhook import Reply, WebhookReceiver

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(90)]

UP, QUEUE = "guardia_exporter_up", "guardia_exporter_queue_length"
RETRY_S = 30.0
"""The longest pause between two tries is 30 s, but a broken one is short."""


async def test_receivers_that_are_away_are_told_when_they_return(tmp_path: Path) -> None:
    """Alertmanager answers 500, then nothing at all; the webhook is not even there."""
    async with AsyncExitStack() as stack:
        door = await stack.enter_async_context(Door())
        pager = await stack.enter_async_context(WebhookReceiver())
        noc = await stack.enter_async_context(WebhookReceiver())
        await noc.stop()
        pager.script.extend([Reply(500, "no room")] * 2 + [Reply(never=True)])
        exporters = {
            "alertmanager": {"urls": [pager.url], "timeout": "1s", "resend": "1s"},
            "webhook": {"url": noc.url, "timeout": "1s"},
        }
        member = f"alertmanager:{pager.url}"
        sites = [clinic(door.target)]
        daemon = await stack.enter_async_context(Daemon(tmp_path, sites, exporters=exporters))
        await daemon.until_logged(f"subject={member}", "HTTP 500: no room")
        await daemon.until_metric(UP, partial(eq, 0), exporter=member)
        await daemon.until_state("link/link1", "up")
        await door.shut()
        (incident,) = await daemon.until_incidents(1)
        await daemon.until_logged("subject=webhook", "ClientConnectorError")
        metrics = await daemon.metrics()
        assert metrics.value(UP, exporter="webhook") == 0
        assert metrics.value(QUEUE, exporter="webhook") == 1
        await daemon.until_logged(f"subject={member}", "no answer within 1 s", within_s=20)

        await noc.start()
        await noc.wait_for(1, within_s=RETRY_S)
        assert noc.bodies[0]["incident"]["id"] == incident.id
        await pager.until(partial(fired, pager, incident.id), within_s=RETRY_S)
        for exporter in (member, "webhook"):
            await daemon.until_metric(UP, partial(eq, 1), exporter=exporter)
            await daemon.until_metric(QUEUE, partial(eq, 0), exporter=exporter)
            assert daemon.logged("recovered", f"subject={exporter}")
        for what in ("HTTP 500", "no answer within", "ClientConnectorError"):
            assert len(daemon.logged("trouble", what)) == 1  # however often it was tried
        assert len(noc.received) == 1


def fired(pager: WebhookReceiver, incident: str) -> bool:
    """Tell whether an answered request holds the alert."""
    told = [alert for body in pager.bodies[3:] for alert in body]
    return any(alert["annotations"].get("incident") == incident for alert in told)


async def test_a_broker_that_is_away_knows_the_outage_when_it_returns(tmp_path: Path) -> None:
    """It is killed, it comes back having forgotten all, and then it is a black hole."""
    folder = tmp_path / "mosquitto"
    folder.mkdir()
    async with AsyncExitStack() as stack:
        door = await stack.enter_async_context(Door())
        broker = await stack.enter_async_context(Mosquitto(folder))
        proxy = await stack.enter_async_context(Proxy(broker.port))
        exporters = {"mqtt": {"host": "127.0.0.1", "port": proxy.port, "keepalive": "1s"}}
        sites = [clinic(door.target)]
        daemon = await stack.enter_async_context(Daemon(tmp_path, sites, exporters=exporters))
        until_up = partial(daemon.until_metric, UP, exporter="mqtt", within_s=RETRY_S)
        await until_up(partial(eq, 1))
        await daemon.until_state("link/link1", "up")

        await broker.kill()
        await until_up(partial(eq, 0))
        await door.shut()
        (incident,) = await daemon.until_incidents(1)
        assert await daemon.metric(QUEUE, exporter="mqtt") > 0
        await broker.start()
        await until_up(partial(eq, 1))
        topics = await retained(broker)
        assert f"guardia/v1/test/incident/{incident.id}" in topics
        assert b'"state":"down"' in topics["guardia/v1/test/site/clinic/link/link1/state"]
        assert topics["guardia/v1/test/status"] == b"online"

        proxy.swallow()
        await until_up(partial(eq, 0))
        await door.open()
        await daemon.until_incidents(0)
        proxy.forward()
        await until_up(partial(eq, 1))
        topics = await retained(broker)
        assert f"guardia/v1/test/incident/{incident.id}" not in topics
        assert b'"state":"up"' in topics["guardia/v1/test/site/clinic/link/link1/state"]
        assert await daemon.metric(QUEUE, exporter="mqtt") == 0
        assert await daemon.metric("guardia_exporter_dropped_total", exporter="mqtt") == 0
        assert len(daemon.logged("recovered", "subject=mqtt")) == 2
        assert len(daemon.logged("trouble", "subject=mqtt")) <= 4


async def retained(broker: Mosquitto) -> dict[str, bytes]:
    """Return what the broker keeps of us, by topic."""
    kept: dict[str, bytes] = {}
    async with aiomqtt.Client(broker.host, broker.port, timeout=5) as client:
        await client.subscribe([("guardia/v1/test/#", 1), ("end/of/retained", 1)])
        await client.publish("end/of/retained", b"", qos=1)
        async for message in client.messages:
            if message.topic.value == "end/of/retained":
                break
            if message.retain and isinstance(message.payload, bytes):
                kept[message.topic.value] = message.payload
    return kept
