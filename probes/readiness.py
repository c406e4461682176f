"""Waits until the kernel has something for a socket of ours, on whichever event loop runs.

Sockets are read and written by us, not by a transport of the loop: a connection is made, asked
and left within one run, and what a transport buffers and schedules costs more than all of that.

Nor does the loop watch each: what it does for a descriptor that comes and goes within
milliseconds costs a tenth of a whole HTTP run. All are in one epoll object, which it watches.
"""

import asyncio
import select
import time

READ, WRITE = select.EPOLLIN, select.EPOLLOUT
_ONCE = select.EPOLLONESHOT  # what nobody waits for any more wakes nobody
_AT_ONCE = 128
"""Sockets served in one turn of the loop; more wait for the next. Each takes its run some 0.2 ms
further, and of a region that comes back thousands have an answer at once."""
_GRAIN_S = 0.002
"""uvloop counts timers in whole milliseconds, and may end one by that much too early."""


class Readiness:
    """Wakes one waiter for each descriptor. `forget` a descriptor before it is closed.

    Errors and hang-ups wake too, whatever was waited for: the next call on the socket tells.
    `behind_s` grows while more have something to say than are served in a turn: who waited in
    vain through much of that may have been answered.
    """

    def __init__(self) -> None:
        self.behind_s = 0.0
        self._full_s: float | None = None
        self._epoll: select.epoll | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._waiting: dict[int, asyncio.Future[bool]] = {}

    def connecting(self, descriptor: int) -> asyncio.Future[bool]:
        """Return what is True when a socket that begins to connect has an answer. Once for each."""
        loop, epoll = self._opened()
        epoll.register(descriptor, WRITE | _ONCE)
        waiting = self._waiting[descriptor] = loop.create_future()
        return waiting

    def ready(self, descriptor: int, wanted: int) -> asyncio.Future[bool]:
        """Return what is True when a socket that has connected can be READ, WRITE, or either.

        It is False once somebody gives up on it.
        """
        loop, epoll = self._opened()
        epoll.modify(descriptor, wanted | _ONCE)
        waiting = self._waiting[descriptor] = loop.create_future()
        return waiting

    def forget(self, descriptor: int) -> None:
        """Wake nobody for it again. The next socket gets the same number."""
        waiting = self._waiting.pop(descriptor, None)
        if waiting is not None and self._epoll is not None:
            # closing it is not enough where a child holds it too
            self._epoll.unregister(descriptor)

    def give_up(self, descriptor: int) -> None:
        """Wake who waits for it, as not ready."""
        waiting = self._waiting.pop(descriptor, None)
        if waiting is not None and not waiting.done():
            waiting.set_result(False)

    def close(self) -> None:
        """Wake nobody again."""
        if self._epoll is not None and self._loop is not None:
            self._loop.remove_reader(self._epoll.fileno())
            self._epoll.close()
        self._epoll = None
        self._waiting.clear()

    def _opened(self) -> tuple[asyncio.AbstractEventLoop, select.epoll]:
        if self._epoll is None or self._loop is None:
            self._loop = asyncio.get_running_loop()
            self._epoll = select.epoll()
            self._loop.add_reader(self._epoll.fileno(), self._wake, self._epoll)
        return self._loop, self._epoll

    def _wake(self, epoll: select.epoll) -> None:
        served = epoll.poll(0, _AT_ONCE)
        is_full = len(served) == _AT_ONCE
        if is_full or self._full_s is not None:
            now_s = time.monotonic()
            if self._full_s is not None:
                self.behind_s += now_s - self._full_s
            self._full_s = now_s if is_full else None
        for descriptor, _ in served:
            waiting = self._waiting.pop(descriptor, None)
            if waiting is not None and not waiting.done():
                waiting.set_result(True)


async def within(timeout_s: float, ready: asyncio.Future[bool]) -> bool:
    """Return True when it is ready, False when the time passed first."""
    timer = asyncio.get_running_loop().call_later(timeout_s + _GRAIN_S, _give_up, ready)
    try:
        return await ready
    finally:
        timer.cancel()


def _give_up(ready: asyncio.Future[bool]) -> None:
    if not ready.done():
        ready.set_result(False)
