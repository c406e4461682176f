"""Runs of probes that wait by themselves: a task for each, and the boundary around every run."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial

from probes.reading import Reading, Reason

log = logging.getLogger(__name__)

Answer = Callable[[Reading], None]
"""Hears what a run brought back. It is called once, in the turn of the loop or a later one."""
Question = Callable[[bool, Answer], None]
"""Makes one run of one probe. The flag says that it is in doubt, and wants a fresh id."""


class Runs:
    """Owns the tasks. While `serve` runs, questions may be asked; with it, all runs end."""

    def __init__(self) -> None:
        self._group: asyncio.TaskGroup | None = None

    async def serve(self) -> None:
        """Let runs live. Ends by cancellation, and they with it, unanswered."""
        async with asyncio.TaskGroup() as self._group:
            await asyncio.Event().wait()

    def question(self, key: str, ask: Callable[[bool], Awaitable[Reading]]) -> Question:
        """Return the question of a probe that needs a task while it waits."""
        return partial(self._start, key, ask)

    def _start(
        self, key: str, ask: Callable[[bool], Awaitable[Reading]], in_doubt: bool, answer: Answer
    ) -> None:
        if self._group is None:
            raise RuntimeError("nothing may be asked before `serve` runs")
        self._group.create_task(_guarded(key, ask, in_doubt, answer), name=key)


async def _guarded(
    key: str,
    ask: Callable[[bool], Awaitable[Reading]],
    in_doubt: bool,
    answer: Answer,
) -> None:
    try:
        reading = await ask(in_doubt)
    except Exception as error:  # the boundary around one probe run
        log.exception("probe run failed probe=%s", key)
        reading = Reading.failed(Reason.INTERNAL_ERROR, repr(error)[:200])
    answer(reading)
