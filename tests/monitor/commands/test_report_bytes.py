"""A day that is over is told in the same bytes by whoever asks, wherever, whenever, beside whom."""

import asyncio
import os
import shutil
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from config.loader import load
from monitor.report.tables import TABLES
from tests.clock import FakeClock
from tests.monitor.commands.terminal import typed
from tests.monitor.story import Stage, World

SETTINGS = "include: [sites.yaml]\nvantage: noc\nstate_dir: {folder}\n"
SITE = """
  - id: {id}
    name: Centro de Salud {id}
    state: {state}
    municipality: {municipality}
    links: [{{id: cfe, provider: {provider}, probes: [{{icmp: 127.65.0.{host}}}]}}]
"""
SITES = (
    ("cs-a", "OC", "Tlacolula de Matamoros", "CFE Internet"),
    ("cs-b", "OC", "Juchitán de Zaragoza", "Telmex"),
    ("cs-c", "QR", "Benito Juárez", "CFE Internet"),
    ("cs-d", "YN", "Mérida", "Starlink"),
)
FORMS = (
    ("--format", "html"), ("--format", "html", "--lang", "en"), ("--format", "json"),
    *(("--format", "csv", "--table", table) for table in TABLES),
)  # fmt: skip
AN_HOUR_BEFORE_MIDNIGHT = datetime(2026, 11, 22, 4, 55, tzinfo=UTC)
"""In the capital; in Cancún it is five minutes."""
WORDS = ("report", "--from", "2026-11-21", "--to", "2026-11-21")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    sites = "".join(
        SITE.format(id=name, state=state, municipality=municipality, provider=provider, host=host)
        for host, (name, state, municipality, provider) in enumerate(SITES, start=1)
    )
    (tmp_path / "sites.yaml").write_text(f"sites:{sites}", encoding="utf-8")
    path = tmp_path / "guardia.yaml"
    path.write_text(SETTINGS.format(folder=tmp_path), encoding="utf-8")
    return path


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Have this machine stand in Kiritimati, where it is the day after."""
    with monkeypatch.context() as moved:
        moved.setenv("TZ", "Pacific/Kiritimati")
        time.tzset()
        yield
    time.tzset()


def made(config: Path, *more: str) -> list[str]:
    """Make the report in all its forms; nothing is missing, so nothing is warned of."""
    told = []
    for form in FORMS:
        result = typed(*WORDS, "-c", str(config), *form, *more)
        assert (result.exit_code, result.stderr) == (0, "")
        told.append(result.stdout)
    return told


async def played(config: Path) -> tuple[list[str], list[str]]:
    """Live the last hour of a day and the first of the next; return the report of the day.

    Once when the day is over, while something is still down, and once after other things happened.
    """
    world, clock = World(), FakeClock(AN_HOUR_BEFORE_MIDNIGHT)
    stage = Stage(load(config), world, clock, config.parent)
    async with stage.playing():
        await clock.advance(120)
        world.silence("cs-a", "cs-c")
        await clock.advance(900)
        world.speak("cs-a", "cs-c")
        await clock.advance(2400)
        world.silence("cs-b", "cs-d")
        await clock.advance(600)
        await stage.journal._flush()
        early = await asyncio.to_thread(made, config)
        world.speak("cs-b")
        world.silence("cs-a")
        await clock.advance(1200)
        world.speak("cs-a", "cs-d")
        await clock.advance(1200)
        await stage.journal._flush()
        late = await asyncio.to_thread(made, config)
    return early, late


async def test_what_a_daemon_goes_on_to_write_changes_nothing_of_a_day_that_is_over(
    config: Path,
) -> None:
    early, late = await played(config)
    assert [text for text in early if "cs-b" in text], "something happened"
    assert late == early


@pytest.mark.usefixtures("elsewhere")
async def test_a_copy_in_another_place_on_another_machine_tells_the_same(
    config: Path, tmp_path: Path
) -> None:
    _, told = await played(config)
    copy = tmp_path / "copia de noviembre"
    copy.mkdir()
    shutil.copy(tmp_path / "journal.db", copy / "bitácora.sqlite")
    settings = Path(shutil.copy(config, copy))
    shutil.copy(tmp_path / "sites.yaml", copy)
    assert made(settings, "--journal", str(copy / "bitácora.sqlite")) == told


async def test_another_process_tells_the_same_in_whatever_order_it_keeps_its_sets(
    config: Path, tmp_path: Path
) -> None:
    _, told = await played(config)
    for seed, place in (("1", 0), ("2", FORMS.index(("--format", "json")))):
        out = tmp_path / f"out-{seed}"
        words = (*WORDS, "-c", str(config), *FORMS[place], "--out", str(out))
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": "Asia/Kathmandu", "LC_ALL": "C"}
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "monitor", *words, env=environment
        )
        assert await child.wait() == 0
        assert out.read_text(encoding="utf-8") == told[place]
