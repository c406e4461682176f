"""Makes reports for the board: `guardia report` in a process of its own, one at a time.

The daemon only waits: the child reads the journal beside it, yields to everything else on the
machine, and is ended when it takes too long or the daemon stops.
"""

import asyncio
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

LIMIT_S = 90.0
"""Nine times what a month of 3,180 sites may take."""
LAST = 19
"""The priority of processes that run when nothing else wants to (setpriority(2))."""


class PrintingPress:
    """Implements `monitor.ports.Press` over the settings and the journal of a daemon."""

    def __init__(
        self,
        config: Path,
        journal: Path,
        command: Sequence[str] = (sys.executable, "-m", "monitor"),
        limit_s: float = LIMIT_S,
    ) -> None:
        self._words = [*command, "report", "--config", str(config), "--journal", str(journal)]
        self._limit_s = limit_s
        self._is_busy = False
        self._child: subprocess.Popen[bytes] | None = None

    async def printed(self, words: Sequence[str]) -> BinaryIO | str | None:
        """Return what the command writes, or why it writes nothing; None while it is busy."""
        if self._is_busy:
            return None
        self._is_busy = True
        return await asyncio.to_thread(self._printed, words)

    def close(self) -> None:
        """End what is being made; nobody waits for it any more."""
        if self._child is not None:
            self._child.kill()

    def _printed(self, words: Sequence[str]) -> BinaryIO | str:
        paper = tempfile.TemporaryFile()  # noqa: SIM115 the reader closes it
        try:
            problem = self._run(words, paper)
        except OSError as error:
            problem = str(error)
        finally:
            self._is_busy = False
        if problem:
            paper.close()
            return problem
        paper.seek(0)
        return paper

    def _run(self, words: Sequence[str], paper: BinaryIO) -> str:
        """Return why nothing was made, empty if it was."""
        with tempfile.TemporaryFile() as said:
            with subprocess.Popen(  # noqa: S603 our own command; each value follows its option
                [*self._words, *words], stdin=subprocess.DEVNULL, stdout=paper, stderr=said
            ) as child:
                self._child = child
                os.setpriority(os.PRIO_PROCESS, child.pid, LAST)
                try:
                    code = child.wait(self._limit_s)
                except subprocess.TimeoutExpired:
                    child.kill()
                    return f"it took more than {self._limit_s:g} s; ask for less"
                finally:
                    self._child = None
            said.seek(0)
            lines = said.read().decode("utf-8", "replace").strip().splitlines()
        return "" if code == 0 else _why(lines)


def _why(lines: Sequence[str]) -> str:
    last = lines[-1] if lines else "it ended without a word"
    return last.removeprefix("Error: ")
