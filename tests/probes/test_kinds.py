"""Questions by kind: what needs a task to wait, and what does not."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial

import pytest_asyncio

from config.component import Probe
from config.probe import IcmpSettings
from probes.kinds import Kinds
from probes.reading import Reading


@pytest_asyncio.fixture
async def kinds(icmp_permitted: None) -> AsyncIterator[Kinds]:
    opened = Kinds.open(on_ignored=lambda _why, _count: None, on_dropped=lambda _count: None)
    yield opened
    await opened.close()


def ping(target: str) -> Probe:
    return Probe(f"cs/link/cfe#{target}", "cs/link/cfe", IcmpSettings(target=target), 30.0, 1.0)


async def asked(kinds: Kinds, target: str) -> Reading:
    came: asyncio.Future[Reading] = asyncio.get_running_loop().create_future()
    kinds.question(ping(target))(False, came.set_result)
    return await came


async def test_an_address_is_asked_without_a_task(kinds: Kinds) -> None:
    before = len(asyncio.all_tasks())
    came: asyncio.Future[Reading] = asyncio.get_running_loop().create_future()
    kinds.question(ping("127.0.0.1"))(False, came.set_result)
    assert len(asyncio.all_tasks()) == before
    assert (await came).success


async def test_a_name_waits_for_its_address_in_a_task_and_then_needs_none(kinds: Kinds) -> None:
    async with asyncio.TaskGroup() as group:
        serving = group.create_task(kinds.serve())
        await asyncio.sleep(0)
        assert (await asked(kinds, "localhost")).success
        serving.cancel()
    assert (await asked(kinds, "localhost")).success


async def test_an_address_keeps_nothing_of_what_only_a_name_needs(kinds: Kinds) -> None:
    echo = kinds.question(ping("127.0.0.1")).__self__  # type: ignore[attr-defined]
    held = [getattr(echo, name) for name in type(echo).__slots__]
    assert not any(isinstance(one, partial) for one in held)
