"""Alertmanager takes its configuration, and a page goes to whom it should, at once, in Spanish."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from exporters.alert import ALERT_NAMES
from exporters.rules.rule import Alert
from exporters.rules.rules_file import groups
from tests.conftest import require
from tests.deploy.files import DEPLOY, FOLDER, parsed, run
from tests.docs.pages import code

CONFIG = DEPLOY / "alertmanager" / "alertmanager.yml"
TEMPLATES = DEPLOY / "alertmanager" / "guardia.tmpl"
OF_PROMETHEUS = {
    rule.name: rule.severity
    for group in groups()
    for rule in group.rules
    if isinstance(rule, Alert)
}
UCI = ["alertname=GuardiaAreaUnreachable", "severity=critical", "priority=P1", "site=hg"]


def test_alertmanager_accepts_its_configuration() -> None:
    amtool = require("amtool", "prometheus-alertmanager")
    run(amtool, "check-config", CONFIG)


def test_alertmanager_accepts_the_messenger_that_the_docs_show(tmp_path: Path) -> None:
    amtool = require("amtool", "prometheus-alertmanager")
    [messenger] = [
        block for block in code(FOLDER / "docs" / "alerting.md", "yaml") if "telegram" in block
    ]
    config = parsed("alertmanager/alertmanager.yml")
    config["receivers"][0] |= yaml.safe_load(messenger)
    (tmp_path / "guardia.tmpl").write_bytes(TEMPLATES.read_bytes())
    (tmp_path / "alertmanager.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    run(amtool, "check-config", tmp_path / "alertmanager.yml")


@pytest.mark.parametrize(
    ("labels", "receivers"),
    [
        ([*UCI, "area=uci"], "critical-areas"),
        ([*UCI, "area=quirofano,uci"], "operating-rooms,critical-areas"),
        ([*UCI, "area=uci,hg-tijuana/quirofano,+4"], "operating-rooms,critical-areas"),
        ([*UCI, "area=uci", "escalation=1"], "next-level,critical-areas"),
        (
            [*UCI, "area=tococirugia", "escalation=2"],
            "next-level,operating-rooms,critical-areas",
        ),
        (["alertname=GuardiaLinkDown", "severity=critical", "priority=P2", "site=cs"], "on-call"),
        (["alertname=GuardiaDaemonDown", "severity=critical"], "on-call"),
        (["alertname=GuardiaServiceDown", "severity=warning", "priority=P3", "site=hg"], "noc"),
        (["alertname=GuardiaAreaBudgetFast", "severity=warning", "site=hg", "area=uci"], "noc"),
        (["alertname=GuardiaUndetermined", "severity=info", "priority=P4", "site=hg"], "notes"),
        (["alertname=GuardiaCertificateExpiring", "severity=info", "site=hg"], "notes"),
        (["alertname=Watchdog", "severity=info"], "deadman"),
    ],
)
def test_a_page_goes_where_it_should(labels: list[str], receivers: str) -> None:
    amtool = require("amtool", "prometheus-alertmanager")
    config = f"--config.file={CONFIG}"
    assert run(amtool, "config", "routes", "test", config, *labels).splitlines()[-1] == receivers


def test_alertmanager_adds_no_delay_to_a_page() -> None:
    config = parsed("alertmanager/alertmanager.yml")
    [critical] = [
        route for route in config["route"]["routes"] if 'severity="critical"' in route["matchers"]
    ]
    assert config["route"]["group_by"] == ["alertname", "site"]
    assert critical["group_wait"] == "0s"
    assert critical["group_interval"] == "5s"  # how long a repair waits to be told
    assert [route for route in critical["routes"] if "group_wait" in route] == []
    # Guardia reminds by itself: Alertmanager repeats nothing that has a priority.
    assert {route["repeat_interval"] for route in critical["routes"]} == {"24h"}
    told = {route["receiver"] for route in critical["routes"]} | {critical["receiver"]}
    for receiver in (one for one in config["receivers"] if one["name"] in told):
        ways = [*receiver.get("webhook_configs", ()), *receiver.get("email_configs", ())]
        assert ways
        assert all(way["send_resolved"] for way in ways), receiver["name"]


def test_every_receiver_is_routed_to() -> None:
    config = parsed("alertmanager/alertmanager.yml")

    def names(route: dict[str, Any]) -> set[str]:
        below = (names(child) for child in route.get("routes", ()))
        return {route["receiver"]} if "receiver" in route else set().union(*below)

    def every(route: dict[str, Any]) -> set[str]:
        return names(route).union(*map(every, route.get("routes", ())))

    assert every(config["route"]) == {one["name"] for one in config["receivers"]}


def test_nothing_that_guardia_says_and_nothing_critical_is_ever_inhibited() -> None:
    for rule in parsed("alertmanager/alertmanager.yml")["inhibit_rules"]:
        matchers = dict(re.findall(r'(\w+)=~?"([^"]+)"', " ".join(rule["target_matchers"])))
        muted = {name for name in OF_PROMETHEUS if re.fullmatch(matchers["alertname"], name)}
        assert muted
        assert not muted & set(ALERT_NAMES.values())
        assert set(matchers["severity"].split("|")) <= {"warning", "info"}
        assert {OF_PROMETHEUS[name] for name in muted} <= {"warning", "info"}
        assert rule["equal"]
        [named] = [m for m in rule["target_matchers"] if m.startswith("alertname")]
        wanted = re.findall(r"\w+", re.sub(r".*?Guardia", "", named.partition("(")[2]))
        assert all(any(word in name for name in muted) for word in wanted), (
            "a name that is no alert"
        )


# ---- words --------------------------------------------------------------------------------------


def alert(status: str = "firing", **more: Any) -> dict[str, Any]:  # noqa: ANN401
    told: dict[str, Any] = {
        "status": status,
        "labels": {"alertname": "GuardiaDaemonDown", "severity": "critical"},
        "annotations": {
            "summary": "Guardia no responde en g desde hace más de 1 minuto",
            "description": "Revise el servicio.",
            "runbook_url": "http://r/guardia.md#guardiadaemondown",
        },
        "startsAt": "2026-11-21T11:14:07Z",
        "endsAt": "2026-11-21T12:20:00Z",
    }
    return told | more


OF_GUARDIA: dict[str, Any] = {
    "labels": {"alertname": "GuardiaAreaUnreachable", "severity": "critical", "priority": "P1"},
    "annotations": {"summary": "P1 · HG: UCI sin red desde las 03:14:07", "description": "Causa"},
}


@pytest.fixture
def in_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock of a message is that of Alertmanager's machine."""
    monkeypatch.setenv("TZ", "UTC")


