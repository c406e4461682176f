"""A clock that stands still until it is moved, with a wall beside it that can be set wrong."""

import asyncio
from collections.abc import Generator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import coroutine

TUESDAY = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
"""10:00 in Mexico City, on a working day."""
_BEGAN_S = 1000.0


@dataclass(frozen=True, slots=True)
class Pause:
    """What a coroutine that waits hands to whoever turns it: until when, or for what."""

    until_s: float
    event: asyncio.Event | None = None


@coroutine
def _paused(pause: Pause) -> Generator[Pause, None, None]:
    yield pause


class HandClock:
    """`monitor.ports.Clock` without an event loop: what waits on it is turned by hand."""

    def __init__(self, start: datetime = TUESDAY) -> None:
        self._start = start
        self.elapsed_s = 0.0
        self.wrong_s = 0.0

    def monotonic(self) -> float:
        return _BEGAN_S + self.elapsed_s

    def now(self) -> datetime:
        """Return what the wall of our machine shows, which may have been set wrong."""
        return self.true_now() + timedelta(seconds=self.wrong_s)

    def true_now(self) -> datetime:
        return self._start + timedelta(seconds=self.elapsed_s)

    def move_to(self, elapsed_s: float) -> None:
        self.elapsed_s = max(self.elapsed_s, elapsed_s)

    async def sleep(self, seconds: float) -> None:
        await _paused(Pause(self.monotonic() + seconds))

    async def wait(self, event: asyncio.Event, seconds: float) -> None:
        await _paused(Pause(self.monotonic() + seconds, event))
