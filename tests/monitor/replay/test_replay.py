"""Stored readings judged again: the same under the same settings, other under others."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from config.fleet import Fleet
from monitor.replay.replay import Replay, Told, VantageError
from monitor.replay.stored import stored_events
from monitor.vocabulary import Phase
from tests.clock import START
from tests.monitor.replay.recorded import recorded, written
from tests.monitor.story import clinic, fleet, hospital
from tests.telemetry import RecordingTelemetry


async def replayed(
    listed: Fleet, folder: Path, lines: Iterable[str], vantage: str | None = None
) -> Told:
    path = written(folder / "readings.jsonl", lines)
    replay = Replay(listed, RecordingTelemetry(), folder, START, vantage)
    try:
        for _ in replay.play(stored_events(path)):
            continue
    finally:
        await replay.close()
    return replay.told


async def test_the_same_settings_call_for_the_same(tmp_path: Path) -> None:
    stage, lines = await recorded(tmp_path / "life")
    told = await replayed(fleet(hospital()), tmp_path, lines)
    lived = {event.id: event for event in stage.incidents()}
    again = {story.event.id: story.event for story in told.stories.values()}
    assert told.pages == stage.pages() == 2
    assert [(e.cause, e.priority, e.opened_at) for e in again.values()] == [
        (e.cause, e.priority, e.opened_at) for e in lived.values()
    ]
    assert {event.phase for event in again.values()} == {Phase.CLOSED}
    assert told.readings == len(lines)
    assert told.strange.total() == 0


async def test_other_budgets_call_at_other_times(tmp_path: Path) -> None:
    _, lines = await recorded(tmp_path / "life")
    usual = await replayed(fleet(hospital()), tmp_path, lines)
    nervous = fleet(
        hospital(), classes={name: {"false_downs": 1000, "false_pages": 1000}
                             for name in ("life", "hospital")},
    )  # fmt: skip
    hasty = await replayed(nervous, tmp_path, lines)
    first, sooner = (next(iter(told.stories.values())).called_at[0] for told in (usual, hasty))
    assert sooner < first


async def test_a_patient_class_calls_nobody_for_a_short_outage(tmp_path: Path) -> None:
    _, lines = await recorded(tmp_path / "life")
    patient = fleet(
        hospital(areas=[]), bursts={"fiber": "20s"}, power={"confirm": "60s"},
    )  # fmt: skip
    told = await replayed(patient, tmp_path, lines)
    assert told.pages == 0
    assert {key.split("#")[0] for key in told.strange} == {
        "hg/area/uci", "hg/area/urgencias", "hg/area/quirofano",
    }  # fmt: skip


async def test_a_list_without_the_site_leaves_all_out(tmp_path: Path) -> None:
    _, lines = await recorded(tmp_path / "life")
    told = await replayed(fleet(clinic()), tmp_path, lines)
    assert told.known_readings == 0
    assert told.stories == {}


async def test_two_vantages_are_not_mixed(tmp_path: Path) -> None:
    _, lines = await recorded(tmp_path / "life")
    both = [*lines[:40], lines[40].replace('"vantage":"noc"', '"vantage":"otro"'), *lines[41:]]
    with pytest.raises(VantageError, match="`noc` and `otro` saw: choose one of them"):
        await replayed(fleet(hospital()), tmp_path, both)
    chosen = await replayed(fleet(hospital()), tmp_path, both, vantage="noc")
    assert chosen.readings == len(lines) - 1
    assert chosen.pages == 2


async def test_a_gap_of_days_is_passed_in_large_steps(tmp_path: Path) -> None:
    _, lines = await recorded(tmp_path / "life")
    later = [lines[0], lines[-1].replace("2026-11-21", "2026-11-28")]
    told = await replayed(fleet(hospital()), tmp_path, later)
    assert told.readings == 2
    assert told.stories == {}
