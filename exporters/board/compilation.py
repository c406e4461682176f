"""All templates of the board compiled beside the loop: pages wait for it, watching does not."""

import asyncio

from exporters.board.rendering import compiled


class Compilation:
    """Takes 0.8 s of a core, once. Whoever comes meanwhile waits for the same."""

    def __init__(self) -> None:
        self._is_done = False
        self._under_way = asyncio.Lock()

    async def done(self) -> None:
        """Return when every template is compiled.

        Raises:
            TemplateError: one of them is wrong; it names the file and the line.

        """
        if self._is_done:
            return
        async with self._under_way:
            if not self._is_done:
                await asyncio.to_thread(compiled)
                self._is_done = True
