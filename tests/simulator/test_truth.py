import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from simulator import truth
from simulator.truth import Happening, TruthLog

START = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
DOWN = Happening("a", "link/cfe", "down", {"cause": "link"})
UP = Happening("a", "link/cfe", "up")


def test_every_record_is_on_disk_before_the_next_one(tmp_path: Path) -> None:
    path = tmp_path / "truth.jsonl"
    log = TruthLog(path, START)
    log.write(1.25, [DOWN])
    assert json.loads(path.read_text()) == {
        "n": 1,
        "t": 1.25,
        "at": "2026-11-21T09:00:01.250Z",
        "site": "a",
        "component": "link/cfe",
        "what": "down",
        "cause": "link",
    }
    log.write(2.0, [UP, DOWN])
    assert len(path.read_text().splitlines()) == 3
    log.close()


def test_records_are_asked_for_by_number() -> None:
    log = TruthLog(None, START)
    log.write(1.0, [DOWN, UP, DOWN])
    assert [record["n"] for record in log.since(1, 10)] == [2, 3]
    assert [record["n"] for record in log.since(0, 2)] == [1, 2]
    assert log.since(3, 10) == []


def test_old_records_are_forgotten_but_numbers_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(truth, "MOST_KEPT", 2)
    log = TruthLog(None, START)
    for second in range(10):
        log.write(float(second), [DOWN])
    assert log.count == 10
    assert log.since(0, 100)[-1]["n"] == 10
    assert [record["n"] for record in log.since(9, 100)] == [10]
