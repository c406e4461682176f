"""Prometheus takes its configuration, and its rules speak when Guardia cannot."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from exporters.exposition import Exposition
from exporters.probe_families import ProbeFamilies
from exporters.self_metrics import SelfMetrics
from tests.conftest import require
from tests.deploy.files import DEPLOY, compose_services, parsed, read, run


def rules() -> list[dict[str, Any]]:
    return [rule for group in parsed("prometheus/rules.yml")["groups"] for rule in group["rules"]]


def test_prometheus_accepts_its_configuration_and_rules() -> None:
    promtool = require("promtool", "prometheus")
    run(promtool, "check", "config", DEPLOY / "prometheus" / "prometheus.yml")
    run(promtool, "check", "rules", DEPLOY / "prometheus" / "rules.yml")


@pytest.mark.heavy
def test_the_rules_fire_when_they_should_and_only_then() -> None:
    promtool = require("promtool", "prometheus")
    run(promtool, "test", "rules", DEPLOY / "prometheus" / "rules_test.yml")


def test_every_rule_has_a_story_that_fires_it() -> None:
    stories = read("prometheus/rules_test.yml")
    fired = set(re.findall(r'alertname="(\w+)", alertstate="firing"', stories))
    fired |= set(re.findall(r"- alertname: (\w+)", stories))
    assert {rule["alert"] for rule in rules()} == fired


def test_every_rule_says_how_urgent_and_what_to_do() -> None:
    for rule in rules():
        assert rule["labels"]["severity"] in {"critical", "warning", "info"}, rule["alert"]
        assert set(rule["annotations"]) == {"summary", "description"}, rule["alert"]


def test_the_rules_read_only_metrics_that_guardia_has() -> None:
    exposition = Exposition()
    SelfMetrics(exposition, version="0", started_at=datetime.now(UTC), exporters=["mqtt"])
    exposition.register(*ProbeFamilies().all())
    page = exposition.render_now().body.decode()
    read = {
        re.sub(r"_(bucket|sum|count)$", "", metric)
        for rule in rules()
        for metric in re.findall(r"\bguardia_\w+", rule["expr"])
    }
    assert len(read) >= 9
    assert [metric for metric in sorted(read) if f"# TYPE {metric} " not in page] == []


def test_prometheus_finds_guardia_where_compose_puts_it() -> None:
    targets = [
        target.rpartition(":")
        for job in parsed("prometheus/prometheus.yml")["scrape_configs"]
        for static in job["static_configs"]
        for target in static["targets"]
    ]
    assert ("guardia", ":", "9710") in targets
    assert {host for host, _, _ in targets} - {"127.0.0.1"} <= set(compose_services())
