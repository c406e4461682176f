"""Regular expressions of the operator against text of a stranger.

Python's `re` backtracks and keeps the interpreter lock while it does, so a thread with a time
limit would stop the whole daemon all the same. Patterns without any repetition or choice are
linear and run here; all others run in one small process that the kernel ends at the limit.
"""

import asyncio
import re
import signal
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path

LIMIT_S = 0.25
_INLINE_STEPS = 2_000_000  # pattern length × text length, about 10 ms
_ESCAPED = re.compile(r"\\.", re.DOTALL)
_BRANCHING = re.compile(r"[*+?{|(]")
_WORKER = Path(__file__).with_name("regex_worker.py")


class RegexTooSlowError(Exception):
    """The search took longer than its limit and was ended."""


class RegexUnavailableError(Exception):
    """The search could not be run at all: our own failure."""


def is_linear(pattern: str) -> bool:
    """Tell whether a pattern cannot backtrack: literals, classes, anchors, nothing else."""
    return _BRANCHING.search(_ESCAPED.sub("", pattern)) is None


class RegexRunner:
    """Searches with a time limit. One at a time; waiters queue, each within its own deadline."""

    def __init__(self, *, limit_s: float = LIMIT_S) -> None:
        self._limit_s = limit_s
        self._turn = asyncio.Lock()
        self._process: Process | None = None
        self._ended: list[Process] = []

    async def search(self, pattern: str, text: str) -> bool:
        """Tell whether the pattern is found anywhere in the text.

        Raises:
            RegexTooSlowError: not decided within the limit
            RegexUnavailableError: the process cannot be started, or died of something else

        """
        if is_linear(pattern) and len(pattern) * len(text) <= _INLINE_STEPS:
            return re.search(pattern, text) is not None
        async with self._turn:
            process = await self._running()
            try:
                return await self._ask(process, pattern, text)
            except BaseException:
                self._end(process)  # its answer, if it still came, would be to an old question
                raise

    async def close(self) -> None:
        """End the process and wait until it is gone."""
        if self._process is not None:
            self._end(self._process)
        await self._reap()

    async def _ask(self, process: Process, pattern: str, text: str) -> bool:
        stdin, stdout = process.stdin, process.stdout
        if stdin is None or stdout is None:
            raise RegexUnavailableError("the regex process has no pipes")
        sought, searched = (part.encode("utf-8", "surrogateescape") for part in (pattern, text))
        stdin.write(b"%f %d %d\n" % (self._limit_s, len(sought), len(searched)))
        stdin.write(sought)
        stdin.write(searched)
        try:
            await stdin.drain()
            return await stdout.readexactly(1) == b"1"
        except (ConnectionError, asyncio.IncompleteReadError) as error:
            if await process.wait() == -signal.SIGALRM:
                raise RegexTooSlowError(f"not decided within {self._limit_s:g} s") from error
            raise RegexUnavailableError(
                f"the regex process ended ({process.returncode})"
            ) from error

    async def _running(self) -> Process:
        await self._reap()
        if self._process is None:
            command = (sys.executable, "-I", "-S", str(_WORKER))
            try:
                self._process = await asyncio.create_subprocess_exec(
                    *command, stdin=PIPE, stdout=PIPE, start_new_session=True
                )
            except OSError as error:
                raise RegexUnavailableError(f"cannot start the regex process: {error}") from error
        return self._process

    def _end(self, process: Process) -> None:
        if process.returncode is None:
            process.kill()
        self._ended.append(process)
        self._process = None

    async def _reap(self) -> None:
        while self._ended:
            await self._ended[-1].communicate()
            self._ended.pop()
