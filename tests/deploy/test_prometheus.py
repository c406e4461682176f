"""Prometheus takes its configuration, and its rules speak when Guardia cannot."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from config.settings import ExporterSettings
from exporters.exposition import Exposition
from exporters.prometheus import PrometheusExporter
from exporters.rules.rule import Alert
from exporters.rules.rules_file import groups, rules_file
from exporters.self_metrics import SelfMetrics
from monitor.app import exporter_names
from monitor.commands.rules import rules as rules_command
from tests.conftest import require
from tests.deploy.files import DEPLOY, compose_services, parsed, read, run
from tests.exporters.watched import FixedRegistry, fleet

RULES = "prometheus/guardia.rules.yml"
STORIES = ("prometheus/guardia.rules_test.yml", "prometheus/objective_test.yml")
SINCE_WHEN = re.compile(
    r"desde hace más de \d+ (minuto|hora)|hace más de 1 minuto|últim[ao]s? |en 3 días"
)


def rules() -> list[dict[str, Any]]:
    return [rule for group in parsed(RULES)["groups"] for rule in group["rules"]]


def alerts() -> list[dict[str, Any]]:
    return [rule for rule in rules() if "alert" in rule]


def test_prometheus_accepts_its_configuration_and_rules() -> None:
    promtool = require("promtool", "prometheus")
    run(promtool, "check", "config", DEPLOY / "prometheus" / "prometheus.yml")
    run(promtool, "check", "rules", DEPLOY / RULES)


@pytest.mark.heavy
@pytest.mark.timeout(120)
@pytest.mark.parametrize("stories", STORIES)
def test_the_rules_fire_when_they_should_and_only_then(stories: str) -> None:
    promtool = require("promtool", "prometheus")
    run(promtool, "test", "rules", DEPLOY / stories)


def test_what_is_shipped_is_what_the_command_writes() -> None:
    assert read(RULES) == rules_file(), (
        "run: guardia rules --out deploy/prometheus/guardia.rules.yml"
    )


def test_the_file_says_what_its_rules_say() -> None:
    """The file is written by hand, so a reader of YAML must find in it what we meant."""
    meant = [rule for group in groups() for rule in group.rules]
    for written, rule in zip(rules(), meant, strict=True):
        assert written["expr"] == rule.expr
        if isinstance(rule, Alert):
            assert written["alert"] == rule.name
            assert written["annotations"]["summary"] == rule.summary
            assert written["annotations"]["description"] == rule.description
            assert written.get("for", "") == rule.hold
        else:
            assert written["record"] == rule.name


def test_every_alert_has_a_story_that_fires_it() -> None:
    stories = "".join(map(read, STORIES))
    fired = set(re.findall(r'alertname="(\w+)", alertstate="firing"', stories))
    fired |= set(re.findall(r"- alertname: (\w+)", stories))
    assert {rule["alert"] for rule in alerts()} == fired


def test_every_alert_has_a_story_in_which_all_is_well() -> None:
    """A rule whose series a quiet story does not have is silent there for the wrong reason."""
    quiet = set()
    for name in STORIES:
        for story in parsed(name)["tests"]:
            silent = [
                test
                for test in story.get("promql_expr_test", ())
                if "ALERTS" in test["expr"]
                and not any("Guardia" in str(s) for s in test["exp_samples"])
            ]
            if silent:
                quiet |= {_metric(series["series"]) for series in story["input_series"]}
    recorded = {rule["record"]: rule["expr"] for rule in rules() if "record" in rule}
    for rule in alerts():
        expr = rule["expr"]
        while found := next((name for name in recorded if name in expr), None):
            expr = expr.replace(found, f"({recorded[found].partition(' or ')[0]})")
        assert _metrics(expr) <= quiet, rule["alert"]


def _metric(series: str) -> str:
    return series.partition("{")[0]


def _metrics(expr: str) -> set[str]:
    return set(re.findall(r"\b(?:guardia|probe|alertmanager|prometheus|process|scrape)_\w+", expr))


def test_every_alert_says_how_urgent_where_since_when_and_what_to_do() -> None:
    for rule in alerts():
        notes, name = rule["annotations"], rule["alert"]
        assert rule["labels"]["severity"] in {"critical", "warning", "info"}, name
        assert set(notes) == {"summary", "description", "runbook_url"}, name
        assert "\n" not in notes["summary"], name
        assert SINCE_WHEN.search(notes["summary"]) or name == "Watchdog", name
        assert "$labels." in notes["summary"] or name in {
            "Watchdog", "GuardiaDaemonMissing", "PrometheusHasNoAlertmanager",
        }, name  # fmt: skip


def test_the_stories_call_exporters_by_names_that_guardia_gives_them() -> None:
    """A rule that asks for a name that nobody has never fires, whatever its story says."""
    addressee = {"id": "noc"}
    every = ExporterSettings.model_validate({
        "alertmanager": {"urls": ["http://am-1:9093", "http://am-2:9093"]},
        "webhook": {"url": "http://noc.example.mx"},
        "mqtt": {"host": "broker.example.mx"},
        "mail": {
            "host": "mx.example.mx", "sender": "g@example.mx",
            "to": [addressee | {"address": "noc@example.mx"}],
        },
        "ntfy": {"url": "http://ntfy.example.mx", "topics": [addressee | {"topic": "guardia"}]},
    })  # fmt: skip
    given = set(exporter_names(every))
    told = set(re.findall(r'exporter="([^"]+)"', "".join(map(read, STORIES))))
    assert told <= given
    (pager,) = {
        matcher for rule in alerts() for matcher in re.findall(r'exporter=~"([^"]+)"', rule["expr"])
    }
    matched = {name for name in given if re.fullmatch(pager, name)}
    assert matched == {"alertmanager:http://am-1:9093", "alertmanager:http://am-2:9093"}


def test_a_slow_rule_is_evaluated_before_prometheus_forgets_its_last_value() -> None:
    intervals = [group.interval for group in groups() if group.interval]
    assert len(intervals) >= 3
    assert {interval for interval in intervals if interval not in {"1m", "2m"}} == set()


def test_the_rules_read_only_metrics_that_guardia_has() -> None:
    exposition = Exposition()
    SelfMetrics(exposition, version="0", started_at=datetime.now(UTC), exporters=["mqtt"])
    PrometheusExporter(exposition, FixedRegistry(fleet()))
    page = exposition.render_now().body.decode()
    read = {
        re.sub(r"_(bucket|sum|count)$", "", metric)
        for rule in rules()
        for metric in re.findall(r"(?<![\w:])(?:guardia|probe)_\w+", rule["expr"])
    }
    assert len(read) >= 14
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


# ---- the command --------------------------------------------------------------------------------


def test_the_command_prints_the_rules_with_the_runbooks_of_the_house() -> None:
    told = CliRunner().invoke(
        rules_command, ["--runbooks", "https://wiki.example.mx/guardia/", "--objective", "99.5"]
    )
    assert told.exit_code == 0
    written = [r for group in yaml.safe_load(told.stdout)["groups"] for r in group["rules"]]
    by_name = {rule.get("alert"): rule for rule in written}
    assert by_name["GuardiaStillBlind"]["annotations"]["runbook_url"] == (
        "https://wiki.example.mx/guardia/monitor_blind.md#guardiastillblind"
    )
    assert "> 14.4 * 0.005" in by_name["GuardiaAreaBudgetFast"]["expr"]
    assert "99.5 %" in by_name["GuardiaAreaBudgetFast"]["annotations"]["description"]


def test_the_command_writes_a_file_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "new" / "guardia.rules.yml"
    told = CliRunner().invoke(rules_command, ["--out", str(path)])
    assert (told.exit_code, told.stdout) == (0, "")
    assert path.read_text(encoding="utf-8") == rules_file()


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--runbooks", "wiki.example.mx"], "write http://host/path"),
        (["--runbooks", 'https://wiki"'], "is no web address"),
        (["--objective", "100"], "99.999"),
        (["--out", "/dev/null/rules.yml"], "/dev/null/rules.yml: "),
    ],
)
def test_a_wrong_option_is_refused_in_words(words: list[str], complaint: str) -> None:
    told = CliRunner().invoke(rules_command, words)
    assert told.exit_code != 0
    assert complaint in told.output
