"""The real clock, behind the port that tests replace."""

import asyncio
import time
from datetime import UTC, datetime


class SystemClock:
    """Durations from CLOCK_MONOTONIC, stamps for people from the wall clock in UTC."""

    def monotonic(self) -> float:
        return time.monotonic()

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
