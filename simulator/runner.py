"""A simulation as an object, for tests and the demo: start it, act on it, run things inside it."""

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from simulator.client import ControlClient
from simulator.inside import clear_out, command_inside
from simulator.world import World

_START_S = 30.0
_STOP_S = 10.0
_ROOT = Path(__file__).parent.parent


class SimulationError(Exception):
    """The simulator did not start; the text is what it said."""


class Simulation:
    """A simulator in a process of its own, which ends when this object, or this process, does.

    `with Simulation(world) as simulation:` starts it, waits until packets flow, and leaves no
    process and no namespace behind. The timeline waits for `start_timeline` unless `hold` is
    false. `truth_path` is the ground-truth file; by default it vanishes with the simulation.
    """

    def __init__(
        self, world: World | Path, *, hold: bool = True, truth_path: Path | None = None
    ) -> None:
        self._world = world
        self._hold = hold
        self._folder = tempfile.TemporaryDirectory(prefix="guardia-sim-")
        folder = Path(self._folder.name)
        self.control_path = folder / "control"
        self.truth_path = (truth_path or folder / "truth.jsonl").absolute()
        self._process: subprocess.Popen[bytes] | None = None
        self._lifeline: socket.socket | None = None
        self._client: ControlClient | None = None
        self._namespace: os.stat_result | None = None
        self._near_fd = -1
        self._inside: list[subprocess.Popen[Any]] = []

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self.stop()

    def start(self) -> Self:
        """Start it, unless it was started, and wait until it is ready.

        Raises:
            SimulationError: it cannot run here, or the world is impossible.

        """
        if self._process is not None:
            return self
        try:
            self._launch()
            self._client = ControlClient(self.control_path)
            self._near_fd = self.status()["near_fd"]
            self._namespace = Path(f"/proc/{self.pid}/fd/{self._near_fd}").stat()
        except BaseException:
            self.stop()
            raise
        return self

    def _launch(self) -> None:
        ours, theirs = socket.socketpair()
        self._lifeline = ours
        said = Path(self._folder.name) / "stderr"
        arguments = [
            "run", str(self._world_file()), "--control", str(self.control_path),
            "--truth", str(self.truth_path), "--parent-fd", str(theirs.fileno()),
            "--hold" if self._hold else "--no-hold",
        ]  # fmt: skip
        with theirs, said.open("wb") as errors:
            self._process = subprocess.Popen(  # noqa: S603 - ourselves
                [sys.executable, "-m", "simulator", *arguments],
                pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, stderr=errors, cwd=_ROOT,
            )  # fmt: skip
        ours.settimeout(_START_S)
        if not ours.recv(100):
            self._process.wait(_STOP_S)
            raise SimulationError(said.read_text(errors="replace").strip())

    def _world_file(self) -> Path:
        if isinstance(self._world, Path):
            return self._world.absolute()
        path = Path(self._folder.name) / "world.json"
        path.write_text(self._world.model_dump_json())
        return path

    @property
    def pid(self) -> int:
        """Return the process id of the simulator."""
        if self._process is None:
            raise SimulationError("it was not started")
        return self._process.pid

    @property
    def command_prefix(self) -> list[str]:
        """Return what to put before a command to run it inside, as the only way to the sites."""
        return command_inside(self.pid, self._near_fd)

    def popen(
        self,
        command: Sequence[str],
        **options: Any,  # noqa: ANN401 - those of Popen
    ) -> subprocess.Popen[Any]:
        """Start a command inside; the options and the result are those of `subprocess.Popen`.

        The process id is the command's own. What still runs at `stop` is ended there.
        """
        inside = [*self.command_prefix, *command]
        child = subprocess.Popen(inside, **options)  # noqa: S603 - the caller's choice
        self._inside.append(child)
        return child

    def run(
        self,
        command: Sequence[str],
        **options: Any,  # noqa: ANN401 - those of run
    ) -> subprocess.CompletedProcess[Any]:
        """Run a command inside to its end, as `subprocess.run` does."""
        inside = [*self.command_prefix, *command]
        return subprocess.run(inside, check=False, **options)  # noqa: S603 - the caller's choice

    def control(self, command: str, **fields: object) -> dict[str, Any]:
        """Send a control command; raises `ControlError` if it is refused."""
        if self._client is None:
            raise SimulationError("it was not started")
        return self._client.ask(command, **fields)

    def act(self, do: str, **named: object) -> int:
        """Do an action now: `act("cut", site="a", link="cfe")`.

        It returns, once packets feel it, the number of the last truth record.
        """
        return int(self.control("apply", action={"do": do, **named})["truths"])

    def start_timeline(self) -> None:
        """Start the timeline of the world."""
        self.control("start")

    def status(self, site: str | None = None, *, reset_lateness: bool = False) -> dict[str, Any]:
        """Return how the simulator is, or each component of one site."""
        return self.control("status", site=site, reset_lateness=reset_lateness)

    def truth(self, since: int = 0, wait_s: float = 0.0, limit: int = 1000) -> list[dict[str, Any]]:
        """Return truth records after number `since`, waiting for the first if asked."""
        asked = self.control("truth", since=since, limit=limit, wait=float(wait_s))
        records: list[dict[str, Any]] = asked["records"]
        return records

    def await_truth(self, timeout_s: float, **wanted: object) -> dict[str, Any]:
        """Return the first record, past or to come, that has all the wanted fields.

        Raises:
            TimeoutError: none came in time.

        """
        seen = 0
        while True:
            news = self.truth(seen, timeout_s)
            if not news:
                raise TimeoutError(f"nothing like {wanted} happened within {timeout_s} s")
            for record in news:
                if wanted.items() <= record.items():
                    return record
            seen = news[-1]["n"]

    def stop(self) -> None:
        """End it, and everything inside it. Safe to call twice, or after a crash of either."""
        if self._client is not None:
            self._client.close()
        if self._lifeline is not None:
            self._lifeline.close()  # the simulator takes this for the order to stop
        if self._process is not None:
            _end(self._process)
        if self._namespace is not None:
            clear_out(self._namespace)
        for child in self._inside:
            child.wait(_STOP_S)
        self._folder.cleanup()


def _end(process: subprocess.Popen[bytes]) -> None:
    for hurry in (process.terminate, process.kill):
        try:
            process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            hurry()
    process.wait()
