import asyncio
import json
import time
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from simulator.client import ControlClient, ControlError
from simulator.control import ControlServer, RefusedError, parse_command
from simulator.namespace import End, Ends
from simulator.running_world import RunningWorld, Start
from simulator.truth import TruthLog
from tests.simulator.worlds import small_world

NOBODY = End(-1, -1, -1)


class FakePath:
    """Takes every order and carries nothing."""

    def __init__(self) -> None:
        self.orders: list[Mapping[str, object]] = []

    async def set(self, conditions: Mapping[str, object]) -> float:
        self.orders.append(conditions)
        return time.monotonic()

    async def stats(self, *, reset: bool = False) -> dict[str, Any]:
        return {"worst_lateness_s": 0.0 if reset else 0.003, "echoes": 5}


class Line:
    """A connection to the control socket, one question at a time."""

    def __init__(self, path: Path, world: RunningWorld, fake: FakePath) -> None:
        self.path = path
        self.world = world
        self.fake = fake
        self.quits = 0

    def quit(self) -> None:
        self.quits += 1

    async def raw(self, line: bytes) -> dict[str, Any]:
        reader, writer = await asyncio.open_unix_connection(self.path)
        writer.write(line)
        writer.write_eof()
        answer: dict[str, Any] = json.loads(await reader.readline())
        writer.close()
        return answer

    async def ask(self, **command: object) -> dict[str, Any]:
        return await self.raw(json.dumps(command).encode() + b"\n")


@pytest.fixture
async def line(tmp_path: Path) -> AsyncIterator[Line]:
    fake = FakePath()
    world = RunningWorld(
        small_world("timeline: [{at: 0s, do: cut, site: clinic}]"),
        Ends(NOBODY, NOBODY, in_user_namespace=False), fake, TruthLog(None, Start.now().at),
        Start.now(),
    )  # fmt: skip
    line = Line(tmp_path / "control", world, fake)
    server = ControlServer(world, line.quit)
    await server.start(line.path)
    agenda = asyncio.create_task(world.run(), name="agenda")
    yield line
    agenda.cancel()
    server.stop()
    assert not line.path.exists()


async def test_an_action_is_carried_out_before_the_reply(line: Line) -> None:
    cut = {"do": "cut", "site": "clinic", "link": "cfe"}
    assert await line.ask(command="apply", action=cut) == {"ok": True, "truths": 2}
    assert "clinic/link/cfe" in line.fake.orders[-1]
    told = await line.ask(command="truth", since=1)
    assert [record["component"] for record in told["records"]] == ["link/cfe"]


@pytest.mark.parametrize(
    ("written", "error"),
    [
        (b"hello\n", "not JSON"),
        (b"\xff\xfe\n", "not JSON"),
        (b"[" * 100_000 + b"\n", "not JSON"),
        (b"[]\n", "command: "),
        (b"{}\n", "Unable to extract tag"),
        (b'{"command": "dance"}\n', "dance"),
        (b'{"command": "status", "sight": "a"}\n', "status.sight: Extra inputs"),
        (b'{"command": "apply", "action": {"do": "cut"}}\n', "exactly one of site"),
        (b'{"command": "apply", "action": {"do": "cut", "site": "x"}}\n', "no site is called `x`"),
        (b'{"command": "status", "site": "x"}\n', "no site is called `x`"),
        (b'{"command": "truth", "since": -1}\n', "truth.since"),
        (b'{"command": "truth", "wait": "2m"}\n', "truth.wait"),
        (b"x" * (1 << 21), "longer than 1 MiB"),
    ],
)
async def test_a_bad_line_is_refused_with_its_reason(
    line: Line, written: bytes, error: str
) -> None:
    reply = await line.raw(written)
    assert reply["ok"] is False
    assert error in reply["error"]
    assert (await line.ask(command="status"))["ok"] is True


async def test_status_tells_of_itself_and_of_what_is_broken(line: Line) -> None:
    await line.ask(command="apply", action={"do": "cut", "site": "hospital", "area": "uci"})
    status = await line.ask(command="status", reset_lateness=True)
    assert status["sites"] == 2
    assert status["path"] == {"echoes": 5}
    assert status["worst_lateness_s"] == 0.0
    assert status["broken"] == {
        "hospital/area/uci": {"cause": "area_network", "root": "hospital/area/uci"}
    }
    site = await line.ask(command="status", site="hospital")
    assert site["components"]["area/uci"]["works"] is False
    assert site["components"]["link/cfe"]["works"] is True
    assert site["power"]["mains"] == "present"


async def test_the_timeline_starts_once_and_truth_can_be_waited_for(line: Line) -> None:
    assert (await line.ask(command="truth", wait=0.0))["records"] == []
    waiting = asyncio.create_task(line.ask(command="truth", wait="20s"), name="waiting")
    assert await line.ask(command="start") == {"ok": True}
    assert (await waiting)["records"][0]["component"] == "timeline"
    told = await line.ask(command="truth", since=1, wait="20s")
    assert told["records"][0]["what"] == "down"
    again = await line.ask(command="start")
    assert again == {"ok": False, "error": "the timeline was started before"}


async def test_waiting_in_vain_ends(line: Line) -> None:
    assert await line.ask(command="truth", wait=0.01) == {"ok": True, "records": []}


async def test_quit(line: Line) -> None:
    assert await line.ask(command="quit") == {"ok": True}
    assert line.quits == 1


async def test_only_the_owner_may_command(line: Line) -> None:
    assert line.path.stat().st_mode & 0o777 == 0o600


async def test_the_client_raises_what_was_refused(line: Line) -> None:
    def converse() -> tuple[int, str]:
        with ControlClient(line.path) as client:
            sites = client.ask("status")["sites"]
            with pytest.raises(ControlError) as refused:
                client.ask("status", site="x")
        return sites, str(refused.value)

    assert await asyncio.to_thread(converse) == (2, "no site is called `x`")


async def test_the_socket_of_a_dead_simulator_is_taken_over(line: Line, tmp_path: Path) -> None:
    left_behind = tmp_path / "left"
    first, second = (ControlServer(line.world, line.quit) for _ in range(2))
    await first.start(left_behind)
    await second.start(left_behind)
    second.stop()
    first.stop()


def test_durations_in_commands_are_text_or_seconds_with_a_point() -> None:
    parse_command(b'{"command": "truth", "wait": 1.0}')
    with pytest.raises(RefusedError, match="needs a number and a unit"):
        parse_command(b'{"command": "truth", "wait": 1}')
