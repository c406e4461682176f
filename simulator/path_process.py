"""The world's end of the line to the path process: starts it, orders it, notices its death."""

import asyncio
import json
import socket
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from simulator.namespace import Ends

_LINE_BYTES = 1 << 20
_GOODBYE_S = 5.0


class PathDiedError(Exception):
    """The path process is gone: nothing can reach any site, so the simulation is over."""


class PathProcess:
    """One order at a time, each answered; the answer's `t` is when it took effect."""

    def __init__(
        self,
        child: asyncio.subprocess.Process,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        self._child = child
        self._reader = reader
        self._writer = writer
        self._one_at_a_time = asyncio.Lock()
        self.realtime = False

    @classmethod
    async def start(cls, ends: Ends, wire: Mapping[str, object]) -> "PathProcess":
        """Start it and wait until it carries packets."""
        ours, theirs = socket.socketpair()
        descriptors = [
            ends.near.tun, ends.far.tun, theirs.fileno(), ends.near.counters, ends.far.counters,
        ]  # fmt: skip
        with theirs:
            child = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "simulator.path", *map(str, descriptors),
                pass_fds=descriptors, cwd=Path(__file__).parent.parent,
            )  # fmt: skip
        reader, writer = await asyncio.open_connection(sock=ours, limit=_LINE_BYTES)
        path = cls(child, reader, writer)
        path.realtime = (await path._ask(wire))["realtime"]
        return path

    async def set(self, conditions: Mapping[str, object]) -> float:
        """Change stretches; return the monotonic instant from which that holds."""
        return float((await self._ask({"set": conditions}))["t"])

    async def stats(self, *, reset: bool = False) -> dict[str, Any]:
        """Return its counters and worst lateness; `reset` starts the lateness anew."""
        return await self._ask({"stats": "reset" if reset else "keep"})

    async def died(self) -> int:
        """Wait until it is gone; return its exit status."""
        return await self._child.wait()

    async def stop(self) -> None:
        """Close the line, upon which it ends; kill it if it does not."""
        self._writer.close()
        try:
            async with asyncio.timeout(_GOODBYE_S):
                await self._child.wait()
        except TimeoutError:
            self._child.kill()
            await self._child.wait()

    async def _ask(self, order: Mapping[str, object]) -> dict[str, Any]:
        async with self._one_at_a_time:
            try:
                self._writer.write(json.dumps(order).encode() + b"\n")
                await self._writer.drain()
                line = await self._reader.readline()
            except ConnectionError as error:
                raise PathDiedError(str(error)) from error
            if not line:
                raise PathDiedError("it closed the line")
        answer: dict[str, Any] = json.loads(line)
        return answer
