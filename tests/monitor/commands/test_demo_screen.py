"""The demo's screen against a simulator and a daemon that say what a test wants."""

import asyncio
import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
import pytest
from rich.console import Console

from monitor.commands import demo_screen
from monitor.commands.daemon_api import DaemonUnreachableError
from monitor.commands.demo_screen import Screen
from monitor.commands.demo_story import Chapter
from monitor.vocabulary import Cause, State
from simulator.client import ControlClient
from tests.exporters.incident import closed, opened
from tests.exporters.watched import FixedRegistry, fleet, state
from tests.monitor.commands.terminal import daemon, typed
from tests.servers.program import free_port

pytestmark = pytest.mark.heavy

UP = tuple(state(fleet(), site, State.UP) for site in ("hg-ensenada", "cs-maneadero"))
CHAPTERS = [Chapter(0, "all is well"), Chapter(0, "the link is cut"), Chapter(9999, "never")]


class FakeSimulator(ControlClient):
    """Has played a cut of 45 s, long ago, as soon as it is told to start."""

    def __init__(self) -> None:
        self.began_at = datetime.now(UTC) - timedelta(seconds=90)
        self.records: list[dict[str, Any]] = []

    def ask(self, command: str, **fields: object) -> dict[str, Any]:
        if command == "start":
            self.happen(0, "", "timeline", "started")
            self.happen(15, "hg-ensenada", "link/cfe", "down", cause="link")
            self.happen(15, "hg-ensenada", "site", "down", cause="link")
            self.happen(60, "hg-ensenada", "site", "up", cause="link")
            self.happen(70, "", "timeline", "ended")
        if command == "truth":
            since = fields["since"]
            assert isinstance(since, int)
            return {"records": self.records[since:]}
        return {"worst_lateness_s": 0.004}

    def happen(self, at_s: float, site: str, component: str, what: str, **facts: str) -> None:
        at = (self.began_at + timedelta(seconds=at_s)).isoformat()
        number = len(self.records) + 1
        told = {"n": number, "at": at, "site": site, "component": component, "what": what}
        self.records.append(told | facts)


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo_screen, "REFRESH_S", 0.01)
    monkeypatch.setattr(demo_screen, "READY_S", 0.05)
    monkeypatch.setattr(demo_screen, "SETTLE_S", 0.02)


@pytest.fixture
def simulator() -> FakeSimulator:
    return FakeSimulator()


@pytest.fixture
def told(simulator: FakeSimulator) -> Iterator[tuple[str, FixedRegistry]]:
    """A daemon that told the cut rightly: opened 2 s after it, closed 1 s after the repair."""
    opened_at, over_at = (simulator.began_at + timedelta(seconds=s) for s in (17, 61))
    incident = closed(opened(at=opened_at, opened_at=opened_at, cause=Cause.LINK))
    right = incident.model_copy(update={"closed_at": over_at})
    with daemon(right, states=UP) as served:
        yield served


async def played(
    url: str, simulator: FakeSimulator, *, is_terminal: bool = False
) -> tuple[bool, str]:
    console = Console(
        file=io.StringIO(), width=100, height=30, force_terminal=is_terminal, color_system=None
    )
    right = await Screen(url, simulator, console, CHAPTERS).play(once=True)
    return right, str(console.file.getvalue())  # type: ignore[attr-defined]


async def test_a_story_told_rightly(
    told: tuple[str, FixedRegistry], simulator: FakeSimulator
) -> None:
    right, text = await played(told[0], simulator)
    assert right
    lines = [re.sub(r"\d\d:\d\d:\d\d", "hh:mm:ss", line) for line in text.splitlines()]
    hospital = "Hospital General de Ensenada"
    assert lines[0].startswith("2 real health units")
    assert "  story        0:00  the link is cut" in lines
    assert f"  truth    hh:mm:ss  {hospital}: link cfe, the site out of reach (link)" in lines
    assert f"  truth    hh:mm:ss  {hospital}: the site back" in lines
    assert any(line.startswith("  guardia  hh:mm:ss  closed   P1 · ") for line in lines)
    assert re.search(
        r"right │ Hospital General de Ensenada +│ link for 45 s: told, closed 1 s", text
    )
    assert "all right; simulator's own worst lateness: 0.004 s" in text
    assert "never" not in text


async def test_a_wrong_verdict_fails(
    told: tuple[str, FixedRegistry], simulator: FakeSimulator
) -> None:
    told[1].told[:] = []
    right, text = await played(told[0], simulator)
    assert not right
    assert "WRONG" in text
    assert "1 of 1 verdicts are wrong" in text


async def test_a_terminal_is_given_the_picture(
    told: tuple[str, FixedRegistry], simulator: FakeSimulator
) -> None:
    right, text = await played(told[0], simulator, is_terminal=True)
    assert right
    assert "▶ The link is cut." in text
    assert "What really happened" in text
    assert "What Guardia says" in text
    assert "  truth  " not in text


async def test_the_fleet_lives_on_below_the_verdicts(
    told: tuple[str, FixedRegistry], simulator: FakeSimulator
) -> None:
    console = Console(
        file=io.StringIO(), width=100, height=30, force_terminal=True, color_system=None
    )
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(2):
            await Screen(told[0], simulator, console, CHAPTERS).play(once=False)
    text = str(console.file.getvalue())  # type: ignore[attr-defined]
    _, _, after = text.partition("Verdicts")
    assert "The fleet lives on; Ctrl-C ends the demo." in after
    assert "nothing is open" in after


async def test_a_fleet_that_is_not_known_in_time_is_an_error(simulator: FakeSimulator) -> None:
    with daemon() as (url, _), pytest.raises(click.ClickException, match="did not get to know"):
        await played(url, simulator)
    with pytest.raises(click.ClickException, match="did not get to know"):
        await played(f"http://127.0.0.1:{free_port()}", simulator)


def test_a_daemon_that_falls_silent_ends_the_screen(
    told: tuple[str, FixedRegistry],
    simulator: FakeSimulator,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chapters = tmp_path / "chapters.json"
    chapters.write_text(json.dumps([{"at_s": 0, "text": "all is well"}]), encoding="utf-8")
    monkeypatch.setattr(demo_screen, "ControlClient", lambda _path: _Closing(simulator))

    async def gone(_screen: Screen, *_: object) -> None:
        raise DaemonUnreachableError("no Guardia answers")

    words = ("--url", told[0], "--control", "sock", "--chapters", str(chapters), "--once")
    assert typed("demo-screen", *words).exit_code == 0
    simulator.records.clear()
    monkeypatch.setattr(Screen, "_follow", gone)
    result = typed("demo-screen", *words)
    assert result.exit_code == 1
    assert "the daemon fell silent: no Guardia answers" in result.stderr


class _Closing:
    def __init__(self, simulator: FakeSimulator) -> None:
        self._simulator = simulator

    def __enter__(self) -> FakeSimulator:
        return self._simulator

    def __exit__(self, *_: object) -> None:
        self._simulator.records.append({})
