"""The archivist tells from the journal what was, beside the daemon that writes it."""

import asyncio
import itertools
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from config.fleet import Fleet
from config.maintenance import MaintenanceWindow
from monitor import archivist
from monitor.archive import milliseconds
from monitor.archivist import KEPT_S, Archivist
from monitor.past import Held, SitePast, Wanted
from tests.clock import START, FakeClock
from tests.monitor.story import ON_BATTERY, Stage, World, clinic, fleet

UPS = [{"id": "ups", "kind": "ups", "source": {"kind": "power", "url": "http://127.64.0.1/p"}}]
LINK, POWER = "cs/link/cfe", "cs/power/ups"


@pytest.fixture
def watched() -> Fleet:
    return fleet(clinic(power=UPS))


@pytest.fixture
def stage(watched: Fleet, clock: FakeClock, tmp_path: Path) -> Stage:
    return Stage(watched, World(), clock, tmp_path)


@pytest.fixture
def reader(watched: Fleet, clock: FakeClock, tmp_path: Path) -> Iterator[Archivist]:
    reader = Archivist(tmp_path / "journal.db", lambda: watched, clock)
    yield reader
    reader.close()


def whats(stretches: tuple[Held, ...]) -> list[str]:
    return [one.what for one in stretches]


async def told(reader: Archivist) -> SitePast:
    past = await reader.of_site("cs")
    assert past is not None
    return past


async def outage(stage: Stage, clock: FakeClock) -> None:
    """A minute of service, four without, two with; then the daemon goes on."""
    await clock.advance(60)
    stage.world.silence(LINK)
    await clock.advance(240)
    stage.world.speak(LINK)
    await clock.advance(120)


async def test_states_are_told_while_the_daemon_writes_and_until_now(
    stage: Stage, reader: Archivist, clock: FakeClock
) -> None:
    async with stage.playing():
        await outage(stage, clock)
        await stage.journal._flush()
        past = await told(reader)
    assert (past.begins_ms, past.ends_ms) == (
        milliseconds(START + timedelta(seconds=420, days=-30)),
        milliseconds(START + timedelta(seconds=420)),
    )
    assert whats(past.parts[LINK]) == ["absent", "up", "down", "up"]
    link = past.parts[LINK]
    assert link[-1].ends_ms == past.ends_ms
    assert all(one.ends_ms == after.starts_ms for one, after in itertools.pairwise(link))


async def test_what_a_ups_says_is_told_and_its_silence_too(
    stage: Stage, reader: Archivist, clock: FakeClock
) -> None:
    async with stage.playing():
        await clock.advance(60)
        stage.world.power[POWER] = ON_BATTERY
        await clock.advance(60)
        del stage.world.power[POWER]
        await clock.advance(60)
        stage.world.silence(POWER)
        await clock.advance(600)
        await stage.journal._flush()
        past = await told(reader)
    assert whats(past.power[POWER])[1:] == [
        "online/present", "on_battery/absent", "online/present", "unknown",
    ]  # fmt: skip


async def test_another_life_goes_on_with_what_the_ups_said_and_the_stop_between_is_told(
    stage: Stage, reader: Archivist, clock: FakeClock, tmp_path: Path, watched: Fleet
) -> None:
    async with stage.playing():
        await clock.advance(60)
        stage.pipeline.rest()
    clock.skip(3600)
    async with Stage(watched, World(), clock, tmp_path).playing() as again:
        await clock.advance(60)
        await again.journal._flush()
        past = await told(reader)
    assert whats(past.power[POWER])[1:] == ["online/present", "stopped", "online/present"]
    assert whats(past.parts["cs"])[1:] == ["up", "stopped", "up"]
    with closing(sqlite3.connect(tmp_path / "journal.db")) as database:
        said = database.execute(
            "SELECT count(*) FROM change WHERE component = ?", (f"{POWER}#power",)
        )
        assert said.fetchone() == (1,)


async def test_maintenance_is_told_apart_and_hides_nothing_of_power(
    stage: Stage, clock: FakeClock, tmp_path: Path, watched: Fleet
) -> None:
    window = MaintenanceWindow.model_validate(
        {"id": "w1", "reason": "Cambio de equipo", "by": "NOC", "sites": ["cs"],
         "from": START + timedelta(seconds=120), "to": START + timedelta(seconds=180)}
    )  # fmt: skip
    planned = replace(watched, maintenance=(window,))
    reader = Archivist(tmp_path / "journal.db", lambda: planned, clock)
    async with stage.playing():
        await outage(stage, clock)
        await stage.journal._flush()
        past = await told(reader)
    reader.close()
    assert whats(past.parts[LINK])[1:] == ["up", "down", "maintenance", "down", "up"]
    assert whats(past.power[POWER])[1:] == ["online/present"]
    assert past.maintenance == ((milliseconds(START) + 120_000, milliseconds(START) + 180_000),)


