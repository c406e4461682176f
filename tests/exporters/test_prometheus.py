"""What Prometheus sees of the fleet."""

import asyncio
import math
import re
from asyncio.subprocess import PIPE, STDOUT
from copy import deepcopy
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestServer
from prometheus_client.openmetrics.parser import (
    text_string_to_metric_families as parse_openmetrics,
)
from prometheus_client.parser import text_string_to_metric_families as parse

from exporters.exposition import Exposition
from exporters.prometheus import PrometheusExporter
from exporters.self_metrics import SelfMetrics
from exporters.web import application
from monitor.events import StateEvent
from monitor.quality.fitness import Figures
from monitor.quality.telemedicine import Assessment
from monitor.vocabulary import Cause, Fitness, Phase, Priority, State
from probes.reading import Mains, Reason, UnitState
from tests.conftest import require
from tests.exporters.incident import closed, later, opened
from tests.exporters.watched import (
    AT,
    HOSPITAL,
    USUAL,
    FixedCommands,
    FixedRegistry,
    echo,
    fleet,
    http,
    power,
    ran,
    state,
)
from tests.servers.prometheus import Prometheus

CFE = {"site": "cs-maneadero", "component": "link/cfe"}
UPS = {"site": "cs-maneadero", "component": "power/ups-1"}


def documented_examples() -> list[str]:
    """Return every query that docs/metrics.md shows."""
    document = (Path(__file__).parents[2] / "docs" / "metrics.md").read_text(encoding="utf-8")
    in_tables = re.findall(r"\| `([^`|]+)`[^|`]*\|$", document, re.MULTILINE)
    examples = in_tables + re.findall(r"```promql\n(.*?)```", document, re.DOTALL)
    assert len(examples) > 30
    return examples


class Scraped:
    """One exporter, and a reader of its page."""

    def __init__(self, *sites: dict[str, Any]) -> None:
        self.exposition = Exposition()
        self.registry = FixedRegistry(fleet(*sites))
        self.exporter = PrometheusExporter(self.exposition, self.registry)

    @property
    def text(self) -> str:
        return self.exposition.render_now().body.decode()

    def samples(self, name: str, /, **labels: str) -> list[float]:
        return [
            sample.value
            for family in parse(self.text)
            for sample in family.samples
            if sample.name == name and labels.items() <= sample.labels.items()
        ]

    def one(self, name: str, /, **labels: str) -> float | None:
        """Return the value of the one series that fits, or None if there is none."""
        found = self.samples(name, **labels)
        assert len(found) <= 1, f"{name}{labels} is not one series"
        return found[0] if found else None


async def test_a_site_of_the_usual_shape_costs_at_most_32_series() -> None:
    page = Scraped(USUAL)
    page.exporter.observe(ran("cs-maneadero/link/cfe", "icmp", echo=echo()))
    page.exporter.observe(ran("cs-maneadero/link/cfe", "http", http=http()))
    page.exporter.observe(ran("cs-maneadero/power/ups-1", "power", power=power()))
    lines = [line for line in page.text.splitlines() if 'site="cs-maneadero"' in line]
    assert len(lines) == 32, "\n".join(lines)


async def test_states_counters_and_facts_exist_before_anything_has_been_asked() -> None:
    page = Scraped()
    assert page.one("guardia_component_state", **CFE, state="unknown") == 1
    assert page.one("guardia_component_state", **CFE, state="down") == 0
    assert page.one("guardia_probe_packets_sent_total", **CFE) == 0
    assert page.one("guardia_probe_packets_received_total", **CFE) == 0
    assert page.one("guardia_probe_rtt_seconds_count", **CFE) == 0
    assert page.one("guardia_probe_failures_total", kind="icmp", reason="no_reply") == 0
    assert page.one("guardia_incidents_total", cause="power") == 0
    assert page.one("guardia_site_info", site="hg-ensenada", clues="BCIMB000010") == 1


async def test_a_measurement_that_nobody_has_is_absent_and_never_nan_or_zero() -> None:
    page = Scraped()
    assert page.one("probe_success", **CFE, kind="icmp") is None
    assert page.one("guardia_power_mains_present", **UPS) is None
    assert page.one("guardia_area_critical_up", site="hg-ensenada", area="uci") is None
    assert "NaN" not in page.text


