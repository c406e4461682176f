"""What must survive `kill -9`, a full disk and a damaged file."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.events import IncidentEvent
from monitor.journal import Journal
from monitor.journal_file import JournalFile, JournalVersionError
from monitor.ledger import KEPT_CLOSED, SPARE, IncidentRecord, Ledger
from monitor.memory import StandingRecord
from monitor.ports import Delivery
from monitor.vocabulary import Phase, Priority, State
from tests.clock import START, FakeClock
from tests.monitor.sample import incident_event
from tests.telemetry import RecordingTelemetry

UP = StandingRecord(
    state=State.UP, since=START, because="", beliefs={}, figures=None, figures_at=None
)


def record(event: IncidentEvent) -> IncidentRecord:
    return IncidentRecord(
        key="link", event=event, paged_priority=Priority.P1, paged_areas=frozenset({"hg/area/uci"})
    )


def opened(number: str = "20261121-0001") -> IncidentEvent:
    return incident_event(id=number)


def closed(number: str = "20261121-0001", minutes: int = 5) -> IncidentEvent:
    return incident_event(
        id=number, phase=Phase.CLOSED, closed_at=START + timedelta(minutes=minutes)
    )


@asynccontextmanager
async def journal(
    path: Path, telemetry: RecordingTelemetry | None = None
) -> AsyncIterator[Journal]:
    kept = Journal(path, FakeClock(), telemetry or RecordingTelemetry())
    kept.open()
    kept.load_incidents()
    async with asyncio.TaskGroup() as group:
        writer = group.create_task(kept.run(), name="journal")
        try:
            yield kept
        finally:
            writer.cancel()
    await kept.close()


async def test_what_was_settled_is_there_without_a_goodbye(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    async with journal(path) as kept:
        kept.save_standing("hg/link/cfe", UP)
        kept.save_incident(record(opened()))
        assert await kept.settled()
        other = sqlite3.connect(f"file:{path}?mode=ro", uri=True)  # as after kill -9
        assert other.execute("SELECT key FROM standing").fetchall() == [("hg/link/cfe",)]
        assert other.execute("SELECT count(*) FROM incident").fetchone() == (1,)
        other.close()


async def test_what_may_wait_is_written_in_company_or_when_told(tmp_path: Path) -> None:
    kept = Journal(tmp_path / "journal.db", FakeClock(), RecordingTelemetry())
    kept.open()
    kept.save_standing("hg/ups", UP, may_wait=True)
    assert not kept._dirty.is_set()
    kept.hurry()
    assert kept._dirty.is_set()
    kept._dirty.clear()
    await kept._flush()
    kept.hurry()  # nothing waits
    assert not kept._dirty.is_set()
    kept.save_standing("hg/ups", UP, may_wait=True)
    kept.save_standing("hg/link/cfe", UP)
    assert kept._dirty.is_set()
    kept.save_standing("cs/ups", UP, may_wait=True)
    await kept.close()  # a goodbye writes it, too
    again = Journal(tmp_path / "journal.db", FakeClock(), RecordingTelemetry())
    again.open()
    assert again.load_standings().keys() == {"hg/ups", "hg/link/cfe", "cs/ups"}
    await again.close()


async def test_states_and_open_incidents_come_back(tmp_path: Path) -> None:
    async with journal(tmp_path / "journal.db") as kept:
        kept.save_standing("hg/link/cfe", UP)
        kept.save_incident(record(opened()))
    again = Journal(tmp_path / "journal.db", FakeClock(), RecordingTelemetry())
    again.open()
    (incident,) = again.load_incidents()
    assert incident.event == opened()
    assert incident.paged_areas == {"hg/area/uci"}
    assert again.load_standings() == {"hg/link/cfe": UP}
    assert again.number(START) not in ("", opened().id)
    await again.close()


async def test_what_a_receiver_is_owed_comes_back(tmp_path: Path) -> None:
    async with journal(tmp_path / "journal.db") as kept:
        assert kept.deliveries("webhook") == []
        kept.save_incident(record(opened()))
        kept.record(Delivery("webhook", opened().id, told=1, memo="labels"))
        kept.save_incident(record(closed()))
    async with journal(tmp_path / "journal.db") as again:
        ((event, delivery),) = again.deliveries("webhook")
        assert event.phase is Phase.CLOSED
        assert (delivery.told, delivery.told_closed, delivery.memo) == (1, False, "labels")
        again.record(Delivery("webhook", event.id, told=1, told_closed=True))
        assert again.deliveries("webhook") == []


async def test_forgotten_things_are_gone(tmp_path: Path) -> None:
    async with journal(tmp_path / "journal.db") as kept:
        kept.save_standing("old", UP)
        assert await kept.settled()
        kept.forget(["old"], ["old"])
    again = Journal(tmp_path / "journal.db", FakeClock(), RecordingTelemetry())
    again.open()
    assert again.load_standings() == {}
    await again.close()


async def test_nothing_to_write_is_settled_at_once(tmp_path: Path) -> None:
    async with journal(tmp_path / "journal.db") as kept:
        assert await kept.settled()


@pytest.mark.parametrize("damage", [b"", b"SQLite format 3\0 and then garbage" * 200])
async def test_a_damaged_file_is_set_aside_and_a_new_one_begun(
    tmp_path: Path, damage: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "journal.db"
    path.write_bytes(damage)
    async with journal(path) as kept:
        kept.save_standing("hg", UP)
        assert await kept.settled()
    aside = [file for file in tmp_path.iterdir() if "damaged" in file.name]
    if damage:
        assert aside[0].read_bytes() == damage
        assert "journal damaged" in caplog.text
    else:
        assert aside == []  # an empty file is a new database


async def test_a_torn_row_costs_that_row_only(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    async with journal(path) as kept:
        kept.save_standing("good", UP)
        kept.save_incident(record(opened()))
    database = sqlite3.connect(path)
    with database:
        database.execute("INSERT INTO standing VALUES ('torn', '{\"state\": ')")
        database.execute("INSERT INTO site VALUES ('torn', 'x')")
        database.execute("INSERT INTO incident VALUES ('torn', '{}')")
        database.execute("INSERT INTO delivery VALUES ('torn', '{}')")
    database.close()
    again = Journal(path, FakeClock(), RecordingTelemetry())
    again.open()
    assert len(again.load_incidents()) == 1
    assert set(again.load_standings()) == {"good"}
    assert again.load_sites() == {}
    await again.close()


async def test_a_disk_that_refuses_is_told_once_and_loses_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    telemetry = RecordingTelemetry()
    monkeypatch.setattr("monitor.journal.RETRY_S", 0.0)
    async with journal(tmp_path / "journal.db", telemetry) as kept:
        write = kept._file.write

        def full(*_: object) -> None:
            raise sqlite3.OperationalError("database or disk is full")

        monkeypatch.setattr(kept._file, "write", full)
        kept.save_standing("hg", UP)
        assert not await kept.settled()
        kept.save_standing("hg/link/cfe", UP)
        assert not await kept.settled()
        assert not telemetry.writable
        assert caplog.text.count("disk is full") == 1
        monkeypatch.setattr(kept._file, "write", write)
        while not await kept.settled():
            pass
        assert telemetry.writable
    again = Journal(tmp_path / "journal.db", FakeClock(), telemetry)
    again.open()
    assert set(again.load_standings()) == {"hg", "hg/link/cfe"}
    await again.close()


async def test_a_newer_value_is_not_overwritten_by_one_that_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = Journal(tmp_path / "journal.db", FakeClock(), RecordingTelemetry())
    kept.open()
    write = kept._file.write
    newer = replace(UP, state=State.DOWN)

    def full(*_: object) -> None:
        kept._pending["standing", "hg"] = newer.to_json()  # saved while writing
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(kept._file, "write", full)
    kept.save_standing("hg", UP)
    assert not await kept._flush()
    monkeypatch.setattr(kept._file, "write", write)
    assert await kept._flush()
    assert kept.load_standings()["hg"].state is State.DOWN
    await kept.close()


async def test_no_directory_to_write_to_still_runs(tmp_path: Path) -> None:
    telemetry = RecordingTelemetry()
    kept = Journal(tmp_path / "missing" / "journal.db", FakeClock(), telemetry)
    kept.open()
    assert kept.load_incidents() == []
    assert not telemetry.writable
    kept.save_standing("hg", UP)
    await kept.close()


@pytest.mark.parametrize(
    "refusal", ["database or disk is full", "attempt to write a readonly database"]
)
async def test_a_disk_that_refuses_at_the_start_does_not_make_us_forget(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refusal: str
) -> None:
    path, telemetry = tmp_path / "journal.db", RecordingTelemetry()
    async with journal(path) as kept:
        kept.save_incident(record(opened()))
        kept.save_standing("hg", UP)

    def refuse(_self: JournalFile) -> sqlite3.Connection:
        raise sqlite3.OperationalError(refusal)

    with monkeypatch.context() as disk:
        disk.setattr(JournalFile, "_connect", refuse)
        again = Journal(path, FakeClock(), telemetry)
        again.open()
        assert [incident.event for incident in again.load_incidents()] == [opened()]
        assert set(again.load_standings()) == {"hg"}
        assert not telemetry.writable
        again.save_standing("hg/link/cfe", UP)
        assert not await again._flush()
    assert await again._flush()  # there is room again
    assert set(again.load_standings()) == {"hg", "hg/link/cfe"}
    await again.close()


async def test_a_damaged_file_on_a_disk_that_refuses_still_lets_us_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, telemetry = tmp_path / "journal.db", RecordingTelemetry()
    path.write_bytes(b"no database at all" * 100)

    def refuse(_self: Path, _target: Path) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(Path, "rename", refuse)
    kept = Journal(path, FakeClock(), telemetry)
    kept.open()
    assert kept.load_incidents() == []
    assert not telemetry.writable
    await kept.close()


async def test_a_journal_of_another_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    database = sqlite3.connect(path)
    database.execute("PRAGMA user_version = 99")
    database.close()
    with pytest.raises(JournalVersionError, match="another version"):
        Journal(path, FakeClock(), RecordingTelemetry()).open()
    assert [file.name for file in tmp_path.iterdir()] == ["journal.db"]


def test_a_receiver_is_not_owed_what_closed_before_it_came() -> None:
    ledger = Ledger()
    ledger.add(record(closed("20261120-0001")))
    ledger.add(record(opened("20261121-0001")))
    assert [event.id for event, _ in ledger.deliveries("new")] == ["20261121-0001"]


def test_an_id_tells_its_second_and_counts_within_it() -> None:
    ledger = Ledger()
    assert [ledger.number(START) for _ in range(3)] == [
        "20261121-090000", "20261121-090000-2", "20261121-090000-3",
    ]  # fmt: skip
    assert ledger.number(START + timedelta(seconds=1)) == "20261121-090001"


def test_an_id_is_not_given_twice_when_the_clock_is_set_back() -> None:
    ledger = Ledger()
    ledger.add(record(opened("20261121-090000")))
    ledger.add(record(opened("20261121-090000-2")))
    assert ledger.number(START + timedelta(hours=1)) == "20261121-100000"
    assert ledger.number(START) == "20261121-090000-3"


def test_old_and_too_many_closed_incidents_are_forgotten_open_ones_never() -> None:
    ledger = Ledger()
    ledger.add(record(opened("20261101-0001")))
    for count in range(KEPT_CLOSED + 3):
        ledger.add(record(closed(f"20261121-{count:04d}", minutes=count)))
    gone, _ = ledger.prune(START - timedelta(days=7))
    assert gone == ["20261121-0000", "20261121-0001", "20261121-0002"]
    gone, _ = ledger.prune(START + timedelta(days=7))
    assert len(gone) == KEPT_CLOSED
    assert [event.id for event in ledger.recent()] == ["20261101-0001"]


def test_what_is_owed_is_not_forgotten_for_want_of_room() -> None:
    ledger = Ledger()
    ledger.deliveries("webhook")
    for count in range(KEPT_CLOSED + 3):
        for delivery in ledger.add(record(closed(f"20261121-{count:04d}", minutes=count))):
            ledger.deliver(delivery)
    ledger.deliver(Delivery("webhook", "20261121-0001", told=1, told_closed=True))
    assert ledger.prune(START - timedelta(days=7))[0] == ["20261121-0001"]


def test_a_mass_outage_is_not_searched_for_old_incidents_at_every_event() -> None:
    ledger = Ledger()
    for count in range(KEPT_CLOSED + SPARE):
        ledger.add(record(opened(f"20261121-{count:04d}")))
    assert not ledger.is_crowded
    ledger.add(record(opened("20261122-0001")))
    assert ledger.is_crowded
    assert ledger.prune(START - timedelta(days=7)) == ([], [])
    for count in range(SPARE):
        assert not ledger.is_crowded
        ledger.add(record(opened(f"20261123-{count:04d}")))
    ledger.add(record(opened("20261124-0001")))
    assert ledger.is_crowded


async def test_a_write_broken_off_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = Journal(tmp_path / "journal.db", FakeClock(), RecordingTelemetry())
    kept.open()
    kept.save_standing("hg", UP)
    begun, go_on = threading.Event(), threading.Event()

    def fail_late(*_: object) -> None:
        begun.set()
        go_on.wait(5)
        raise sqlite3.OperationalError("disk I/O error")

    with monkeypatch.context() as disk:
        disk.setattr(kept._file, "write", fail_late)
        writing = asyncio.create_task(kept._flush())
        await asyncio.to_thread(begun.wait, 5)
        writing.cancel()
        go_on.set()
        with pytest.raises(asyncio.CancelledError):
            await writing
    await kept.close()
    again = Journal(tmp_path / "journal.db", FakeClock(), RecordingTelemetry())
    again.open()
    assert set(again.load_standings()) == {"hg"}
    await again.close()


def test_deliveries_are_forgotten_with_their_incidents() -> None:
    ledger = Ledger()
    ledger.deliveries("webhook")
    for delivery in ledger.add(record(closed())):
        ledger.deliver(delivery)
    _, deliveries = ledger.prune(START + timedelta(days=30))
    assert [delivery.receiver for delivery in deliveries] == ["webhook"]
