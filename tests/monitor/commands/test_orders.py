"""`guardia ack`, `maintenance` and `audit`: typed here, done by the daemon."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.events import Acknowledgement
from monitor.orders import Acknowledge, Action, AddWindow, AuditEntry, EndWindow, LetGo, Refusal
from tests.exporters.incident import OPENED_AT, opened
from tests.exporters.test_web_orders import TOKEN, WINDOW
from tests.exporters.watched import FixedCommands
from tests.monitor.commands.terminal import daemon, typed
from tests.servers.program import free_port

BY = ("--by", "Ing. Ruiz")


@pytest.fixture
def commands() -> FixedCommands:
    one = FixedCommands()
    taken = Acknowledgement(by="Ing. Ruiz", at=OPENED_AT, until=OPENED_AT + timedelta(hours=2))
    one.desk.incident = opened("INC-1", acknowledged=taken)
    one.desk.window = WINDOW
    one.desk.known = [WINDOW]
    return one


def test_an_incident_is_taken_on_and_given_back(commands: FixedCommands) -> None:
    with daemon(commands=commands) as (url, _):
        result = typed("ack", "INC/1", *BY, "--for", "1h", "--note", "voy", "--url", url)
        assert result.exit_code == 0, result.stderr
        assert result.stdout.startswith("INC-1 is taken on by Ing. Ruiz until 2026-11-21 ")
        commands.desk.incident = opened("INC-1")
        assert "waits again" in typed("ack", "INC-1", *BY, "--undo", "--url", url).stdout
    (incident, order, _), (_, undone, _) = commands.desk.orders
    assert incident == "INC/1"
    assert order == Acknowledge.model_validate({"by": "Ing. Ruiz", "for": "1h", "note": "voy"})
    assert undone == LetGo(by="Ing. Ruiz")


def test_who_it_is_may_stand_in_the_environment(
    commands: FixedCommands, monkeypatch: pytest.MonkeyPatch
) -> None:
    with daemon(commands=commands) as (url, _):
        assert typed("ack", "INC-1", "--url", url).exit_code == 2
        monkeypatch.setenv("GUARDIA_BY", "NOC")
        assert typed("ack", "INC-1", "--url", url).exit_code == 0
    assert commands.desk.orders[0][1] == Acknowledge(by="NOC")


def test_a_refusal_is_shown_and_fails(commands: FixedCommands) -> None:
    commands.desk.incident = Refusal("conflict", ("`INC-1` is over; nothing to acknowledge",))
    with daemon(commands=commands) as (url, _):
        result = typed("ack", "INC-1", *BY, "--url", url)
        assert (result.exit_code, result.stdout) == (1, "")
        assert "`INC-1` is over; nothing to acknowledge" in result.stderr
        result = typed("ack", "INC-1", *BY, "--for", "soon", "--url", url)
        assert "`for`: a duration is a number and a unit" in result.stderr
    assert typed("ack", "INC-1", *BY, "--undo", "--for", "1h").exit_code == 2
    result = typed("ack", "INC-1", *BY, "--url", f"http://127.0.0.1:{free_port()}")
    assert "is it running?" in result.stderr
    result = typed("ack", "INC-1", *BY, "-c", "gone.yaml")
    assert "gone.yaml: there is no such file" in result.stderr


def test_the_token_comes_from_a_file_or_the_environment(
    commands: FixedCommands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "token"
    file.write_text(f"{TOKEN}\n", "utf-8")
    with daemon(commands=commands, api_token=TOKEN) as (url, _):
        words = ("ack", "INC-1", *BY, "--url", url)
        assert "send the `api_token`" in typed(*words).stderr
        assert typed(*words, "--token-file", str(file)).exit_code == 0
        monkeypatch.setenv("GUARDIA_API_TOKEN", TOKEN)
        assert typed(*words).exit_code == 0
    file.write_bytes(b"\xff")
    assert "cannot be read" in typed(*words, "--token-file", str(file)).stderr


def test_a_window_is_opened_listed_and_ended(commands: FixedCommands) -> None:
    with daemon(commands=commands) as (url, _):
        result = typed(
            "maintenance", "add", *BY, "--url", url, "--site", "hg-ensenada", "--part", "link/lte",
            "--critical-area", "uci", "--from", "2026-12-01 02:00", "--until", "2026-12-01 03:00",
            "--reason", "Cambio del switch", "--generator-test",
        )  # fmt: skip
        assert result.exit_code == 0, result.stderr
        assert result.stdout.startswith("w-1  under way, 2026-11-21")
        assert "hg-ensenada, uci may be silent: Cambio del switch (TI)" in result.stdout
        assert typed("maintenance", "end", "w-1", *BY, "--url", url).exit_code == 0
        assert "w-1" in typed("maintenance", "list", "--url", url).stdout
        listed = typed("maintenance", "list", "--all", "--json", "--url", url).stdout
        assert json.loads(listed)[0]["id"] == "w-1"
        commands.desk.known = []
        assert "no window is under way" in typed("maintenance", "list", "--url", url).stderr
    (_, added, _), (name, ended, _) = commands.desk.orders
    assert added == AddWindow(
        {
            "by": "Ing. Ruiz", "reason": "Cambio del switch", "sites": ["hg-ensenada"],
            "parts": ["link/lte"], "critical_areas": ["uci"], "from": "2026-12-01 02:00",
            "to": "2026-12-01 03:00", "expects": "generator_test",
        }
    )  # fmt: skip
    assert (name, ended) == ("w-1", EndWindow(by="Ing. Ruiz"))


def test_the_audit_log_is_a_line_per_order(commands: FixedCommands) -> None:
    entry = {"at": OPENED_AT, "origin": "127.0.0.1"}
    commands.desk.entries = [
        AuditEntry(number=2, action=Action.ACKNOWLEDGED, by="NOC", subject="INC-1", detail="until",
                   **entry),
        AuditEntry(number=1, action=Action.RELOADED, by="", **entry),
    ]  # fmt: skip
    with daemon(commands=commands) as (url, _):
        first, second = typed("audit", "--url", url).stdout.splitlines()
        assert first.endswith("  acknowledged INC-1  NOC (127.0.0.1): until")
        assert second.endswith("  reloaded  127.0.0.1")
        found = json.loads(typed("audit", "--limit", "1", "--json", "--url", url).stdout)
        assert [one["number"] for one in found] == [2]
