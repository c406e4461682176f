"""`guardia status`: what a running daemon says, or that none runs."""

import asyncio
import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.commands.status import view
from monitor.vocabulary import State
from tests.exporters.incident import OPENED_AT, closed, opened
from tests.exporters.watched import fleet, state
from tests.monitor.commands.terminal import daemon, shown, typed
from tests.servers.program import free_port

STATES = (
    state(fleet(), "hg-ensenada", State.DEGRADED),
    state(fleet(), "cs-maneadero", State.UP),
)


def test_nothing_open_is_success() -> None:
    with daemon(closed(opened()), states=STATES) as (url, _):
        result = typed("status", "--url", url)
    assert result.exit_code == 0
    assert "1 up   1 degraded   0 down   0 unknown" in result.stdout
    assert "nothing is open" in result.stdout


def test_an_open_incident_is_shown_and_fails() -> None:
    with daemon(opened(), states=STATES) as (url, _):
        result = typed("status", "--url", url)
    assert result.exit_code == 1
    assert "1 incident is open" in result.stdout
    assert "Hospital General de Ensenada BCIMB000010" in result.stdout
    assert "\x1b" not in result.stdout  # a pipe gets no colours


def test_json_is_the_open_incidents_as_they_travel() -> None:
    with daemon(opened("INC-1"), closed(opened("INC-0"))) as (url, _):
        result = typed("status", "--url", url, "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout) == [json.loads(opened("INC-1").to_json())]
    with daemon() as (url, _):
        assert typed("status", "--url", url, "--json").stdout == "[]\n"


def test_no_daemon_says_where_it_looked_and_what_to_do() -> None:
    url = f"http://127.0.0.1:{free_port()}"
    for words in ([], ["--json"], ["--watch"]):
        result = typed("status", "--url", url, *words)
        assert result.exit_code == 1
        assert result.stdout == ""
        assert f"no Guardia answers at {url} (connection refused): is it running?" in result.stderr


def test_the_daemon_is_looked_for_where_the_settings_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with daemon() as (url, _):
        Path("guardia.yaml").write_text(f"listen: {url.removeprefix('http://')}\n", "utf-8")
        assert typed("status").exit_code == 0
        Path("guardia.yaml").rename("other.yaml")
        assert typed("status", "-c", "other.yaml").exit_code == 0
    result = typed("status", "-c", "gone.yaml")
    assert result.exit_code == 1
    assert "gone.yaml: there is no such file; name the daemon with --url" in result.stderr


def test_watch_and_json_exclude_each_other() -> None:
    assert typed("status", "--watch", "--json").exit_code == 2


@pytest.mark.parametrize(("width", "height"), [(80, 24), (100, 30), (160, 50)])
def test_the_view_fits_the_screen(width: int, height: int) -> None:
    incidents = [opened(f"INC-{n}") for n in range(60)]
    counts = dict.fromkeys(State, 1)
    text = shown(view("http://h:1", counts, incidents, OPENED_AT, height - 4), width, height)
    assert len(text.splitlines()) < height
    assert "60 incidents are open" in text
    assert "more" in text.splitlines()[-1]


@pytest.mark.e2e
async def test_watch_in_a_pipe_is_a_line_per_news() -> None:
    with daemon(opened("INC-1"), closed(opened("INC-0"))) as (url, registry):
        watching = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "monitor", "status", "--url", url, "--watch",
            stdout=subprocess.PIPE,
        )  # fmt: skip
        assert watching.stdout is not None
        line = (await watching.stdout.readline()).decode()
        assert "opened   P1 · Hospital General de Ensenada" in line
        registry.told[:] = [opened("INC-1", pages=2)]
        assert "opened   P1" in (await watching.stdout.readline()).decode()
        watching.send_signal(signal.SIGINT)
        assert (await watching.stdout.read(), await watching.wait()) == (b"", 0)