async def test_an_icmp_run_shows_its_round_trip_and_adds_to_the_counters() -> None:
    page = Scraped()
    page.exporter.observe(ran("cs-maneadero/link/cfe", "icmp", echo=echo(4, 4, 0.02)))
    page.exporter.observe(ran("cs-maneadero/link/cfe", "icmp", echo=echo(4, 2, 0.05)))
    assert page.one("probe_success", **CFE, kind="icmp", probe="icmp") == 1
    assert page.one("probe_duration_seconds", **CFE, kind="icmp") == 0.25
    assert page.one("probe_icmp_duration_seconds", **CFE, phase="rtt") == 0.05
    assert page.one("guardia_probe_packets_sent_total", **CFE) == 8
    assert page.one("guardia_probe_packets_received_total", **CFE) == 6
    assert page.one("guardia_probe_rtt_seconds_count", **CFE) == 6
    total_s = page.one("guardia_probe_rtt_seconds_sum", **CFE)
    assert total_s is not None
    assert math.isclose(total_s, 4 * 0.02 + 2 * 0.05)


async def test_a_lost_run_keeps_no_round_trip_and_counts_its_reason() -> None:
    page = Scraped()
    page.exporter.observe(ran("cs-maneadero/link/cfe", "icmp", echo=echo()))
    page.exporter.observe(ran("cs-maneadero/link/cfe", "icmp", Reason.NO_REPLY, echo=echo(4, 0)))
    assert page.one("probe_success", **CFE, kind="icmp") == 0
    assert page.one("probe_icmp_duration_seconds", **CFE) is None
    assert page.one("guardia_probe_packets_sent_total", **CFE) == 8
    assert page.one("guardia_probe_packets_received_total", **CFE) == 4
    assert page.one("guardia_probe_failures_total", kind="icmp", reason="no_reply") == 1


async def test_our_own_blindness_is_no_failure_of_the_clinic() -> None:
    page = Scraped()
    page.exporter.observe(ran("cs-maneadero/link/cfe", "icmp", echo=echo()))
    page.exporter.observe(ran("cs-maneadero/link/cfe", "icmp", Reason.SEND_FAILED, echo=echo(1, 0)))
    assert page.one("probe_success", **CFE, kind="icmp") is None
    assert page.one("guardia_probe_packets_sent_total", **CFE) == 4
    assert page.one("guardia_probe_failures_total", kind="icmp", reason="send_failed") == 1


async def test_an_http_run_shows_status_phases_and_certificate() -> None:
    page = Scraped()
    expires_at = AT + timedelta(days=30)
    site = {"site": "hg-ensenada", "component": "link/cfe"}
    page.exporter.observe(
        ran("hg-ensenada/link/cfe", "http", http=http(certificate_expires_at=expires_at))
    )
    assert page.one("probe_http_status_code", **site) == 200
    phases = ("resolve", "connect", "tls", "processing", "transfer")
    shown = [page.one("probe_http_duration_seconds", **site, phase=phase) for phase in phases]
    assert shown == [0.001, 0.01, 0.02, 0.03, 0.004]
    assert page.one("probe_ssl_earliest_cert_expiry", **site) == expires_at.timestamp()


async def test_phases_that_were_not_reached_are_absent() -> None:
    page = Scraped()
    page.exporter.observe(ran("cs-maneadero/link/cfe", "http", http=http()))
    page.exporter.observe(ran("cs-maneadero/link/cfe", "http", Reason.REFUSED))
    assert page.one("probe_success", **CFE, kind="http") == 0
    assert page.one("probe_http_status_code", **CFE) is None
    assert page.samples("probe_http_duration_seconds", **CFE) == []


async def test_a_ups_on_battery_and_then_silent() -> None:
    page = Scraped()
    figures = power(
        mains=Mains.ABSENT, state=UnitState.ON_BATTERY, charge_ratio=0.8, runtime_s=1260
    )
    page.exporter.observe(ran("cs-maneadero/power/ups-1", "power", power=figures))
    assert page.one("guardia_power_mains_present", **UPS, kind="ups") == 0
    assert page.one("guardia_power_on_battery", **UPS) == 1
    assert page.one("guardia_power_battery_charge_ratio", **UPS) == 0.8
    assert page.one("guardia_power_battery_runtime_seconds", **UPS) == 1260
    assert page.one("guardia_power_load_ratio", **UPS) == 0.4
    page.exporter.observe(ran("cs-maneadero/power/ups-1", "power", Reason.STALE, power=figures))
    assert page.one("probe_success", **UPS) == 0
    assert page.one("guardia_power_mains_present", **UPS) is None
    assert page.one("guardia_power_battery_charge_ratio", **UPS) is None


