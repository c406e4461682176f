"""Deadlines end what takes too long, and nothing else."""

import asyncio

import pytest

from probes.deadlines import Deadlines

ON_BOTH_LOOPS = True


async def test_what_takes_too_long_ends_by_a_timeout() -> None:
    deadlines = Deadlines()
    with pytest.raises(TimeoutError), deadlines.within(0.02) as deadline:
        await asyncio.Event().wait()

    assert deadline.expired
    task = asyncio.current_task()
    assert task is not None
    assert not task.cancelling()


async def test_what_ends_in_time_is_left_alone_afterwards() -> None:
    deadlines = Deadlines()
    with deadlines.within(0.01) as over:
        pass
    with pytest.raises(TimeoutError), deadlines.within(0.05) as waited_for:
        await asyncio.Event().wait()

    assert (over.expired, waited_for.expired) == (False, True)


async def test_an_earlier_one_is_not_kept_waiting_by_a_later() -> None:
    deadlines, ended = Deadlines(), list[float]()

    async def run(timeout_s: float) -> None:
        try:
            with deadlines.within(timeout_s):
                await asyncio.Event().wait()
        except TimeoutError:
            ended.append(timeout_s)

    async with asyncio.TaskGroup() as group:
        for timeout_s in (0.12, 0.02, 0.07):
            group.create_task(run(timeout_s))

    assert ended == [0.02, 0.07, 0.12]


async def test_whoever_cancels_is_not_told_of_a_timeout() -> None:
    deadlines = Deadlines()

    async def run() -> None:
        with deadlines.within(5.0):
            await asyncio.Event().wait()

    task = asyncio.ensure_future(run())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    deadlines.close()


async def test_a_cancellation_on_top_of_a_timeout_stays_a_cancellation() -> None:
    deadlines = Deadlines()

    async def run() -> None:
        with deadlines.within(5.0) as deadline:
            deadline.expire()
            await asyncio.Event().wait()

    task = asyncio.ensure_future(run())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    deadlines.close()


async def test_other_errors_pass_through() -> None:
    deadlines = Deadlines()
    with pytest.raises(ZeroDivisionError), deadlines.within(5.0):
        raise ZeroDivisionError
    deadlines.close()
