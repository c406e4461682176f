"""What was lost while our own loop stood still was lost by us."""

import asyncio

import pytest

from monitor.stalls import BEAT_S, KEPT, Stalls
from tests.clock import FakeClock
from tests.telemetry import RecordingTelemetry


def beating(clock: FakeClock) -> tuple[Stalls, RecordingTelemetry]:
    telemetry = RecordingTelemetry()
    return Stalls(clock, telemetry), telemetry


def beat_for(seconds: float, stalls: Stalls, clock: FakeClock) -> None:
    """Let the heart beat in time for so long."""
    until_s = clock.monotonic() + seconds
    while clock.monotonic() < until_s:
        clock.skip(BEAT_S)
        stalls.beat()


def test_a_steady_heart_knows_no_stall(clock: FakeClock) -> None:
    stalls, telemetry = beating(clock)
    begun_s = clock.monotonic()
    beat_for(5.0, stalls, clock)
    assert stalls.within_s(begun_s, clock.monotonic()) == 0
    assert telemetry.stalls_s == []


def test_a_stall_counts_for_the_runs_it_overlaps(clock: FakeClock) -> None:
    stalls, telemetry = beating(clock)
    begun_s = clock.monotonic()
    clock.skip(2.0)
    stalls.beat()
    clock.skip(BEAT_S)
    stalls.beat()
    assert stalls.within_s(begun_s, clock.monotonic()) == 2.0
    assert stalls.within_s(clock.monotonic() - BEAT_S, clock.monotonic()) == 0
    assert len(telemetry.stalls_s) == 1


def test_a_stall_that_the_heart_has_not_noticed_yet_counts_too(clock: FakeClock) -> None:
    stalls, _ = beating(clock)
    begun_s = clock.monotonic()
    clock.skip(3.0)
    assert stalls.within_s(begun_s, clock.monotonic()) > 2.9


def test_the_memory_of_stalls_is_bounded(clock: FakeClock) -> None:
    stalls, telemetry = beating(clock)
    for _ in range(KEPT * 3):
        clock.skip(1.0)
        stalls.beat()
    assert len(telemetry.stalls_s) == KEPT * 3
    assert stalls.within_s(0, clock.monotonic()) <= KEPT * 1.01


async def test_run_beats_by_itself(clock: FakeClock) -> None:
    stalls, telemetry = beating(clock)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(stalls.run(), name="stalls")
        await clock.advance(1)
        clock.skip(1.5)
        await clock.advance(1)
        task.cancel()
    assert len(telemetry.stalls_s) == 1


@pytest.mark.parametrize(
    ("lasted_s", "stood_still_s", "is_ours"),
    [(1.0, 0.25, True), (1.0, 0.15, False), (5.0, 0.25, False), (5.0, 0.6, True)],
)
def test_a_run_is_ours_if_we_stood_still_for_much_of_it(
    clock: FakeClock, lasted_s: float, stood_still_s: float, *, is_ours: bool
) -> None:
    stalls, _ = beating(clock)
    began_s = clock.monotonic()
    clock.skip(stood_still_s + BEAT_S)
    stalls.beat()
    beat_for(began_s + lasted_s - clock.monotonic(), stalls, clock)
    assert stalls.may_have_hidden_an_answer(began_s, lasted_s) is is_ours


def test_what_came_back_before_we_stood_still_was_not_missed(clock: FakeClock) -> None:
    stalls, _ = beating(clock)
    began_s = clock.monotonic()
    beat_for(2.0, stalls, clock)
    clock.skip(1.0)
    stalls.beat()
    assert not stalls.may_have_hidden_an_answer(began_s, 2.0)
    assert stalls.may_have_hidden_an_answer(began_s, 2.5)