@pytest.mark.parametrize(
    ("kind", "figures", "series", "value"),
    [
        ("utility", {"mains": Mains.PRESENT}, "mains_present", 1),
        ("utility", {"mains": Mains.OUT_OF_RANGE}, "mains_present", 0),
        ("utility", {"mains": Mains.UNKNOWN}, "mains_present", None),
        ("generator", {"state": UnitState.RUNNING}, "generator_running", 1),
        ("generator", {"state": UnitState.STOPPED}, "generator_running", 0),
        ("generator", {"state": UnitState.UNKNOWN}, "generator_running", None),
        ("generator", {"state": UnitState.FAULT}, "generator_fault", 1),
        ("generator", {"fuel_ratio": 0.7}, "fuel_ratio", 0.7),
        ("ats", {"state": UnitState.EMERGENCY}, "transfer_emergency", 1),
        ("ats", {"state": UnitState.NORMAL}, "transfer_emergency", 0),
        ("isolation", {"state": UnitState.ALARM}, "isolation_alarm", 1),
        ("isolation", {"state": UnitState.NORMAL}, "isolation_alarm", 0),
    ],
)
async def test_every_kind_of_source_has_its_own_gauges(
    kind: str, figures: dict[str, Any], series: str, value: float | None
) -> None:
    page = Scraped()
    page.exporter.observe(ran(f"hg-ensenada/power/{kind}", "power", power=power(**figures)))
    assert page.one(f"guardia_power_{series}", site="hg-ensenada", kind=kind) == value


async def test_exactly_one_state_of_a_component_is_set() -> None:
    page = Scraped()
    for now in (State.UP, State.DOWN, State.DEGRADED, State.UNKNOWN, State.UP):
        page.exporter.offer(state(page.registry.watched, "cs-maneadero/link/cfe", now))
        assert page.one("guardia_component_state", **CFE, kind="link", state=now) == 1
        assert sum(page.samples("guardia_component_state", **CFE)) == 1


async def test_a_critical_area_has_a_voice_of_its_own_and_others_have_none() -> None:
    page = Scraped()
    for now, value in ((State.UP, 1), (State.DEGRADED, 1), (State.DOWN, 0), (State.UNKNOWN, None)):
        page.exporter.offer(state(page.registry.watched, "hg-ensenada/area/uci", now))
        assert page.one("guardia_area_critical_up", site="hg-ensenada", area="uci") == value
    page.exporter.offer(state(page.registry.watched, "hg-ensenada/area/farmacia"))
    assert page.one("guardia_area_critical_up", area="farmacia") is None


async def test_a_site_with_a_backup_link_says_when_it_serves() -> None:
    backed = deepcopy(USUAL)
    backed["links"].append({"id": "lte", "role": "backup"})
    page = Scraped(backed, HOSPITAL)
    assert page.samples("guardia_site_on_backup") == [0]
    told = state(page.registry.watched, "cs-maneadero", State.DEGRADED)
    page.exporter.offer(told.model_copy(update={"backup": "lte"}))
    assert page.one("guardia_site_on_backup", site="cs-maneadero") == 1
    page.exporter.offer(told)
    assert page.one("guardia_site_on_backup", site="cs-maneadero") == 0
    page.exporter.reload(fleet(USUAL, HOSPITAL))
    assert page.samples("guardia_site_on_backup") == []


async def test_nodes_and_the_daemon_itself_have_states_too() -> None:
    page = Scraped()
    page.exporter.offer(state(page.registry.watched, "node/cfe-tij-1", State.DOWN))
    assert page.one("guardia_component_state", component="node/cfe-tij-1", state="down") == 1
    ourselves = {"key": "monitor", "component": "monitor", "kind": "monitor", "site": ""}
    event = state(page.registry.watched, "node/cfe-tij-1", State.UNKNOWN).model_dump() | ourselves
    page.exporter.offer(StateEvent.model_validate(event))
    assert page.one("guardia_component_state", kind="monitor", state="unknown") == 1


