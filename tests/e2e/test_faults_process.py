"""What can befall the daemon's own process: no descriptors, no time, the wrong time."""

import asyncio
import random
import signal
from datetime import UTC, datetime
from functools import partial
from operator import eq
from pathlib import Path

import pytest

from monitor.vocabulary import Cause
from tests.conftest import require
from tests.descriptors import descriptors
from tests.e2e.faults_daemon import QUICK, Daemon, clinic
from tests.e2e.faults_door import Door
from tests.probes.http_servers import Caller, serving
from tests.servers.webhook import WebhookReceiver

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(60)]

SLOW_SITES = 100
SLOW_ANSWER_S = 0.8
FEW_DESCRIPTORS = 64
FLAPPING_SITES = 20
WITHOUT_S = 1.5
FLAPS = 150
STALL_S = 5.0
HOUR_S = 3600


async def slow(caller: Caller) -> None:
    """Hold a descriptor of the asker for most of its interval."""
    await asyncio.sleep(SLOW_ANSWER_S)
    await caller.answer()


async def test_without_descriptors_it_is_blind_and_still_pages_and_answers(tmp_path: Path) -> None:
    async with serving(slow) as server, WebhookReceiver() as noc:
        probe = {"http": {"url": server.url, "timeout": "5s"}}
        sites = [
            clinic() | {"id": f"clinic-{n}", "links": [{"id": "cfe", "probes": [probe]}]}
            for n in range(SLOW_SITES)
        ]
        pace = dict.fromkeys(("life", "hospital", "clinic"), QUICK | {"interval": "1s"})
        exporters = {"webhook": {"url": noc.url}}
        async with Daemon(tmp_path, sites, classes=pace, exporters=exporters) as daemon:
            await daemon.until_metric("guardia_monitor_blind", partial(eq, 0))
            await daemon.until_runs(SLOW_SITES)
            with descriptors(FEW_DESCRIPTORS, daemon.pid):
                await daemon.until_metric("guardia_monitor_blind", partial(eq, 1), 20)
                await noc.wait_for(1, within_s=20)  # and a connection was left to say so
                assert noc.bodies[0]["incident"]["cause"] == "monitor_blind"
                asked_s = asyncio.get_running_loop().time()
                assert await daemon.get("/-/healthy") == (200, "healthy\n")
                assert asyncio.get_running_loop().time() - asked_s < 1
                failures = (await daemon.metrics()).by("guardia_probe_failures_total", "reason")
                assert failures.keys() == {"no_socket"}
            await daemon.until_metric("guardia_monitor_blind", partial(eq, 0), 20)
            await daemon.until_incidents(0, within_s=20)
            await noc.wait_for(2)
            assert [body["notification"] for body in noc.bodies] == ["opened", "closed"]
            assert not daemon.logged("to=down")
            told = [
                *daemon.logged(" monitor."),
                *daemon.logged(" probes."),
                *daemon.logged("exporters."),
            ]
            assert len(told) < 10  # once, not at every probe


async def test_descriptors_that_come_and_go_from_the_start_end_nothing_and_blame_nobody(
    tmp_path: Path,
) -> None:
    """Each thing that opens a file or a socket, once or now and then, meets a moment without."""
    chance = random.Random(11)
    async with serving(Caller.answer) as server:
        urls = (server.url, server.url.replace("127.0.0.1", "localhost"))
        sites = [
            clinic()
            | {
                "id": f"clinic-{n}",
                "links": [{"id": "cfe", "probes": [{"http": {"url": urls[n % 2]}}]}],
            }
            for n in range(FLAPPING_SITES)
        ]
        async with Daemon(tmp_path, sites) as daemon:
            with descriptors(0, daemon.pid):
                await asyncio.sleep(WITHOUT_S)
            for _ in range(FLAPS):
                with descriptors(chance.choice((0, 6, 12, 24)), daemon.pid):
                    await asyncio.sleep(chance.uniform(0.002, 0.02))
                await asyncio.sleep(chance.uniform(0.002, 0.01))
            await daemon.until_metric("guardia_monitor_blind", partial(eq, 0), 20)
            await daemon.until_runs(2 * FLAPPING_SITES)
            assert (await daemon.get("/"))[0] == 200
            told = await daemon.incidents(closed_too=True)
            assert {incident.cause for incident in told} <= {Cause.MONITOR_BLIND}
            assert not daemon.logged("to=down")


