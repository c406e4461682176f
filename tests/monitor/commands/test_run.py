"""`guardia run`: what keeps it from starting, how it stops, and how it reloads."""

import asyncio
import logging
import os
import re
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from monitor.commands import run as command
from monitor.state_dir import claimed
from tests.monitor.commands.terminal import typed

SITES = "sites:\n  - {id: cs-1, name: One, links: [{id: cfe, probes: [{tcp: 'PLACE'}]}]}\n"
RUN = (sys.executable, "-m", "monitor", "run")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Settings of one line, with one site whose link answers nobody."""
    (tmp_path / "sites").mkdir()
    place = "127.0.0.1:1"
    (tmp_path / "sites" / "one.yaml").write_text(SITES.replace("PLACE", place), encoding="utf-8")
    config = tmp_path / "guardia.yaml"
    config.write_text("include: [sites/*.yaml]\n", encoding="utf-8")
    return config


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the state goes unless the settings say otherwise."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "xdg"))
    monkeypatch.delenv("STATE_DIRECTORY", raising=False)
    return tmp_path / "xdg" / "guardia"


class Daemon:
    """A daemon in a process of its own, with its log."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.log: list[str] = []

    async def until(self, words: str) -> str:
        """Return the first line of the log, from now on, that holds these words."""
        assert self.process.stderr is not None
        async for line in self.process.stderr:
            self.log.append(line.decode())
            if words in self.log[-1]:
                return self.log[-1]
        raise AssertionError("".join(self.log))


@asynccontextmanager
async def running(*words: str, folder: Path) -> AsyncIterator[Daemon]:
    process = await asyncio.create_subprocess_exec(
        *RUN, "--listen", "127.0.0.1:0", *words, cwd=folder,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])},
        stderr=subprocess.PIPE,
    )  # fmt: skip
    daemon = Daemon(process)
    try:
        await daemon.until("watching probes=")
        yield daemon
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


def refused(*words: str) -> str:
    """Return what `guardia run` says when it does not start."""
    ended = subprocess.run([*RUN, *words], capture_output=True, text=True, timeout=20, check=False)
    assert ended.returncode == 1, ended.stderr
    assert "Traceback" not in ended.stderr
    return ended.stderr


@pytest.mark.e2e
async def test_one_line_of_settings_is_enough_from_any_folder(config: Path, state: Path) -> None:
    elsewhere = config.parent / "elsewhere"
    elsewhere.mkdir()
    async with running("-c", str(config), folder=elsewhere) as daemon:
        port = re.search(r"listening address=127.0.0.1 port=(\d+)", "".join(daemon.log))
        assert port is not None
        url = f"http://127.0.0.1:{port[1]}"
        result = await asyncio.to_thread(typed, "status", "--url", url)
        assert "1 down" in result.output or "1 unknown" in result.output
        assert (state / "journal.db").exists()
        daemon.process.send_signal(signal.SIGTERM)
        began_s = time.monotonic()
        await daemon.until("stopped")
        assert await daemon.process.wait() == 0
        assert time.monotonic() - began_s < 2


@pytest.mark.e2e
async def test_hangup_takes_over_what_is_good_and_refuses_what_is_not(config: Path) -> None:
    sites = config.parent / "sites"
    async with running("-c", "guardia.yaml", folder=config.parent) as daemon:
        (sites / "two.yaml").write_text(SITES.replace("cs-1", "cs-2"), encoding="utf-8")
        daemon.process.send_signal(signal.SIGHUP)
        refusal = await daemon.until("reload refused")
        assert "nothing changed problems=1" in refusal
        assert "two.yaml:2:" in await daemon.until("problem ")
        text = SITES.replace("cs-1", "cs-2").replace("PLACE", "127.0.0.1:2")
        (sites / "two.yaml").write_text(text, encoding="utf-8")
        daemon.process.send_signal(signal.SIGHUP)
        assert "sites=2 probes=2" in await daemon.until("reloaded")
        daemon.process.send_signal(signal.SIGINT)
        assert await daemon.process.wait() == 0


def test_a_fault_in_the_settings_starts_nothing(config: Path, state: Path) -> None:
    (config.parent / "sites" / "two.yaml").write_text("sites: [{id: A B}]\n", encoding="utf-8")
    result = typed("run", "-c", str(config))
    assert result.exit_code == 1
    assert "nothing started" in result.stderr
    assert "two.yaml:1:" in result.stderr
    assert not state.exists()


def test_without_settings_it_says_how_to_make_some(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = typed("run")
    assert result.exit_code == 1
    assert "there is no guardia.yaml" in result.stderr
    assert "guardia import clues CLUES.csv --state BC --out sites" in result.stderr
    assert "include: [sites/*.yaml]" in result.stderr


@pytest.mark.parametrize("listen", ["9710", "127.0.0.1", "127.0.0.1:99999", "http://127.0.0.1:1"])
def test_a_listen_address_that_is_none_is_wrong_use(config: Path, listen: str) -> None:
    result = typed("run", "-c", str(config), "--listen", listen)
    assert result.exit_code == 2
    assert "is no HOST:PORT; write such as 127.0.0.1:9710" in result.stderr


@pytest.mark.e2e
def test_a_port_in_use(config: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
        said = refused("-c", str(config), "--listen", listen)
    assert f"Error: listen {listen}: in use by another process; choose another `listen`" in said


@pytest.mark.e2e
def test_a_state_directory_in_use(config: Path, state: Path) -> None:
    with claimed(state):
        said = refused("-c", str(config), "--listen", "127.0.0.1:0")
    assert f"Error: state directory {state}: another guardia is running with it" in said


def test_as_many_files_may_be_open_as_the_system_permits(
    caplog: pytest.LogCaptureFixture,
) -> None:
    before = soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    low = min(256, soft)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (low, hard))
        with caplog.at_level(logging.DEBUG, command.__name__):
            command._allow_open_files()
        assert resource.getrlimit(resource.RLIMIT_NOFILE) == (hard, hard)
        assert f"open files soft={hard} was={low}" in caplog.text
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_a_limit_that_cannot_be_raised_is_no_reason_to_stop(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(_which: int, _limits: tuple[int, int]) -> None:
        raise ValueError("not allowed to raise maximum limit")

    monkeypatch.setattr(resource, "setrlimit", refuse)
    with caplog.at_level(logging.DEBUG, command.__name__):
        command._allow_open_files()
    assert "open files stay limited" in caplog.text


@pytest.mark.e2e
async def test_sites_without_a_probe_are_pointed_out(config: Path) -> None:
    (config.parent / "sites" / "one.yaml").write_text("sites: [{id: a, name: A}]\n", "utf-8")
    async with running("-c", str(config), folder=config.parent) as daemon:
        assert any("no site has a probe: nothing is asked sites=1" in line for line in daemon.log)
