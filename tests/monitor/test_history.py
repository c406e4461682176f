"""What the daemon leaves for reports: changes, its own waking hours, what ended."""

import asyncio
import itertools
import json
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.archive import Change, milliseconds
from monitor.history import LONGEST_SILENCE
from monitor.journal import MOST_CHANGES, Journal
from monitor.past_incident import PastIncident
from tests.clock import START, FakeClock
from tests.monitor.story import Stage, World, clinic, fleet
from tests.telemetry import RecordingTelemetry

TELEMEDICINE = [{"id": "telemedicina", "probes": []}]


def rows(folder: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(folder / "journal.db")) as database:
        return database.execute(query).fetchall()


def changes(folder: Path, component: str) -> list[tuple[object, ...]]:
    return rows(
        folder,
        f"SELECT state, since_ms FROM change WHERE component = '{component}' ORDER BY number",
    )


async def lived_through_an_outage(world: World, clock: FakeClock, folder: Path) -> Stage:
    """Return a life in which a clinic was cut off for two minutes."""
    stage = Stage(fleet(clinic()), world, clock, folder)
    async with stage.playing():
        await clock.advance(60)
        world.silence("cs")
        await clock.advance(120)
        world.speak("cs")
        await clock.advance(60)
    return stage


async def test_an_outage_is_kept_with_when_it_began(
    world: World, clock: FakeClock, tmp_path: Path
) -> None:
    stage = await lived_through_an_outage(world, clock, tmp_path)
    kept = changes(tmp_path, "cs/link/cfe")
    assert [state for state, _ in kept] == ["up", "down", "up"]
    down = next(event for event in stage.events if getattr(event, "state", "") == "down")
    assert kept[1][1] == milliseconds(down.since)  # type: ignore[union-attr]
    assert [state for state, _ in changes(tmp_path, "cs")] == ["up", "down", "up"]


async def test_another_life_adds_nothing_that_is_known(
    world: World, clock: FakeClock, tmp_path: Path
) -> None:
    for _ in range(2):
        async with Stage(fleet(clinic()), world, clock, tmp_path).playing():
            await clock.advance(60)
    assert [state for state, _ in changes(tmp_path, "cs/link/cfe")] == ["up"]


async def test_a_journal_without_history_begins_with_what_is_known(
    world: World, clock: FakeClock, tmp_path: Path
) -> None:
    async with Stage(fleet(clinic()), world, clock, tmp_path).playing():
        await clock.advance(60)
    ((_, since),) = changes(tmp_path, "cs/link/cfe")
    with closing(sqlite3.connect(tmp_path / "journal.db")) as database, database:
        database.execute("DROP TABLE change")
    async with Stage(fleet(clinic()), world, clock, tmp_path).playing():
        await clock.advance(1)
    assert changes(tmp_path, "cs/link/cfe") == [("up", since)]


async def test_what_leaves_the_list_is_gone_from_then_on(
    world: World, clock: FakeClock, tmp_path: Path
) -> None:
    stage = Stage(fleet(clinic(), clinic("otra")), world, clock, tmp_path)
    async with stage.playing():
        await clock.advance(60)
        stage.pipeline.reload(fleet(clinic()))
        left_ms = milliseconds(clock.now())
    assert changes(tmp_path, "otra/link/cfe")[-1] == ("gone", left_ms)


async def test_each_life_leaves_its_beginning_and_its_end(
    world: World, clock: FakeClock, tmp_path: Path
) -> None:
    stage = Stage(fleet(clinic()), world, clock, tmp_path)
    async with stage.playing():
        await clock.advance(200)
        stage.pipeline.rest()
        first = (milliseconds(START) + 1000, milliseconds(clock.now()))
    clock.skip(600)
    async with Stage(fleet(clinic()), world, clock, tmp_path).playing():
        await clock.advance(130)  # killed: what came after the last beat is not known
    lives = [tuple(json.loads(str(body))) for _, body in rows(tmp_path, "SELECT * FROM life")]
    began = milliseconds(START) + 801_000
    assert lives == [first, (began, began + 120_000)]


