"""The control socket: one JSON object per line in, one per line back, in order.

A reply has `"ok": true`, or `"ok": false` with `error`; a bad line never ends the connection.
"""

import asyncio
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, ValidationError

from simulator.action import Action
from simulator.model import Duration, Model, Slug
from simulator.running_world import RunningWorld

LONGEST_LINE_BYTES = 1 << 20
_LONGEST_WAIT_S = 60.0


class Apply(Model):
    """Do an action now."""

    command: Literal["apply"]
    action: Action


class Status(Model):
    """Tell how the simulator is, and with `site` every component of that site."""

    command: Literal["status"]
    site: Slug | None = None
    reset_lateness: bool = False


class Start(Model):
    """Start the timeline."""

    command: Literal["start"]


class Truth(Model):
    """Return truth records after number `since`; `wait` (at most 60s) for one if there is none."""

    command: Literal["truth"]
    since: int = Field(0, ge=0)
    limit: int = Field(1000, ge=1, le=10_000)
    wait: Annotated[Duration, Field(le=_LONGEST_WAIT_S)] = 0.0


class Quit(Model):
    """End the simulation."""

    command: Literal["quit"]


Command = Annotated[Apply | Status | Start | Truth | Quit, Field(discriminator="command")]
COMMAND: TypeAdapter[Command] = TypeAdapter(Command)


class RefusedError(Exception):
    """A line that is not carried out; the text says why."""


def parse_command(line: bytes) -> Command:
    """Return the command that a line holds.

    Raises:
        RefusedError: it holds none; every problem is named with its place.

    """
    try:
        return COMMAND.validate_python(json.loads(line))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise RefusedError(f"not JSON: {error}") from error
    except ValidationError as error:
        raise RefusedError(problems_of(error)) from error


def problems_of(error: ValidationError) -> str:
    """Return all problems in one line, each with its place."""
    told = (
        f"{'.'.join(str(step) for step in problem['loc']) or 'command'}: {problem['msg']}"
        for problem in error.errors(include_url=False)
    )
    return "; ".join(told)


def _make_room(path: Path) -> None:
    if path.is_socket():
        path.unlink()


class ControlServer:
    """Listens at a Unix socket that only its owner may use."""

    def __init__(self, world: RunningWorld, quit_now: Callable[[], None]) -> None:
        self._world = world
        self._quit = quit_now
        self._server: asyncio.Server | None = None
        self._path: Path | None = None

    async def start(self, path: Path) -> None:
        """Listen there, taking the place of a socket that a dead simulator left behind."""
        _make_room(path)
        before = os.umask(0o177)
        try:
            self._server = await asyncio.start_unix_server(
                self._converse, path, limit=LONGEST_LINE_BYTES
            )
        finally:
            os.umask(before)
        self._path = path

    def stop(self) -> None:
        """Stop listening; who is connected is dropped when the loop ends."""
        if self._server is not None and self._path is not None:
            self._server.close()
            self._path.unlink(missing_ok=True)

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                reply = await self._reply(line)
                writer.write(json.dumps(reply, ensure_ascii=False).encode() + b"\n")
                await writer.drain()
        except ConnectionError:
            return  # whoever asked has gone, and with him the need for an answer
        except ValueError:
            writer.write(b'{"ok": false, "error": "the line is longer than 1 MiB"}\n')
        finally:
            writer.close()

    async def _reply(self, line: bytes) -> dict[str, Any]:
        try:
            return {"ok": True, **await self._carry_out(parse_command(line))}
        except (RefusedError, ValueError) as error:
            return {"ok": False, "error": str(error)}

    async def _carry_out(self, command: Command) -> dict[str, Any]:
        match command:
            case Apply():
                return {"truths": await self._world.act(command.action)}
            case Status():
                return await self._status(command)
            case Start():
                if not await self._world.start_timeline():
                    raise RefusedError("the timeline was started before")
                return {}
            case Truth():
                news = await self._world.news(command.since, command.limit, command.wait)
                return {"records": news}
            case Quit():
                self._quit()
                return {}

    async def _status(self, command: Status) -> dict[str, Any]:
        if command.site is None:
            return await self._world.status(reset_lateness=command.reset_lateness)
        if command.site not in self._world.live.sites:
            raise RefusedError(f"no site is called `{command.site}`")
        return self._world.site_status(command.site)
