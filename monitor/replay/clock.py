"""The time at which stored readings were taken."""

import asyncio
from datetime import datetime, timedelta


class ReplayClock:
    """`monitor.ports.Clock`, moved by what is read. It never goes back, and nobody waits on it."""

    def __init__(self, began_at: datetime) -> None:
        self._began_at = began_at
        self._elapsed_s = 0.0

    def monotonic(self) -> float:
        return self._elapsed_s

    def now(self) -> datetime:
        return self._began_at + timedelta(seconds=self._elapsed_s)

    def move_to(self, elapsed_s: float) -> None:
        self._elapsed_s = max(self._elapsed_s, elapsed_s)

    def elapsed_at(self, at: datetime) -> float:
        """Return how long after the beginning an instant is."""
        return (at - self._began_at).total_seconds()

    async def sleep(self, seconds: float) -> None:  # noqa: ARG002 of the port
        raise RuntimeError("a replay waits for nothing")

    async def wait(self, event: asyncio.Event, seconds: float) -> None:  # noqa: ARG002 of the port
        raise RuntimeError("a replay waits for nothing")
