"""Wakes one waiting task: at once when rung, or when its time has come."""

import asyncio

from monitor.ports import Clock


class Bell:
    """`ring` is for synchronous code; a ring while nobody waits is kept for the next wait."""

    def __init__(self, clock: Clock, name: str) -> None:
        self._clock = clock
        self._name = name
        self._rung = asyncio.Event()

    def ring(self) -> None:
        self._rung.set()

    async def wait(self, seconds: float | None = None) -> None:
        """Return when rung, or after `seconds` of the clock if given."""
        if seconds is None:
            await self._rung.wait()
        else:
            async with asyncio.TaskGroup() as group:
                timer = group.create_task(self._ring_after(seconds), name=f"{self._name}:timer")
                await self._rung.wait()
                timer.cancel()
        self._rung.clear()

    async def _ring_after(self, seconds: float) -> None:
        await self._clock.sleep(seconds)
        self._rung.set()
