"""Runs of probes that wait by themselves: tasks that make them, and the boundary around each."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from probes.reading import Reading, Reason

log = logging.getLogger(__name__)

MOST_IDLE = 64
"""Tasks that wait for another run. A task made for each run costs as much as an ICMP probe."""

Answer = Callable[[Reading], None]
"""Hears what a run brought back. It is called once, in the turn of the loop or a later one."""
Question = Callable[[bool, Answer], None]
"""Makes one run of one probe. The flag says that it is in doubt, and wants a fresh id."""


class _Run(NamedTuple):
    key: str
    ask: Callable[[bool], Awaitable[Reading]]
    in_doubt: bool
    answer: Answer


class Runs:
    """Owns the tasks. While `serve` runs, questions may be asked; with it, all runs end."""

    def __init__(self) -> None:
        self._group: asyncio.TaskGroup | None = None
        self._idle: list[asyncio.Future[_Run]] = []
        self._tasks = 0

    async def serve(self) -> None:
        """Let runs live. Ends by cancellation, and they with it, unanswered."""
        try:
            async with asyncio.TaskGroup() as self._group:
                await asyncio.Event().wait()
        finally:
            self._group = None
            self._idle.clear()

    def question(self, key: str, ask: Callable[[bool], Awaitable[Reading]]) -> Question:
        """Return the question of a probe that needs a task while it waits."""

        def start(in_doubt: bool, answer: Answer) -> None:
            self._start(_Run(key, ask, in_doubt, answer))

        return start

    def _start(self, run: _Run) -> None:
        while self._idle:
            waiting = self._idle.pop()
            if not waiting.done():  # else it is being cancelled
                waiting.set_result(run)
                return
        if self._group is None:
            raise RuntimeError("nothing may be asked unless `serve` runs")
        self._tasks += 1
        self._group.create_task(self._work(run), name=f"runs-{self._tasks}")

    async def _work(self, run: _Run) -> None:
        """Make this run, and then others, until there are enough who wait for them."""
        loop = asyncio.get_running_loop()
        while True:
            await _guarded(run)
            if len(self._idle) >= MOST_IDLE:
                return
            waiting: asyncio.Future[_Run] = loop.create_future()
            self._idle.append(waiting)
            run = await waiting


async def _guarded(run: _Run) -> None:
    try:
        reading = await run.ask(run.in_doubt)
    except Exception as error:  # the boundary around one probe run
        log.exception("probe run failed probe=%s", run.key)
        reading = Reading.failed(Reason.INTERNAL_ERROR, repr(error)[:200])
    run.answer(reading)
