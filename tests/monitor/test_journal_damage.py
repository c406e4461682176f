"""Whatever a failing disk makes of the journal, the daemon starts."""

import random
import sqlite3
from pathlib import Path

import pytest

from monitor.journal import Journal
from monitor.memory import StandingRecord
from monitor.vocabulary import State
from tests.clock import START, FakeClock
from tests.telemetry import RecordingTelemetry

pytestmark = pytest.mark.heavy

UP = StandingRecord(
    state=State.UP, since=START, because="", beliefs={}, figures=None, figures_at=None
)
RECORDS = 30


def opened(path: Path) -> Journal:
    journal = Journal(path, FakeClock(), RecordingTelemetry())
    journal.open()
    return journal


@pytest.fixture
async def path(tmp_path: Path) -> Path:
    """A journal of several pages."""
    path = tmp_path / "journal.db"
    journal = opened(path)
    for number in range(RECORDS):
        journal.save_standing(f"hg-{number}/link/cfe", UP)
    await journal.close()
    return path


async def test_a_text_that_is_not_utf_8_spoils_its_row_and_not_the_start(path: Path) -> None:
    with sqlite3.connect(path) as database:
        spoilt = b'{"state": "\xff\xfe'
        database.execute(
            "UPDATE standing SET body = CAST(? AS TEXT) WHERE key = 'hg-7/link/cfe'", (spoilt,)
        )
    database.close()
    journal = opened(path)
    assert journal.load_standings().keys() == {
        f"hg-{number}/link/cfe" for number in range(RECORDS) if number != 7
    }
    await journal.close()


@pytest.mark.parametrize("seed", range(40))
async def test_no_damage_keeps_it_from_starting(path: Path, seed: int) -> None:
    chance = random.Random(seed)
    written = bytearray(path.read_bytes())
    at = chance.randrange(100, len(written))  # the first 100 bytes say whose file it is
    written[at : at + 64] = chance.randbytes(64)
    if seed % 2:
        del written[chance.randrange(len(written)) :]
    path.write_bytes(written)
    journal = opened(path)
    for loaded in (journal.load_standings(), journal.load_sites(), journal.load_incidents()):
        assert len(loaded) <= RECORDS
    journal.save_standing("hg/link/cfe", UP)
    await journal.close()
    again = opened(path)
    assert again.load_standings()["hg/link/cfe"] == UP
    await again.close()
