"""One life of the real daemon over a simulated fleet: what the benches of the whole share.

Everything runs inside the simulator's namespace and ends with it, whatever happens: the daemon,
a Prometheus that scrapes it, and the tap that writes down what leaves for the sites. Prometheus is
content with what the others leave of the cores: in a NOC it has a machine of its own, and here its
first scrape, of 240,000 new series, would take both for seconds.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any

from bench.fleet_plan import LISTEN, FleetPlan
from bench.metrics_page import MetricsPage
from bench.patience import wait_for
from bench.peers import find
from bench.shift_log import ShiftLog
from bench.wire_tap import Tapped, read
from simulator.runner import Simulation

DAEMON = [sys.executable, "-m", "monitor"]
_START_S = 60.0
_STOP_S = 15.0
_HOUSE = Path(__file__).parent.parent
_PROMETHEUS_LISTEN = "127.0.0.1:9090"
_PROMETHEUS = """\
global: {{scrape_interval: {every_ms}ms, scrape_timeout: {every_ms}ms}}
scrape_configs: [{{job_name: guardia, static_configs: [{{targets: ["{target}"]}}]}}]
"""


class DiedError(Exception):
    """The daemon ended though nobody asked it to."""


class DaemonLife:
    """A running simulation; `start` brings the daemon to life in it, once."""

    def __init__(self, plan: FleetPlan, fleet: Simulation, folder: Path) -> None:
        self.plan = plan
        self.fleet = fleet
        self.folder = folder
        self.started_s = self.watching_s = 0.0
        self._daemon: subprocess.Popen[Any] | None = None
        self._tap: subprocess.Popen[Any] | None = None
        (folder / "daemon.log").touch()
        self.log = ShiftLog(folder / "daemon.log")
        self._settings = plan.write(folder)

    @property
    def pid(self) -> int:
        """Return the process id of the daemon."""
        if self._daemon is None:
            raise RuntimeError("the daemon was not started")
        return self._daemon.pid

    def start(self, scrape_s: float) -> None:
        """Start the tap, the Prometheus and the daemon; return when it watches.

        Raises:
            DiedError: the daemon ended instead; the text has what it said.
            TimeoutError: one of them did not start.

        """
        self._start_tap()
        self._start_prometheus(scrape_s)
        self.started_s = time.time()
        command = [*DAEMON, "run", "-c", str(self._settings)]
        with (self.folder / "daemon.log").open("wb") as out:
            self._daemon = self.inside(command, stdout=out, stderr=out)
        self.watching_s = wait_for(self._watching_since, _START_S)

    def _watching_since(self) -> float | None:
        if self._daemon is None or self._daemon.poll() is not None:
            said = (self.folder / "daemon.log").read_text(errors="replace")
            raise DiedError(f"the daemon did not start: {said[-2000:]}")
        line = self.log.first("watching")
        return None if line is None else line.at_s

    def inside(self, command: Sequence[str], **options: Any) -> subprocess.Popen[Any]:  # noqa: ANN401
        """Start a program inside the namespace; it ends with the simulation at the latest."""
        env = os.environ | {"TZ": "UTC"}
        return self.fleet.popen(command, cwd=_HOUSE, stdin=subprocess.DEVNULL, env=env, **options)

    def scrape(self) -> MetricsPage:
        """Return the metrics page, fetched compressed as Prometheus does."""
        command = ["curl", "-sS", "--compressed", "--max-time", "30", f"http://{LISTEN}/metrics"]
        asked = self.fleet.run(command, capture_output=True, text=True)
        if asked.returncode:
            raise RuntimeError(f"no metrics: {asked.stderr.strip()}")
        return MetricsPage(asked.stdout)

    def tapped(self) -> Tapped:
        """Return what left for the sites so far, but for the last second or so."""
        return read(self.folder / "tap")

    def end(self) -> None:
        """Stop the daemon as an operator does, and then the tap, which says what it missed."""
        for child in (self._daemon, self._tap):
            if child is not None and child.poll() is None:
                child.send_signal(signal.SIGTERM)
                child.wait(_STOP_S)

    def _start_tap(self) -> None:
        command = [sys.executable, "-m", "bench.wire_tap", str(self.folder / "tap")]
        self._tap = self.inside(command, stdout=subprocess.PIPE)
        self.wait_to_be_told(self._tap.stdout)

    def _start_prometheus(self, scrape_s: float) -> None:
        settings = self.folder / "prometheus.yml"
        settings.write_text(_PROMETHEUS.format(every_ms=int(scrape_s * 1000), target=LISTEN))
        with (self.folder / "prometheus.log").open("wb") as out:
            self.inside(
                [
                    "nice", "-n", "19", find("prometheus"), f"--config.file={settings}",
                    f"--storage.tsdb.path={self.folder / 'tsdb'}",
                    f"--web.listen-address={_PROMETHEUS_LISTEN}",
                ],
                stdout=out, stderr=out,
            )  # fmt: skip

    @staticmethod
    def wait_to_be_told(line: IO[bytes] | None) -> None:
        """Wait for a child's first line.

        Raises:
            TimeoutError: it ended without.

        """
        if line is None or not line.readline():
            raise TimeoutError("a helper inside the namespace did not start")


@contextmanager
def lived(plan: FleetPlan) -> Iterator[DaemonLife]:
    """Make a fleet; take down all of it, whatever happens.

    Raises:
        SimulationError: this machine allows no network namespace.
        AbsentError: Prometheus or curl is not installed.

    """
    for program in ("prometheus", "curl"):
        find(program)
    with ExitStack() as stack:
        folder = tempfile.mkdtemp(prefix="guardia-bench-")
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        fleet = stack.enter_context(Simulation(plan.world()))
        life = DaemonLife(plan, fleet, Path(folder))
        stack.callback(life.end)
        yield life


def settled(life: DaemonLife, timeout_s: float) -> bool:
    """Wait until every component is up; tell whether that came true in time."""
    try:
        return wait_for(lambda: True if not not_up(life.scrape()) else None, timeout_s, every_s=1.0)
    except TimeoutError:
        return False


def not_up(page: MetricsPage) -> int:
    """Return how many components are anything but up."""
    return sum(
        line.startswith("guardia_component_state{")
        and line.endswith(" 1.0")
        and 'state="up"' not in line
        for line in page.lines
    )
