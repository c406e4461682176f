"""The boundary around one run: whatever happens, one answer, or the end."""

import asyncio

import pytest

from probes.deadlines import Deadlines
from probes.reading import Reading, Reason
from probes.runs import MOST_IDLE, Runs

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


async def test_runs_one_after_the_other_share_a_task() -> None:
    async def ask(in_doubt: bool) -> Reading:
        tasks.append(asyncio.current_task())
        await asyncio.sleep(0)
        return GOOD

    async def once() -> Reading:
        answered: asyncio.Future[Reading] = asyncio.get_running_loop().create_future()
        question(False, answered.set_result)
        return await answered

    runs, tasks = Runs(), list[asyncio.Task[object] | None]()
    question = runs.question("cs/link/cfe#http", ask)
    async with asyncio.TaskGroup() as group:
        serving = group.create_task(runs.serve())
        await asyncio.sleep(0)
        assert [await once() for _ in range(3)] == [GOOD] * 3
        assert len(set(tasks)) == 1
        await asyncio.gather(*(once() for _ in range(MOST_IDLE + 10)))
        await asyncio.sleep(0)
        assert len(asyncio.all_tasks()) <= MOST_IDLE + 2
        serving.cancel()


async def test_a_deadline_ends_its_own_run_and_not_the_next_of_that_task() -> None:
    async def too_long(in_doubt: bool) -> Reading:
        try:
            with deadlines.within(0.001):
                await asyncio.Event().wait()
        except TimeoutError:
            return Reading.failed(Reason.CONNECT_TIMEOUT, "late")
        return GOOD

    async def sound(in_doubt: bool) -> Reading:
        await asyncio.sleep(0)
        return GOOD

    runs, deadlines, answers = Runs(), Deadlines(), asyncio.Queue[Reading]()
    async with asyncio.TaskGroup() as group:
        serving = group.create_task(runs.serve())
        await asyncio.sleep(0)
        for ask in (too_long, sound, too_long, sound):
            runs.question("cs/link/cfe#http", ask)(False, answers.put_nowait)
            assert (await answers.get()).success is (ask is sound)
        serving.cancel()
    deadlines.close()


async def test_a_question_while_the_runs_end_is_refused_and_none_hangs() -> None:
    async def ask(in_doubt: bool) -> Reading:
        return GOOD

    runs, answers = Runs(), list[Reading]()
    question = runs.question("cs/link/cfe#http", ask)
    async with asyncio.TaskGroup() as group:
        serving = group.create_task(runs.serve())
        await asyncio.sleep(0)
        question(False, answers.append)
        await asyncio.sleep(0)
        serving.cancel()
    with pytest.raises(RuntimeError):
        question(False, answers.append)
    assert answers == [GOOD]