async def test_an_incident_is_open_until_closed_and_counted_once() -> None:
    page = Scraped()
    first = opened("INC-1")
    page.exporter.offer(first)
    page.exporter.offer(opened("INC-2"))
    labels = {"site": "hg-ensenada", "cause": "area_network"}
    assert page.one("guardia_incident_open", **labels, priority="P1") == 2
    worse = later(first, priority=Priority.P2, cause=Cause.POWER)
    page.exporter.offer(worse)
    assert page.one("guardia_incident_open", **labels, priority="P1") == 1
    assert page.one("guardia_incident_open", cause="power", priority="P2") == 1
    page.exporter.offer(closed(worse))
    assert page.one("guardia_incident_open", cause="power") is None
    assert page.one("guardia_incidents_total", cause="area_network") == 2
    assert page.one("guardia_incidents_total", cause="power") == 0


async def test_what_was_known_before_a_restart_is_shown_and_not_counted_again() -> None:
    page = Scraped()
    page.registry.known = [state(page.registry.watched, "cs-maneadero/link/cfe", State.DOWN)]
    page.registry.told = [opened("INC-1"), closed(opened("INC-0"))]
    running = asyncio.create_task(page.exporter.run(), name="prometheus")
    await asyncio.sleep(0)
    assert page.one("guardia_component_state", **CFE, state="down") == 1
    assert page.one("guardia_incident_open", site="hg-ensenada") == 1
    assert page.one("guardia_incidents_total", cause="area_network") == 0
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_a_retired_site_takes_its_series_along_and_the_others_keep_theirs() -> None:
    page = Scraped()
    page.exporter.offer(opened("INC-1"))
    page.exporter.offer(state(page.registry.watched, "hg-ensenada/area/uci"))
    page.exporter.observe(ran("cs-maneadero/link/cfe", "icmp", echo=echo()))
    page.exporter.offer(state(page.registry.watched, "cs-maneadero/link/cfe", State.UP))
    page.exporter.reload(fleet(USUAL))
    assert "hg-ensenada" not in page.text
    assert page.one("guardia_probe_packets_sent_total", **CFE) == 4
    assert page.one("guardia_component_state", **CFE, state="up") == 1
    page.exporter.offer(state(fleet(), "hg-ensenada"))
    page.exporter.observe(ran("hg-ensenada/area/uci", "icmp", echo=echo()))
    assert "hg-ensenada" not in page.text


async def test_a_new_site_and_a_changed_one_have_the_right_series_after_a_reload() -> None:
    page = Scraped(USUAL)
    changed = deepcopy(USUAL)
    changed["name"] = "Centro de Salud Maneadero Norte"
    changed["links"][0]["probes"][1]["url"] = "https://cs.example.mx/health"
    page.exporter.reload(fleet(changed, HOSPITAL))
    assert page.samples("guardia_site_info", site="cs-maneadero") == [1]
    assert page.one("guardia_site_info", name="Centro de Salud Maneadero Norte") == 1
    assert page.one("guardia_component_state", component="area/uci", state="unknown") == 1
    page.exporter.observe(ran("cs-maneadero/link/cfe", "http", http=http()))
    assert page.one("probe_http_duration_seconds", **CFE, phase="tls") == 0.02


async def test_an_area_that_becomes_critical_speaks_at_once_and_falls_silent_again() -> None:
    page = Scraped()
    page.exporter.offer(state(page.registry.watched, "hg-ensenada/area/farmacia", State.DOWN))
    promoted = deepcopy(HOSPITAL)
    promoted["areas"][1]["criticality"] = "life"
    page.exporter.reload(fleet(promoted))
    assert page.one("guardia_area_critical_up", area="farmacia") == 0
    page.exporter.reload(fleet(HOSPITAL))
    assert page.one("guardia_area_critical_up", area="farmacia") is None


async def test_a_link_for_telemedicine_says_what_it_is_good_for() -> None:
    consulting = {**USUAL, "areas": [{"id": "telemedicina"}]}
    page, link = Scraped(consulting), {"site": "cs-maneadero", "component": "link/cfe"}
    fitness = "guardia_telemedicine_fitness"
    assert page.one(fitness, **link, fitness="unknown") == 1
    assert page.one("guardia_telemedicine_r", **link) is None
    good = Assessment(Fitness.READY, 0.0, Figures(60, 0, 0.04, 0.005, 92.04, 91.06, 4.391))
    run = ran("cs-maneadero/link/cfe", "icmp", echo=echo())
    page.exporter.observe(run._replace(assessment=good))
    page.exporter.observe(run)  # no news of it
    assert page.one(fitness, **link, fitness="ready") == 1
    assert page.one("guardia_telemedicine_r", **link) == 92.0
    assert page.one("guardia_telemedicine_r_p10", **link) == 91.1
    assert page.one("guardia_telemedicine_mos", **link) == 4.39
    down = Assessment(Fitness.UNFIT, 0.0, Figures(60, 60), is_down=True)
    page.exporter.observe(run._replace(assessment=down))
    assert page.one(fitness, **link, fitness="unfit") == 1
    assert page.one("guardia_telemedicine_mos", **link) is None
    page.exporter.reload(fleet(USUAL))
    assert "guardia_telemedicine_fitness{" not in page.text


