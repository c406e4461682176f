"""Waits until the kernel has something for a socket of ours, on whichever event loop runs.

Sockets are read and written by us, not by a transport of the loop: a connection is made, asked
and left within one run, and what a transport buffers and schedules costs more than all of that.
"""

import asyncio

_GRAIN_S = 0.002
"""uvloop counts timers in whole milliseconds, and may end one by that much too early."""


async def until_ready(
    descriptor: int,
    *,
    to_read: bool = False,
    to_write: bool = False,
    timeout_s: float | None = None,
) -> bool:
    """Return True when it can be read or written, as asked; False when the time passed first.

    One waiter for each descriptor at a time. It is let go of before this returns or raises.
    """
    loop = asyncio.get_running_loop()
    ready: asyncio.Future[bool] = loop.create_future()
    timer = None
    if timeout_s is not None:
        timer = loop.call_later(timeout_s + _GRAIN_S, _settle, ready, False)
    if to_read:
        loop.add_reader(descriptor, _settle, ready, True)
    if to_write:
        loop.add_writer(descriptor, _settle, ready, True)
    try:
        return await ready
    finally:
        if timer is not None:
            timer.cancel()
        if to_read:
            loop.remove_reader(descriptor)
        if to_write:
            loop.remove_writer(descriptor)


def _settle(ready: asyncio.Future[bool], is_ready: bool) -> None:
    if not ready.done():
        ready.set_result(is_ready)