async def test_incidents_that_are_over_are_told_those_of_other_sites_are_not(
    clock: FakeClock, tmp_path: Path
) -> None:
    both = fleet(clinic(), clinic("cs-2"))
    stage = Stage(both, World(), clock, tmp_path)
    async with stage.playing():
        await outage(stage, clock)
        await stage.journal._flush()
    reader = Archivist(tmp_path / "journal.db", lambda: both, clock)
    mine, other = await told(reader), await reader.of_site("cs-2")
    reader.close()
    assert [one.touched[0] for one in mine.incidents] == [LINK]
    assert other is not None
    assert other.incidents == ()


async def test_a_site_that_is_not_watched_has_no_past(reader: Archivist) -> None:
    assert await reader.of_site("nobody") is None


async def test_an_answer_is_kept_for_a_while_and_shared(
    stage: Stage, reader: Archivist, clock: FakeClock
) -> None:
    async with stage.playing():
        await clock.advance(60)
        await stage.journal._flush()
        first, shared = await asyncio.gather(told(reader), told(reader))
        assert first is shared
        clock.skip(KEPT_S - 1)
        assert await told(reader) is first
        clock.skip(1)
        assert await told(reader) is not first


async def test_a_journal_that_is_not_there_is_told_once_and_found_again(
    stage: Stage, reader: Archivist, clock: FakeClock, tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    await stage.journal.close()
    here, away = tmp_path / "journal.db", tmp_path / "away.db"
    here.rename(away)
    assert await reader.of_site("cs") is None
    clock.skip(KEPT_S)
    assert await reader.of_site("cs") is None
    assert caplog.text.count("trouble subject=journal, read for the board") == 1
    away.rename(here)
    clock.skip(KEPT_S)
    assert await reader.of_site("cs") is not None


async def test_a_damaged_row_is_no_bug(stage: Stage, reader: Archivist, tmp_path: Path) -> None:
    await stage.journal.close()
    with closing(sqlite3.connect(tmp_path / "journal.db")) as database, database:
        database.execute("INSERT INTO life VALUES ('20261121-000000', 'torn')")
        database.execute("INSERT INTO past_incident VALUES ('1', '{\"site\":\"cs\"')")
    assert await reader.of_site("cs") is None
    with closing(sqlite3.connect(tmp_path / "journal.db")) as database, database:
        database.execute("DELETE FROM life")
    fresh = Archivist(tmp_path / "journal.db", reader._fleet, reader._clock)
    assert (await told(fresh)).incidents == ()
    fresh.close()


async def test_a_disk_that_hangs_costs_the_past_and_no_thread_per_viewer(
    stage: Stage, reader: Archivist, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stage.journal.close()
    hangs, begun = threading.Event(), []

    def slow(*_: object) -> None:
        begun.append(1)
        hangs.wait(10)

    monkeypatch.setattr(archivist, "site_past", slow)
    monkeypatch.setattr(archivist, "PATIENCE_S", 0.01)
    assert await reader.of_site("cs") is None
    assert await reader.of_site("cs") is None
    monkeypatch.setattr(archivist, "MOST_KEPT", 1)
    reader._kept["another"] = reader._kept.pop(("site", "cs"))
    assert await reader.of_site("cs") is None  # no room to ask once more
    hangs.set()
    await asyncio.wait([reader._kept["another"].answer])
    assert len(begun) == 1


async def test_incidents_are_counted_read_and_named_and_nothing_of_an_export_is_kept(
    stage: Stage, reader: Archivist, clock: FakeClock
) -> None:
    async with stage.playing():
        await outage(stage, clock)
        await stage.journal._flush()
    assert await reader.count(Wanted()) == 1
    found = await reader.incidents(Wanted(), 0, 10)
    assert found is not None
    (over,) = found.incidents
    assert (over.site, over.id) == ("cs", found.last)
    assert await reader.incident(over.id) == over
    assert await reader.incident("nobody") is None
    await asyncio.sleep(0)
    assert all(isinstance(key, tuple) for key in reader._kept)