async def test_no_series_names_an_address_a_url_or_an_error() -> None:
    page = Scraped()
    page.exporter.observe(
        ran("cs-maneadero/link/cfe", "http", Reason.STATUS, detail="HTTP 500: oops", http=http())
    )
    assert "127.64" not in page.text
    assert "://" not in page.text
    assert "oops" not in page.text


async def test_names_with_quotes_and_backslashes_do_not_break_the_page() -> None:
    odd = deepcopy(USUAL)
    odd["name"] = 'Clínica "Niño\\Perdido" norte'
    page = Scraped(odd)
    assert page.one("guardia_site_info", name='Clínica "Niño\\Perdido" norte') == 1


async def test_openmetrics_is_spoken_when_asked_for() -> None:
    page = Scraped()
    page.exporter.observe(ran("cs-maneadero/link/cfe", "icmp", echo=echo()))
    served = page.exposition.render_now("application/openmetrics-text; version=1.0.0")
    assert served.content_type.startswith("application/openmetrics-text")
    assert served.body.endswith(b"# EOF\n")
    families = parse_openmetrics(served.body.decode())  # type: ignore[no-untyped-call]
    names = {family.name for family in families}
    assert {"probe_success", "guardia_site", "guardia_probe_packets_sent"} <= names


async def test_promtool_finds_nothing_to_complain_about() -> None:
    page = Scraped()
    telemetry = SelfMetrics(page.exposition, version="0.1.0", started_at=AT, exporters=["mqtt"])
    telemetry.delivered("mqtt", 0.2)
    page.exporter.observe(ran("cs-maneadero/link/cfe", "icmp", echo=echo()))
    page.exporter.observe(ran("hg-ensenada/link/cfe", "http", http=http()))
    page.exporter.observe(ran("cs-maneadero/power/ups-1", "power", power=power()))
    page.exporter.offer(opened())
    checking = await asyncio.create_subprocess_exec(
        require("promtool", "prometheus"),
        "check",
        "metrics",
        stdin=PIPE,
        stdout=PIPE,
        stderr=STDOUT,
    )
    complaints, _ = await checking.communicate(page.text.encode())
    assert (checking.returncode, complaints) == (0, b"")


@pytest.mark.e2e
@pytest.mark.timeout(60)
async def test_a_real_prometheus_reads_it(tmp_path: Path) -> None:
    page = Scraped()
    telemetry = SelfMetrics(page.exposition, version="0.1.0", started_at=AT)
    telemetry.probe_late(0.002)
    page.exporter.observe(ran("cs-maneadero/link/cfe", "icmp", echo=echo()))
    page.exporter.offer(state(page.registry.watched, "hg-ensenada/area/uci", State.DOWN))
    page.exporter.offer(opened())
    app = application(page.registry, FixedCommands(), page.exposition)
    async with TestServer(app) as server:
        target = f"127.0.0.1:{server.port}"
        async with Prometheus(tmp_path, target) as prometheus:
            await prometheus.wait_for('up{job="guardia"} == 1')
            await prometheus.wait_for(
                'guardia_component_state{state="down", site="hg-ensenada"}==1'
            )
            await prometheus.wait_for(
                "guardia_area_critical_up * on(site) group_left(name) guardia_site_info == 0"
            )
            await prometheus.wait_for('guardia_incident_open{priority="P1"}')
            page.exporter.offer(closed(opened()))
            page.exporter.offer(later(opened("INC-9"), phase=Phase.OPENED))
            await prometheus.wait_for('guardia_incidents_total{cause="area_network"} == 2')
            assert await prometheus.query("scrape_samples_scraped > 100")
            for example in documented_examples():
                await prometheus.query(example)  # raises what Prometheus does not understand
            page.exporter.reload(fleet(USUAL))
            await prometheus.wait_for('absent(guardia_component_state{site="hg-ensenada"})')
