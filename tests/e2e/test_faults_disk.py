"""A disk that is full, gone bad or closed for writing: paging goes on, from memory."""

import shutil
import sqlite3
from functools import partial
from operator import eq
from pathlib import Path
from typing import BinaryIO

import pytest

from monitor.journal import Journal
from tests.clock import FakeClock
from tests.e2e.faults_daemon import Daemon, clinic
from tests.e2e.faults_door import Door
from tests.e2e.faults_namespace import in_namespace
from tests.servers.webhook import WebhookReceiver
from tests.telemetry import RecordingTelemetry

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(60)]

WRITABLE = "guardia_journal_writable"
ON_A_MEGABYTE = 'mount -t tmpfs -o size=1m tmpfs "$0"'
READ_ONLY = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0"'


def fill(disk: Path) -> Path:
    """Leave not a byte free; return what to remove to have it back."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as heavy, pytest.raises(OSError, match="No space left"):
        pour(heavy)
    return ballast


def pour(heavy: BinaryIO) -> None:
    while True:
        heavy.write(bytes(4096))


async def test_a_full_disk_is_told_once_and_holds_no_page_back(tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.mkdir()
    wrapper = in_namespace("mount", setup=ON_A_MEGABYTE, about=state)
    async with Door() as door, WebhookReceiver() as noc:
        exporters = {"webhook": {"url": noc.url}}
        async with Daemon(
            tmp_path, [clinic(door.target)], wrapper=wrapper, exporters=exporters
        ) as daemon:
            await daemon.until_state("link/link1", "up")
            await daemon.until_metric(WRITABLE, partial(eq, 1))
            disk = Path(f"/proc/{daemon.pid}/root{state}")
            ballast = fill(disk)
            await door.shut()
            await noc.wait_for(1)
            await daemon.until_metric(WRITABLE, partial(eq, 0))
            await door.open()
            await noc.wait_for(2)  # the end is told from memory, too
            assert [body["notification"] for body in noc.bodies] == ["opened", "closed"]
            assert len(daemon.logged("ERROR monitor.journal", "disk is full")) == 1
            assert len(daemon.logged("ERROR", "the disk refuses; telling all the same")) == 1
            assert await daemon.get("/-/healthy") == (200, "healthy\n")

            ballast.unlink()
            await daemon.until_metric(WRITABLE, partial(eq, 1))
            await daemon.until_logged("recovered subject=journal")
            incident = noc.bodies[0]["incident"]["id"]
            await daemon.until(partial(remembers, disk, tmp_path / "copy", incident))


def remembers(disk: Path, copy: Path, incident: str) -> bool:
    """Tell whether the journal on disk has the incident, with nothing owed of it.

    SQLite would follow /proc/PID/root back out of the daemon's namespace: so a copy is read.
    """
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(disk, copy)
    reading = sqlite3.connect(copy / "journal.db")
    try:
        ((known,),) = reading.execute("SELECT key FROM incident").fetchall()
        ((told,),) = reading.execute("SELECT body FROM delivery").fetchall()
    finally:
        reading.close()
    return known == incident and '"told_closed":true' in told


async def test_a_damaged_journal_is_set_aside_and_everything_found_anew(tmp_path: Path) -> None:
    async with Door() as door, WebhookReceiver() as noc:
        exporters = {"webhook": {"url": noc.url}}
        daemon = Daemon(tmp_path, [clinic(door.target)], exporters=exporters)
        async with daemon:
            await daemon.until_state("link/link1", "up")
        before = damage(daemon.journal)
        await door.shut()
        async with daemon:
            told = await daemon.until_logged("ERROR", "journal damaged")
            aside = Path(told.rpartition("kept_as=")[2])
            assert aside.read_bytes() == before
            await daemon.until_incidents(1)
            await noc.wait_for(1)
            await daemon.until_metric(WRITABLE, partial(eq, 1))
        assert len(noc.received) == 1


def damage(journal: Path) -> bytes:
    """Overwrite every page but the first, as a failing disk might; return what is there now."""
    written = bytearray(journal.read_bytes())
    assert len(written) > 8192
    written[4096:] = bytes(len(written) - 4096)
    journal.write_bytes(written)
    return bytes(written)


async def test_no_id_is_given_out_again_when_the_journal_is_lost(tmp_path: Path) -> None:
    """A receiver that knows the key of the earlier incident would drop the page of the later."""
    clock = FakeClock()
    given = []
    for life in ("before", "after"):
        journal = Journal(tmp_path / life, clock, RecordingTelemetry())
        journal.open()
        journal.load_incidents()
        given.append(journal.number(clock.now()))
        await journal.close()
        await clock.advance(60)
    assert given[0] != given[1]


async def test_a_read_only_disk_at_the_start_is_told_and_paging_goes_on(tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.mkdir()
    wrapper = in_namespace("mount", setup=READ_ONLY, about=state)
    async with Door() as door, WebhookReceiver() as noc:
        exporters = {"webhook": {"url": noc.url}}
        async with Daemon(
            tmp_path, [clinic(door.target)], wrapper=wrapper, exporters=exporters
        ) as daemon:
            await daemon.until_state("link/link1", "up")
            await door.shut()
            await noc.wait_for(1)
            assert await daemon.metric(WRITABLE) == 0
            assert daemon.logged("ERROR")
