"""Alertmanager takes its configuration, and a page goes to whom it should, at once."""

import pytest

from tests.conftest import require
from tests.deploy.files import DEPLOY, parsed, run


def test_alertmanager_accepts_its_configuration() -> None:
    amtool = require("amtool", "prometheus-alertmanager")
    run(amtool, "check-config", DEPLOY / "alertmanager" / "alertmanager.yml")


@pytest.mark.parametrize(
    ("labels", "receiver"),
    [
        (
            ["alertname=GuardiaAreaUnreachable", "severity=critical", "site=hg", "area=uci"],
            "on-call",
        ),
        (["alertname=GuardiaDaemonDown", "severity=critical"], "on-call"),
        (["alertname=GuardiaServiceDown", "severity=warning", "site=hg"], "noc"),
        (["alertname=GuardiaUndetermined", "severity=info", "site=hg"], "noc"),
        (["alertname=Watchdog", "severity=info"], "deadman"),
    ],
)
def test_a_page_goes_where_it_should(labels: list[str], receiver: str) -> None:
    amtool = require("amtool", "prometheus-alertmanager")
    config = f"--config.file={DEPLOY / 'alertmanager' / 'alertmanager.yml'}"
    assert run(amtool, "config", "routes", "test", config, *labels).splitlines()[-1] == receiver


def test_alertmanager_adds_no_delay_to_a_page_and_hides_none() -> None:
    config = parsed("alertmanager/alertmanager.yml")
    [critical] = [
        route for route in config["route"]["routes"] if 'severity="critical"' in route["matchers"]
    ]
    assert config["route"]["group_by"] == ["alertname", "site"]
    assert critical["group_wait"] == "0s"
    assert critical["group_interval"] == "5s"  # how long a repair waits to be told
    assert config["inhibit_rules"] == []
    [on_call] = [one for one in config["receivers"] if one["name"] == critical["receiver"]]
    assert all(hook["send_resolved"] for hook in on_call["webhook_configs"])
