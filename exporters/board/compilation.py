"""All templates of the board compiled beside the loop: pages wait for it, watching does not.

It takes 0.8 s of a core. A thread of ours would take that from the loop, which gives the
interpreter away at each call of the system: two seconds of a start passed so, and thousands of
packets left late. So another process compiles, and we take over what it wrote.
"""

import asyncio
import logging
import marshal
import subprocess
import sys
from collections.abc import Mapping

from exporters.board.rendering import compiled, forget, is_compiled, take

log = logging.getLogger(__name__)

ELSEWHERE_S = 30.0
"""How long the other process may take: on a busy machine it has what others leave it."""
_COMMAND = (sys.executable, "-m", "exporters.board.template_compiler")


class Compilation:
    """Done once. Whoever comes meanwhile waits for the same.

    `begin` early where there is time; then wait for `done`, or `close` it.
    """

    def __init__(self) -> None:
        self._is_done = False
        self._under_way = asyncio.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def begin(self) -> None:
        """Have another process compile what this one has not; if none can be had, say so."""
        if is_compiled():
            return
        try:
            self._process = subprocess.Popen(  # noqa: S603 - ourselves
                _COMMAND, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            _say_why(str(error))

    async def done(self) -> None:
        """Return when every template is compiled: by ourselves, if it cannot be done elsewhere.

        What failed is tried again by whoever comes next.

        Raises:
            TemplateError: one of them is wrong; it names the file and the line.
            OSError: one of them cannot be read just now.
            RuntimeError: no thread can be had just now.

        """
        if self._is_done:
            return
        async with self._under_way:
            if self._is_done:
                return
            if self._process is None:
                self.begin()
            if self._process is not None:
                take(await self._made_elsewhere(self._process))
            try:
                await asyncio.to_thread(compiled)
            finally:
                forget()
            self._is_done = True

    def close(self) -> None:
        """End the other process, if nobody waited for it."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()

    async def _made_elsewhere(self, process: subprocess.Popen[bytes]) -> Mapping[str, bytes]:
        """Return the bytecode of templates; none if the other process could not make it."""
        self._process = None  # the thread that reads from it waits for its end, too
        try:
            async with asyncio.timeout(ELSEWHERE_S):
                written, _ = await asyncio.to_thread(process.communicate)
        except TimeoutError:
            _say_why(f"no bytecode within {ELSEWHERE_S:g} s")
            return {}
        finally:
            process.kill()
        if process.returncode:
            _say_why(f"the compiler ended with {process.returncode}")
            return {}
        made: dict[str, bytes] = marshal.loads(written)  # noqa: S302 - what our own process wrote
        return made


def _say_why(reason: str) -> None:
    log.info("templates are compiled here why=%s", reason)
