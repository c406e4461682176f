"""A power endpoint gone mad costs one failed reading with its own reason, and nothing else."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from probes.reading import Reason
from tests.e2e.faults_daemon import ROOT, Daemon, clinic
from tests.e2e.faults_door import Door
from tests.e2e.faults_metrics import resident_bytes
from tests.probes.http_servers import LOGIN_PAGE, Caller, Script, serving

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(90)]

MEGABYTE = 1_048_576
ENDLESS_BYTES = 50 * MEGABYTE
MOST_GROWTH_BYTES = 25 * MEGABYTE
MOST_LATENESS_S = 0.25
"""Of 99 % of the runs; the test machine is shared, and has other lateness of its own."""


def document(ahead_s: float = 0.0) -> bytes:
    measured = datetime.now(UTC) + timedelta(seconds=ahead_s)
    unit = {"id": "ups", "state": "online", "battery": "normal", "charge_ratio": 1.0}
    written = {"schema": "power-status/1", "mains": "present", "ups": [unit]}
    return json.dumps(written | {"observed_at": measured.isoformat()}).encode()


async def good(caller: Caller) -> None:
    await caller.answer(document())


async def fifty_megabytes(caller: Caller) -> None:
    await caller.request()
    await caller.send(b"HTTP/1.1 200 OK\r\n\r\n")
    for _ in range(ENDLESS_BYTES // 65_536):
        await caller.send(bytes(65_536))


async def fifty_megabytes_announced(caller: Caller) -> None:
    await caller.request()
    await caller.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % ENDLESS_BYTES)
    for _ in range(ENDLESS_BYTES // 65_536):
        await caller.send(bytes(65_536))


async def garbage(caller: Caller) -> None:
    await caller.request()
    await caller.send(bytes(range(256)) * 16)


async def garbage_in_http(caller: Caller) -> None:
    await caller.answer(bytes(range(256)) * 16)


async def html(caller: Caller) -> None:
    await caller.answer(LOGIN_PAGE)


async def round_and_round(caller: Caller) -> None:
    await caller.answer(b"", "302 Found", "Location: /power")


async def one_byte_a_second(caller: Caller) -> None:
    await caller.request()
    await caller.send(b"HTTP/1.1 200 OK\r\nContent-Length: 300\r\n\r\n")
    while True:
        await caller.send(b"{")
        await asyncio.sleep(1)


async def tomorrow(caller: Caller) -> None:
    await caller.answer(document(ahead_s=86_400))


FAULTS: Mapping[str, tuple[Script, str]] = {
    "large": (fifty_megabytes, "body_too_large"),
    "announced": (fifty_megabytes_announced, "body_too_large"),
    "garbage": (garbage, "bad_http"),
    "binary": (garbage_in_http, "not_json"),
    "html": (html, "not_json"),
    "redirect": (round_and_round, "redirect"),
    "slow": (one_byte_a_second, "body_timeout"),
    "future": (tomorrow, "from_the_future"),
}


@asynccontextmanager
async def endpoints() -> AsyncIterator[list[dict[str, object]]]:
    """Serve every fault, and one good unit, and yield the power sources that ask them."""
    async with AsyncExitStack() as stack:
        sources: list[dict[str, object]] = []
        for name, (script, _) in {**FAULTS, "good": (good, "")}.items():
            server = await stack.enter_async_context(serving(script))
            source = {"power": {"url": f"{server.url}power", "unit": "ups", "timeout": "1s"}}
            sources.append({"id": name, "kind": "ups", "source": source})
        yield sources


async def test_a_mad_power_endpoint_costs_one_reading_with_its_own_reason(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        door = await stack.enter_async_context(Door())
        sources = await stack.enter_async_context(endpoints())
        async with Daemon(tmp_path, [clinic(door.target, power=sources)]) as daemon:
            await daemon.until_runs(30)
            before, before_bytes = await daemon.metrics(), resident_bytes(daemon.pid)
            await daemon.until_runs(80)
            after = await daemon.metrics()
            failures = after.by("guardia_probe_failures_total", "reason")
            by_us = {Reason.STALLED}  # a crowded machine may hold our own loop up for a moment
            assert failures.keys() - by_us == {reason for _, reason in FAULTS.values()}
            lateness = after.quantile("guardia_probe_lateness_seconds", 0.99, before)
            assert lateness <= MOST_LATENESS_S
            assert resident_bytes(daemon.pid) - before_bytes < MOST_GROWTH_BYTES
            states = await daemon.states("clinic")
            assert states.pop("link/link1") == "up"
            assert states.pop("power/good") == "up"
            assert set(states.values()) == {"unknown"}
            assert await daemon.incidents(closed_too=True) == []
            assert not daemon.logged("to=down")
            said = await asked(daemon)
    for name, (_, reason) in FAULTS.items():
        assert said[f"clinic/power/{name}#power"]["reason"] == reason
    assert "an HTML page (login form?)" in str(said["clinic/power/html#power"]["detail"])
    assert "binary data" in str(said["clinic/power/binary#power"]["detail"])


async def asked(daemon: Daemon) -> dict[str, dict[str, object]]:
    """Return what `guardia probe --json` says of the clinic, by probe."""
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "monitor", "probe", "--json", "-c", str(daemon.config), "clinic",
        cwd=ROOT, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, _ = await program.communicate()
    readings = [json.loads(line) for line in out.splitlines()]
    return {reading["probe"]: reading for reading in readings}
