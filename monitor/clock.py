"""The real clock, behind the port that tests replace."""

import asyncio
import contextlib
import time
from datetime import UTC, datetime


class SystemClock:
    """Durations from CLOCK_MONOTONIC, stamps for people from the wall clock in UTC."""

    monotonic = staticmethod(time.monotonic)  # asked several times for each run

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def wait(self, event: asyncio.Event, seconds: float) -> None:
        """Return when the event is set or the time is over, whichever comes first."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await event.wait()
