"""What is read of a journal: a whole one, one that is being written, a damaged one."""

import asyncio
import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from config.maintenance import MaintenanceWindow
from monitor.archive import milliseconds
from monitor.journal import Journal
from monitor.orders import AddWindow
from monitor.report.record import Record, RecordError, read
from monitor.report.spans import Span
from monitor.response.windows import Windows
from tests.clock import START, FakeClock
from tests.monitor.story import Stage, World, clinic, fleet
from tests.telemetry import RecordingTelemetry

PERIOD = (milliseconds(START), milliseconds(START + timedelta(days=1)))


async def outage(folder: Path, *, is_over: bool = True) -> Span:
    """Let a clinic lose its link for four minutes; return when the daemon was awake."""
    world, clock = World(), FakeClock()
    stage = Stage(fleet(clinic()), world, clock, folder)
    async with stage.playing():
        await clock.advance(60)
        world.silence("cs")
        await clock.advance(240)
        if is_over:
            world.speak("cs")
            await clock.advance(120)
        stage.pipeline.rest()
    return milliseconds(START) + 1000, milliseconds(clock.now())


def states(record: Record, component: str) -> list[str]:
    return [step.state for step in record.steps[component]]


async def test_the_story_of_a_daemon_is_read_back(tmp_path: Path) -> None:
    life = await outage(tmp_path)
    record = read(tmp_path / "journal.db", PERIOD)
    assert states(record, "cs/link/cfe") == ["up", "down", "up"]
    assert [incident.cause for incident in record.incidents] == ["undetermined"]
    assert record.lives == (life,)
    assert record.seen_until == life[1]
    assert [step.state for step in record.monitor][-1] == "up"
    assert record.unreadable == 0


async def test_an_incident_that_is_open_is_read_too(tmp_path: Path) -> None:
    await outage(tmp_path, is_over=False)
    (incident,) = read(tmp_path / "journal.db", PERIOD).incidents
    assert incident.closed_at is None


async def test_of_before_the_period_only_the_last_state_is_read(tmp_path: Path) -> None:
    await outage(tmp_path)
    after = (PERIOD[0] + 7_200_000, PERIOD[1])
    record = read(tmp_path / "journal.db", after)
    assert states(record, "cs/link/cfe") == ["up"]
    assert record.steps["cs/link/cfe"][0].since_ms < after[0]
    assert record.incidents == ()


async def test_of_after_the_period_nothing_is_read(tmp_path: Path) -> None:
    await outage(tmp_path)
    before = (PERIOD[0] - 7_200_000, PERIOD[0])
    record = read(tmp_path / "journal.db", before)
    assert record.steps.get("cs/link/cfe") is None
    assert record.incidents == ()


async def test_orders_are_kept_beyond_their_month(tmp_path: Path) -> None:
    clock = FakeClock()
    journal = Journal(tmp_path / "journal.db", clock, RecordingTelemetry())
    journal.open()
    windows = Windows(journal)
    order = AddWindow(
        {"reason": "Cambio de fibra, folio 4711", "by": "CFE", "sites": ["cs"], "lasts": "1h"}
    )
    first = windows.add(order, fleet(clinic()), clock.now())
    assert isinstance(first, MaintenanceWindow)
    clock.skip(600)
    windows.end(first.id, clock.now())
    clock.skip(40 * 86_400)
    windows.add(order, fleet(clinic()), clock.now())  # the first is forgotten by the daemon
    assert len(windows._records) == 1
    await journal.close()
    orders = read(tmp_path / "journal.db", PERIOD).orders
    assert [(name, record.ended_at is not None) for name, record in orders][:2] == [
        (first.id, False), (first.id, True),
    ]  # fmt: skip


async def test_rows_that_cannot_be_read_are_counted_and_left_out(tmp_path: Path) -> None:
    await outage(tmp_path)
    with closing(sqlite3.connect(tmp_path / "journal.db")) as database, database:
        database.execute("INSERT INTO past_incident VALUES ('torn', '{')")
        database.execute("INSERT INTO incident VALUES ('torn', '{')")
        database.execute("INSERT INTO past_window VALUES ('20261121-000000/torn', '{')")
    record = read(tmp_path / "journal.db", PERIOD)
    assert record.unreadable == 3
    assert len(record.incidents) == 1


async def test_a_journal_is_read_while_its_daemon_writes(tmp_path: Path) -> None:
    world, clock = World(), FakeClock()
    stage = Stage(fleet(clinic()), world, clock, tmp_path)
    async with stage.playing():
        await clock.advance(60)
        await stage.journal._flush()
        record = await asyncio.to_thread(read, tmp_path / "journal.db", PERIOD)
    assert states(record, "cs") == ["up"]


async def test_a_copy_is_as_good(tmp_path: Path) -> None:
    await outage(tmp_path)
    shutil.copy(tmp_path / "journal.db", tmp_path / "copy.db")
    assert read(tmp_path / "copy.db", PERIOD) == read(tmp_path / "journal.db", PERIOD)


def test_what_is_no_journal_says_so(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="there is no journal; name the one"):
        read(tmp_path / "missing.db", PERIOD)
    (tmp_path / "text.db").write_text("no database at all, but long enough to be looked at" * 50)
    with pytest.raises(RecordError, match="is this the journal of a daemon"):
        read(tmp_path / "text.db", PERIOD)
    with closing(sqlite3.connect(tmp_path / "old.db")) as database, database:
        database.execute("CREATE TABLE standing (key TEXT PRIMARY KEY, body TEXT)")
    with pytest.raises(RecordError, match="it holds no history"):
        read(tmp_path / "old.db", PERIOD)
