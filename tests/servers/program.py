"""A real server as a child process: ready when it says so, gone when the test is."""

import asyncio
import contextlib
import signal
import socket
from collections import deque
from pathlib import Path
from typing import Self

READY_TIMEOUT_S = 60.0
_STOP_TIMEOUT_S = 5.0
_KEPT_LINES = 50


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Program:
    """Starts a program and reads its output until the line that means that it serves."""

    def __init__(self, command: list[str], ready: str, folder: Path) -> None:
        self._command = command
        self._ready_word = ready
        self._folder = folder
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()
        self._serves = False
        self.output: deque[str] = deque(maxlen=_KEPT_LINES)

    async def start(self) -> None:
        """Start it and wait until it serves.

        Raises:
            RuntimeError: it ended, or said nothing in time; the text has its last words.

        """
        self._ready.clear()
        self._serves = False
        self._process = await asyncio.create_subprocess_exec(
            *self._command,
            cwd=self._folder,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        self._reader = asyncio.create_task(self._read(), name=f"output of {self._command[0]}")
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(READY_TIMEOUT_S):
                await self._ready.wait()
        if not self._serves:
            await self.stop()
            words = "\n".join(self.output)
            raise RuntimeError(f"{self._command[0]} does not serve:\n{words}")

    async def stop(self) -> None:
        await self._end(signal.SIGTERM)

    async def kill(self) -> None:
        """End it as a power cut would."""
        await self._end(signal.SIGKILL)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def _read(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            text = line.decode(errors="replace").rstrip()
            self.output.append(text)
            if self._ready_word in text:
                self._serves = True
                self._ready.set()
        self._serves = False
        self._ready.set()

    async def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        reader, self._reader = self._reader, None
        if process is None or reader is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(how)
        try:
            async with asyncio.timeout(_STOP_TIMEOUT_S):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()
        await reader
