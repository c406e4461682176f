"""Told to end, the daemon ends: in an outage, with a page under way, without a name server."""

import asyncio
import signal
from functools import partial
from operator import eq
from pathlib import Path

import aiomqtt
import pytest

from tests.e2e.faults_daemon import Daemon, clinic
from tests.e2e.faults_door import Door
from tests.e2e.faults_namespace import in_namespace
from tests.servers.mosquitto import Mosquitto
from tests.servers.webhook import Reply, WebhookReceiver

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(60)]

MOST_S = 3.0
DEAD_NAME_SERVER = "0900007F:0035"  # 127.0.0.9:53, as proc(5) writes it
WITHOUT_NAMES = """
ip link set lo up
mount --bind "$0" /etc/resolv.conf
nft add table inet gate
nft 'add chain inet gate incoming { type filter hook input priority 0 ; }'
nft add rule inet gate incoming udp dport 53 drop
"""


async def test_told_to_end_in_an_outage_it_says_goodbye_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "mosquitto"
    folder.mkdir()
    async with Door() as door, Mosquitto(folder) as broker, WebhookReceiver() as pager:
        pager.script.extend([Reply(never=True)] * 10)  # the page is under way when it must end
        exporters = {
            "mqtt": {"host": broker.host, "port": broker.port},
            "alertmanager": {"urls": [pager.url]},
        }
        async with Daemon(tmp_path, [clinic(door.target)], exporters=exporters) as daemon:
            await daemon.until_state("link/link1", "up")
            await daemon.until_metric("guardia_exporter_up", partial(eq, 1), exporter="mqtt")
            await door.shut()
            (incident,) = await daemon.until_incidents(1)
            daemon.signal(signal.SIGTERM)
            assert await daemon.ended(within_s=MOST_S) == 0
            assert daemon.logged("stopped")
            assert await retained(broker, "guardia/v1/test/status") == "offline"
        pager.script.clear()
        async with daemon:
            (again,) = await daemon.until_incidents(1)
            assert (again.id, again.opened_at) == (incident.id, incident.opened_at)
            await pager.until(partial(fired, pager, incident.id))


def fired(pager: WebhookReceiver, incident: str) -> bool:
    """Tell whether the newest request holds the alert."""
    return any(alert["annotations"].get("incident") == incident for alert in pager.bodies[-1])


async def test_told_to_end_while_the_name_server_is_dead_it_ends(tmp_path: Path) -> None:
    names = tmp_path / "resolv.conf"
    names.write_text("nameserver 127.0.0.9\noptions timeout:30\n", encoding="ascii")
    wrapper = in_namespace("net", "mount", setup=WITHOUT_NAMES, about=names)
    probe = {"http": {"url": "http://nobody.example.mx/", "timeout": "5s"}}
    sites = [clinic() | {"links": [{"id": "cfe", "probes": [probe]}]}]
    async with Daemon(tmp_path, sites, wrapper=wrapper) as daemon:
        sockets = Path(f"/proc/{daemon.pid}/net/udp")
        await daemon.until(lambda: DEAD_NAME_SERVER in sockets.read_text(encoding="ascii"))
        daemon.signal(signal.SIGTERM)
        assert await daemon.ended(within_s=MOST_S) == 0
        assert daemon.logged("stopped")


async def retained(broker: Mosquitto, topic: str) -> str:
    async with aiomqtt.Client(broker.host, broker.port, timeout=5) as client:
        await client.subscribe(topic)
        async with asyncio.timeout(5):
            message = await anext(aiter(client.messages))
    assert message.retain
    assert isinstance(message.payload, bytes)
    return message.payload.decode()
