"""A hundred viewers who read the stream of events, as so many browsers would."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp


class Crowd:
    """`heard` is how many messages have come, over all viewers."""

    def __init__(self) -> None:
        self.heard = 0

    async def listen(self, session: aiohttp.ClientSession, url: str) -> None:
        async with session.get(f"{url}/events?lang=es") as answer:
            async for line in answer.content:
                self.heard += line.startswith(b"event: news")


@asynccontextmanager
async def crowd(url: str, count: int) -> AsyncIterator[Crowd]:
    """Have so many viewers while the block runs."""
    timeout = aiohttp.ClientTimeout(total=None)
    connector = aiohttp.TCPConnector(limit=0)
    async with (
        aiohttp.ClientSession(timeout=timeout, connector=connector, read_bufsize=2**20) as session,
        asyncio.TaskGroup() as group,
    ):
        viewers = Crowd()
        tasks = [
            group.create_task(viewers.listen(session, url), name=f"viewer {number}")
            for number in range(count)
        ]
        yield viewers
        for task in tasks:
            task.cancel()
