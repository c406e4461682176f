"""The boundary around one run: whatever happens, one answer, or the end."""

import asyncio

import pytest

from probes.reading import Reading, Reason
from probes.runs import Runs

GOOD = Reading(True, 0.01)


async def test_a_probe_that_raises_costs_one_failed_reading_of_our_own(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def broken(in_doubt: bool) -> Reading:
        raise ZeroDivisionError("a bug")

    async def sound(in_doubt: bool) -> Reading:
        return GOOD

    def answer(reading: Reading) -> None:
        answers.append(reading)
        if len(answers) == 2:
            both.set()

    runs, answers, both = Runs(), list[Reading](), asyncio.Event()
    async with asyncio.TaskGroup() as group:
        serving = group.create_task(runs.serve())
        await asyncio.sleep(0)
        runs.question("cs/link/cfe#icmp", broken)(False, answer)
        runs.question("cs/link/cfe#http", sound)(False, answer)
        await both.wait()
        serving.cancel()
    failed, answered = answers
    assert (failed.reason, failed.detail) == (
        Reason.INTERNAL_ERROR, "ZeroDivisionError('a bug')",
    )  # fmt: skip
    assert answered is GOOD
    assert "probe run failed probe=cs/link/cfe#icmp" in caplog.text


async def test_a_run_that_is_ended_is_no_reading() -> None:
    async def endless(in_doubt: bool) -> Reading:
        await asyncio.Event().wait()
        return GOOD

    runs, answers = Runs(), list[Reading]()
    async with asyncio.TaskGroup() as group:
        serving = group.create_task(runs.serve())
        await asyncio.sleep(0)
        runs.question("cs/link/cfe#http", endless)(True, answers.append)
        await asyncio.sleep(0)
        serving.cancel()
    assert answers == []


def test_nothing_is_asked_before_the_runs_are_served() -> None:
    async def never(in_doubt: bool) -> Reading:
        return GOOD

    with pytest.raises(RuntimeError, match="serve"):
        Runs().question("cs/link/cfe#http", never)(False, list[Reading]().append)
