"""Makes the running loop stand still 20 ms in every 100, as scrapes and reloads would."""

import asyncio
import time
from typing import Self

BLOCKED_S, EVERY_S = 0.02, 0.1


class Pauses:
    """Use as a context manager on a running loop."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._due_s = self._loop.time()
        self._timer = self._loop.call_at(self._due_s, self._pause)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def _pause(self) -> None:
        time.sleep(BLOCKED_S)
        self._due_s += EVERY_S
        self._timer = self._loop.call_at(self._due_s, self._pause)
