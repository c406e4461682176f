"""Asks every expression of every panel. Run by test_dashboards.py inside the simulator's network.

The rules are those that are shipped, computed every second instead of every minute or two.
"""

import asyncio
import math
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from exporters.rules.rules_file import rules_file
from tests.e2e.house import House, standing_house
from tests.e2e.measured_page import measured_page
from tests.exporters.dashboards.panels import expressions
from tests.servers.prometheus import Prometheus

HOSPITAL = "hospital-general-de-ensenada"
CLINIC = "centro-de-salud-colonia-loma-linda-ensenada"
WITHIN_S = 40.0
USUAL = (
    # What dashboards made for blackbox_exporter ask, with its variables filled in.
    'probe_success{instance=~".*"}',
    'avg_over_time(probe_success{instance=~".*"}[1m])',
    'count(probe_success{job=~".*"} == 1)',
    'probe_duration_seconds{instance=~".*"}',
    "avg(probe_duration_seconds) by (instance)",
    'avg(avg_over_time(probe_duration_seconds{instance=~".*"}[1m])) by (instance)',
    "sum(probe_icmp_duration_seconds) by (phase)",
    'avg(probe_icmp_duration_seconds{phase="rtt"}) by (instance)',
    "probe_http_status_code",
    "probe_http_status_code == 200",
    'sum(probe_http_duration_seconds{instance=~".*"}) by (phase)',
    'avg(probe_http_duration_seconds{phase="connect"}) by (instance)',
    'avg(probe_http_duration_seconds{phase="processing"}) by (instance)',
    'avg(probe_http_duration_seconds{phase="transfer"}) by (instance)',
    'avg(probe_http_duration_seconds{phase="tls"}) by (instance)',
    'avg(probe_http_duration_seconds{phase="resolve"}) by (instance)',
    "probe_ssl_earliest_cert_expiry - time()",
    "min(probe_ssl_earliest_cert_expiry - time()) by (instance) / 86400",
)

pytestmark = [pytest.mark.e2e, pytest.mark.netns, pytest.mark.timeout(100)]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with standing_house(tmp_path) as built:
        yield built


async def test_every_expression_of_every_panel_finds_something(
    house: House, tmp_path: Path
) -> None:
    rules = tmp_path / "guardia.rules.yml"
    rules.write_text(re.sub(r"interval: \dm", "interval: 1s", rules_file()), encoding="utf-8")
    async with AsyncExitStack() as stack:
        page = measured_page()
        await page.start_server()
        stack.push_async_callback(page.close)
        target = f'  - job_name: page\n    static_configs: [{{targets: ["127.0.0.1:{page.port}"]}}]'
        folder = tmp_path / "with-rules"
        folder.mkdir()
        asked = Prometheus(folder, house.listen, f'{target}\nrule_files: ["{rules}"]\n')
        await stack.enter_async_context(asked)

        house.act("mains", site=CLINIC, present=False)
        house.act("cut", site=HOSPITAL, area="uci")
        await house.until_told("firing", HOSPITAL)
        wanted = [*expressions(), *(("blackbox_exporter's", expr) for expr in USUAL)]
        assert len(wanted) > 100
        left = await _until_found(asked, wanted)
    assert left == []


async def _until_found(asked: Prometheus, wanted: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return what still finds nothing when the time is over."""
    left = wanted
    try:
        async with asyncio.timeout(WITHIN_S):
            while left:
                left = [
                    (place, expr) for place, expr in left if not _is_seen(await asked.query(expr))
                ]
                await asyncio.sleep(0.2)
    except TimeoutError:
        return left
    return []


def _is_seen(found: list[dict[str, Any]]) -> bool:
    """Tell whether one of the samples is a number: of NaN a panel shows nothing."""
    return any(not math.isnan(float(series["value"][1])) for series in found)
