"""Every expression of every panel, asked of a real Prometheus until each has found something."""

import asyncio
import math
import time
from typing import Any

from tests.exporters.dashboards.panels import expressions
from tests.servers.prometheus import Prometheus

WITHIN_S = 30.0
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


def panel_expressions() -> list[tuple[str, str]]:
    """Return place and text of each expression: ours, and those of users of blackbox_exporter."""
    return [*expressions(), *(("blackbox_exporter's", expr) for expr in USUAL)]


async def until_found(asked: Prometheus, wanted: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return what still finds nothing when the time is over; each is asked twice at least."""
    left = await _without_answer(asked, wanted)
    ends_s = time.monotonic() + WITHIN_S
    while left:
        late = time.monotonic() >= ends_s
        left = await _without_answer(asked, left)
        if late:
            break
        await asyncio.sleep(0.2)  # Prometheus offers nothing to wait on
    return left


async def _without_answer(
    asked: Prometheus, wanted: list[tuple[str, str]]
) -> list[tuple[str, str]]:
    at_once = asyncio.Semaphore(4)

    async def answer(expr: str) -> bool:
        async with at_once:
            return _is_seen(await asked.query(expr))

    async with asyncio.TaskGroup() as group:
        asking = [group.create_task(answer(expr), name=place) for place, expr in wanted]
    return [one for one, task in zip(wanted, asking, strict=True) if not task.result()]


def _is_seen(found: list[dict[str, Any]]) -> bool:
    """Tell whether one of the samples is a number: of NaN a panel shows nothing."""
    return any(not math.isnan(float(series["value"][1])) for series in found)