async def test_a_machine_that_was_paused_was_not_awake(
    world: World, clock: FakeClock, tmp_path: Path
) -> None:
    stage = Stage(fleet(clinic()), world, clock, tmp_path)
    stage.pipeline.tick()
    clock.skip(LONGEST_SILENCE.total_seconds() + 1)
    stage.pipeline.tick()
    await stage.journal.close()
    assert rows(tmp_path, "SELECT count(*) FROM life") == [(2,)]


async def test_an_incident_that_is_over_is_kept_for_reports(
    world: World, clock: FakeClock, tmp_path: Path
) -> None:
    stage = await lived_through_an_outage(world, clock, tmp_path)
    [(_, body)] = rows(tmp_path, "SELECT * FROM past_incident")
    kept = PastIncident.model_validate_json(str(body))
    told = stage.incidents()[-1]
    assert (kept.id, kept.cause, kept.closed_at) == (told.id, told.cause, told.closed_at)
    assert "cs/link/cfe" in kept.touched


async def test_what_a_link_is_good_for_is_kept_where_it_turns(
    world: World, clock: FakeClock, tmp_path: Path
) -> None:
    stage = Stage(fleet(clinic(services=TELEMEDICINE)), world, clock, tmp_path)
    async with stage.playing():
        await clock.advance(1500)
        world.silence("cs")
        await clock.advance(200)
    states = [state for state, _ in changes(tmp_path, "cs/link/cfe#telemedicine")]
    assert states[0] == "unknown"
    assert states[-1] == "unfit"
    assert all(one != other for one, other in itertools.pairwise(states))


async def test_old_changes_go_but_not_the_last_state_of_a_component(tmp_path: Path) -> None:
    clock = FakeClock()
    kept = Journal(tmp_path / "journal.db", clock, RecordingTelemetry())
    kept.open()
    old_ms = milliseconds(START) - 86_400_000
    for place, (component, state) in enumerate(
        [("a", "up"), ("b", "up"), ("a", "down"), ("c", "up"), ("c", "gone")]
    ):
        kept.append(Change(component, old_ms + place, old_ms + place, state))
    kept.append(Change("a", milliseconds(START), milliseconds(START), "up"))
    kept.note("life", "20261120-000000", "[1,2]")
    kept.note("life", "20261122-000000", "[1,2]")
    kept.forget_history(START)
    await kept.close()
    told = rows(tmp_path, "SELECT component, state FROM change ORDER BY number")
    assert told == [("b", "up"), ("a", "down"), ("a", "up")]
    assert rows(tmp_path, "SELECT key FROM life") == [("20261122-000000",)]


async def test_what_a_disk_refuses_waits_in_order_and_has_an_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    kept = Journal(tmp_path / "journal.db", FakeClock(), RecordingTelemetry())
    kept.open()
    write = kept._file.write

    def refuse(*_: object) -> None:
        raise sqlite3.OperationalError("disk is full")

    monkeypatch.setattr(kept._file, "write", refuse)
    kept.append(Change("a", 1, 1, "up"))
    assert not await kept._flush()
    kept.append(Change("a", 2, 2, "down"))
    monkeypatch.setattr(kept._file, "write", write)
    assert await kept._flush()
    assert changes(tmp_path, "a") == [("up", 1), ("down", 2)]
    for number in range(MOST_CHANGES + 5):
        kept.append(Change("a", number, number, "up"))
    assert len(kept._changes) == MOST_CHANGES
    assert caplog.text.count("history full") == 1
    kept._changes.clear()
    await asyncio.wait_for(kept.close(), 5)


async def test_the_retention_is_that_of_the_settings(
    world: World, clock: FakeClock, tmp_path: Path
) -> None:
    stage = Stage(fleet(clinic(), history={"keep": "30d"}), world, clock, tmp_path)
    assert stage.pipeline._history.keep == timedelta(days=30)
    stage.pipeline.reload(fleet(clinic(), history={"keep": "90d"}))
    assert stage.pipeline._history.keep == timedelta(days=90)
    await stage.journal.close()
