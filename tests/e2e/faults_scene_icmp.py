"""ICMP under attack, and ICMP forbidden. Run by test_faults_icmp.py in a network of its own.

In that network 127.66.0.9 drops pings; all other loopback addresses answer.
"""

from functools import partial
from operator import eq
from pathlib import Path

import pytest

from tests.e2e.faults_daemon import Daemon, clinic
from tests.e2e.faults_forger import Forger, forgeries, forging, overheard, replay

UP, SILENT = "127.66.0.1", "127.66.0.9"
PING_GROUPS = Path("/proc/sys/net/ipv4/ping_group_range")
IGNORED = "guardia_icmp_replies_ignored_total"

pytestmark = [pytest.mark.e2e, pytest.mark.netns, pytest.mark.timeout(60)]


def pinged(site: str, target: str) -> dict[str, object]:
    probe = {"icmp": {"target": target, "timeout": "400ms"}}
    return clinic() | {"id": site, "links": [{"id": "cfe", "probes": [probe]}]}


SITES = [pinged("good", UP), pinged("dead", SILENT)]


async def test_false_replies_are_counted_and_believed_by_nobody(tmp_path: Path) -> None:
    async with Daemon(tmp_path, SITES) as daemon:
        await daemon.until_state("link/cfe", "up", site="good")
        (incident,) = await daemon.until_incidents(1)
        assert incident.root.key == "dead/link/cfe"
        before = await daemon.metrics()
        expired = await overheard(SILENT)
        fresh = await overheard(SILENT)
        forger = Forger(
            SILENT, [*forgeries(fresh), *forgeries(await overheard(UP)), replay(expired)]
        )
        with forging(forger):
            await daemon.until_metric(IGNORED, lambda count: count > 1500, 20, why="cookie")
            after = await daemon.metrics()
        ignored = {why: after.value(IGNORED, why=why) for why in after.by(IGNORED, "why")}
        assert ignored.keys() >= {"cookie", "serial", "length"}
        assert min(ignored[why] for why in ("cookie", "serial", "length")) > 500
        assert after.value("guardia_icmp_replies_dropped_total") == 0
        assert after.quantile("guardia_probe_lateness_seconds", 0.99, before) <= 0.25
        assert await daemon.states("good") == {"link/cfe": "up"}
        assert await daemon.states("dead") == {"link/cfe": "down"}
        assert [seen.id for seen in await daemon.incidents(closed_too=True)] == [incident.id]
        assert after.by("probe_success", "site") == {"good": 1.0}


async def test_without_permission_to_ping_it_is_blind_and_says_what_to_grant(
    tmp_path: Path,
) -> None:
    without = ("setpriv", "--bounding-set=-all", "--inh-caps=-all")
    async with Daemon(tmp_path, SITES, wrapper=without) as daemon:
        (incident,) = await daemon.until_incidents(1, within_s=20)
        assert incident.cause == "monitor_blind"
        assert incident.root.key == "monitor"
        told = await daemon.until_logged("icmp sockets")
        assert "net.ipv4.ping_group_range" in told
        assert "CAP_NET_RAW" in told
        metrics = await daemon.metrics()
        assert metrics.value("guardia_monitor_blind") == 1
        failures = metrics.by("guardia_probe_failures_total", "reason")
        assert failures.keys() == {"no_permission"}
        assert await daemon.states("good") == {"link/cfe": "unknown"}
        assert not daemon.logged("to=down")
        PING_GROUPS.write_text("0 0", encoding="ascii")  # what it told us to do
        await daemon.until_state("link/cfe", "up", site="good")
        await daemon.until_metric("guardia_monitor_blind", partial(eq, 0.0))
        await daemon.until_state("link/cfe", "down", site="dead")
        assert not daemon.logged("component=good", "to=down")
