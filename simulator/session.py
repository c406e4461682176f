"""One run of the simulator, from its namespaces to the last process inside them."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from simulator.control import ControlServer
from simulator.inside import clear_out, command_inside
from simulator.namespace import Ends, make_ends
from simulator.path_process import PathProcess
from simulator.running_world import RunningWorld, Start
from simulator.topology import wire_form
from simulator.truth import TruthLog
from simulator.web import SiteServer
from simulator.world import World

_GRACE_S = 5.0
PATH_DIED = 70
"""Exit status when the path process dies under us (EX_SOFTWARE of sysexits.h)."""


@dataclass(frozen=True, slots=True)
class Options:
    """How to run. `parent`: a socket that is told when all is ready, and whose end ends us."""

    control: Path | None = None
    truth: Path | None = None
    hold: bool = False
    command: Sequence[str] = ()
    parent: int | None = None


def run(world: World, options: Options) -> int:
    """Simulate until told to stop, or until the command ends; return the exit status.

    Raises:
        CannotSimulateError: the machine does not let us.
        OSError: a file, port or socket that was asked for cannot be had.

    """
    ends = make_ends()
    try:
        return asyncio.run(_simulate(world, ends, options))
    finally:
        clear_out(os.fstat(ends.near.namespace))


async def _simulate(world: World, ends: Ends, options: Options) -> int:
    ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    async with _running(world, ends, options) as (running, path):
        control = ControlServer(running, lambda: _end(ended, 0))
        if options.control is not None:
            await control.start(options.control)
        _heed_signals(ended)
        try:
            async with asyncio.TaskGroup() as tasks:
                chores = [
                    tasks.create_task(running.run(), name="simulator-agenda"),
                    tasks.create_task(_watch_path(path, ended), name="simulator-path"),
                ]
                if not options.hold:
                    await running.start_timeline()
                if options.parent is not None:
                    chores.append(
                        tasks.create_task(
                            _watch_parent(options.parent, ended), name="simulator-parent"
                        )
                    )
                if options.command:
                    chores.append(
                        tasks.create_task(
                            _attend(options.command, ends, ended), name="simulator-exec"
                        )
                    )
                status = await ended
                for chore in chores:
                    chore.cancel()
        finally:
            control.stop()
    return status


@contextlib.asynccontextmanager
async def _running(
    world: World, ends: Ends, options: Options
) -> AsyncIterator[tuple[RunningWorld, PathProcess]]:
    start = Start.now()
    truth = TruthLog(options.truth, start.at)
    path = await PathProcess.start(ends, wire_form(world))
    running = RunningWorld(world, ends, path, truth, start)
    server = SiteServer(running.live, running.now_s)
    try:
        await server.start(world.tcp_ports)
        await running.begin()
        yield running, path
    finally:
        await server.stop()
        await path.stop()
        truth.close()


def _end(ended: asyncio.Future[int], status: int) -> None:
    if not ended.done():
        ended.set_result(status)


def _heed_signals(ended: asyncio.Future[int]) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, _end, ended, 128 + number)


async def _watch_path(path: PathProcess, ended: asyncio.Future[int]) -> None:
    status = await path.died()
    sys.stderr.write(f"simulator: the path process died with status {status}\n")
    _end(ended, PATH_DIED)


async def _watch_parent(descriptor: int, ended: asyncio.Future[int]) -> None:
    """Say that all is ready, then wait for the parent to close its end, or to die."""
    reader, writer = await asyncio.open_connection(sock=socket.socket(fileno=descriptor))
    writer.write(json.dumps({"ready": True}).encode() + b"\n")
    with contextlib.suppress(ConnectionError):
        await writer.drain()
        await reader.read()
    _end(ended, 0)


async def _attend(command: Sequence[str], ends: Ends, ended: asyncio.Future[int]) -> None:
    """Run a command inside, and end with its status."""
    inside = command_inside(os.getpid(), ends.near.namespace)
    child = await asyncio.create_subprocess_exec(*inside, *command)
    try:
        status = await child.wait()
    finally:
        if child.returncode is None:
            await _dismiss(child)
    _end(ended, status if status >= 0 else 128 - status)


async def _dismiss(child: asyncio.subprocess.Process) -> None:
    child.terminate()
    try:
        async with asyncio.timeout(_GRACE_S):
            await child.wait()
    except TimeoutError:
        child.kill()
        await child.wait()