async def test_a_stopped_process_is_a_stall_and_nobodys_outage(tmp_path: Path) -> None:
    async with Door() as door, serving(slow) as server:
        http = {"http": {"url": server.url, "timeout": "2s"}}
        links = [
            {"id": "tcp", "probes": [{"tcp": {"target": door.target, "timeout": "1s"}}]},
            {"id": "http", "probes": [http]},
            {"id": "icmp", "probes": [{"icmp": {"target": "127.66.0.1", "timeout": "500ms"}}]},
        ]
        async with Daemon(tmp_path, [clinic() | {"links": links}]) as daemon:
            for link in ("tcp", "http", "icmp"):
                await daemon.until_state(f"link/{link}", "up")
            daemon.signal(signal.SIGSTOP)
            await asyncio.sleep(STALL_S)  # the fault itself lasts that long
            daemon.signal(signal.SIGCONT)
            await daemon.until_metric("guardia_loop_stall_seconds_count", lambda count: count >= 1)
            await daemon.until_runs(20)
            metrics = await daemon.metrics()
            assert metrics.value("guardia_loop_stall_seconds_sum") >= STALL_S - 0.5
            assert await daemon.get("/-/healthy") == (200, "healthy\n")
            assert set((await daemon.states("clinic")).values()) == {"up"}
            assert not daemon.logged("to=down")
            assert not daemon.logged("to=unknown")
            assert await daemon.incidents(closed_too=True) == []
            told_s = [
                float(line.rpartition("seconds=")[2]) for line in daemon.logged("loop stalled")
            ]
            assert max(told_s) >= STALL_S - 0.5


async def test_a_clock_that_is_set_makes_no_outage_and_no_false_figure(tmp_path: Path) -> None:
    require("faketime", "faketime")
    library = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
    offset = tmp_path / "offset"
    offset.write_text("+0s", encoding="ascii")
    wrapper = (
        "env", f"LD_PRELOAD={library}", f"FAKETIME_TIMESTAMP_FILE={offset}",
        "FAKETIME_DONT_FAKE_MONOTONIC=1", "FAKETIME_CACHE_DURATION=1",
    )  # fmt: skip
    async with Door() as away, Door() as door:
        links = [
            {"id": "icmp", "probes": [{"icmp": {"target": "127.66.0.1", "timeout": "500ms"}}]},
            {"id": "tcp", "probes": [{"tcp": {"target": door.target, "timeout": "1s"}}]},
        ]
        sites = [clinic() | {"links": links}, clinic(away.target) | {"id": "away"}]
        async with Daemon(tmp_path, sites, wrapper=wrapper) as daemon:
            await daemon.until_state("link/icmp", "up")
            await away.shut()
            (incident,) = await daemon.until_incidents(1)
            for step_s in (HOUR_S, -HOUR_S):
                offset.write_text(f"{step_s:+d}s", encoding="ascii")
                await daemon.until(partial(wall_clock_is, daemon, step_s))
                await daemon.until_runs(10)
                (seen,) = await daemon.incidents()
                assert (seen.id, seen.opened_at) == (incident.id, incident.opened_at)
                assert await daemon.states("clinic") == {"link/icmp": "up", "link/tcp": "up"}
                metrics = await daemon.metrics()
                for rtt in metrics.by("probe_icmp_duration_seconds", "component").values():
                    assert 0 < rtt < 0.4
                for took in metrics.by("probe_duration_seconds", "component").values():
                    assert 0 <= took < 1
                stood_s = metrics.value("guardia_loop_stall_seconds_sum")
                assert stood_s < HOUR_S / 2  # faketime costs time; a step is no stall
            await away.open()  # it closes at an instant before its opening
            await daemon.until_incidents(0)
            (closed,) = await daemon.incidents(closed_too=True)
            assert closed.closed_at is not None
            assert closed.closed_at >= closed.opened_at
            assert not daemon.logged("component=clinic", "to=down")


async def wall_clock_is(daemon: Daemon, step_s: float) -> bool:
    """Tell whether the daemon lives that much ahead of us."""
    ahead_s = (await daemon.date() - datetime.now(UTC)).total_seconds()
    return abs(ahead_s - step_s) < 60
