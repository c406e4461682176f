"""A clock that plays an hour in milliseconds."""

import asyncio
import heapq
import itertools
from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)  # 03:00 in Mexico City


class FakeClock:
    """Time moves only by `advance`. Sleepers wake in order, each at its own instant."""

    def __init__(self, start: datetime = START) -> None:
        self._start = start
        self._elapsed_s = 0.0
        self._order = itertools.count()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []

    def monotonic(self) -> float:
        return 1000.0 + self._elapsed_s

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self._elapsed_s)

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        waiting = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._elapsed_s + seconds, next(self._order), waiting))
        await waiting

    async def advance(self, seconds: float) -> None:
        """Move on, waking every sleeper due on the way and letting it run."""
        until = self._elapsed_s + seconds
        await self._settle()
        while self._sleepers and self._sleepers[0][0] <= until + 1e-9:
            due, _, waiting = heapq.heappop(self._sleepers)
            if waiting.done():
                continue
            self._elapsed_s = max(self._elapsed_s, due)
            waiting.set_result(None)
            await self._settle()
        self._elapsed_s = until

    def skip(self, seconds: float) -> None:
        """Move on without waking anybody: for code that does not wait."""
        self._elapsed_s += seconds

    async def wait(self, event: asyncio.Event, seconds: float) -> None:
        """Return when the event is set or the time is over, whichever comes first."""
        sleeper = asyncio.ensure_future(self.sleep(seconds))
        waker = asyncio.ensure_future(event.wait())
        try:
            await asyncio.wait((sleeper, waker), return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleeper.cancel()
            waker.cancel()

    @staticmethod
    async def _settle() -> None:
        """Let everything run that can run without time passing."""
        ready = asyncio.get_running_loop()._ready  # type: ignore[attr-defined]
        for turn in range(1000):
            await asyncio.sleep(0)
            if not ready and turn > 1:
                return