def rendered(folder: Path, name: str, *alerts: dict[str, Any]) -> str:
    amtool = require("amtool", "prometheus-alertmanager")
    path = folder / "data.json"
    path.write_text(json.dumps({"status": "firing", "alerts": alerts}), encoding="utf-8")
    return run(
        amtool, "template", "render", f"--template.glob={TEMPLATES}", f"--template.data={path}",
        f'--template.text={{{{ template "guardia.{name}" . }}}}',
    )  # fmt: skip


@pytest.mark.parametrize(
    ("alerts", "subject"),
    [
        ([alert(**OF_GUARDIA)], "P1 · HG: UCI sin red desde las 03:14:07"),
        (
            [alert()],
            (
                "CRÍTICO · Guardia no responde en g desde hace más de 1 minuto"
                " (visto 21/11 11:14 (UTC+00:00))"
            ),
        ),
        (
            [alert("resolved")],
            (
                "RECUPERADO · Guardia no responde en g desde hace más de 1 minuto"
                " (hasta 21/11 12:20 (UTC+00:00))"
            ),
        ),
        (
            [alert("resolved"), alert(**OF_GUARDIA)],
            "P1 · HG: UCI sin red desde las 03:14:07 · y 1 más",
        ),
    ],
)
@pytest.mark.usefixtures("in_utc")
def test_the_first_line_says_what_where_and_since_when(
    tmp_path: Path, alerts: list[dict[str, Any]], subject: str
) -> None:
    assert rendered(tmp_path, "subject", *alerts).strip() == subject


@pytest.mark.usefixtures("in_utc")
def test_the_text_has_what_burns_first_and_what_to_do(tmp_path: Path) -> None:
    assert rendered(tmp_path, "text", alert("resolved"), alert()).strip().splitlines() == [
        (
            "CRÍTICO · Guardia no responde en g desde hace más de 1 minuto"
            " (visto 21/11 11:14 (UTC+00:00))"
        ),
        "Revise el servicio.",
        "Guía: http://r/guardia.md#guardiadaemondown",
        "",
        (
            "RECUPERADO · Guardia no responde en g desde hace más de 1 minuto"
            " (hasta 21/11 12:20 (UTC+00:00))"
        ),
        "Guía: http://r/guardia.md#guardiadaemondown",
    ]
