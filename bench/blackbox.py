"""blackbox_exporter as a peer: started here, driven through /probe as Prometheus drives it."""

import contextlib
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import aiohttp

from bench.cpu import cpu_s
from bench.pace import Pace, paced
from bench.peers import AbsentError, find

PROGRAM = "prometheus-blackbox-exporter"
_READY_S = 10.0
_ASK_AGAIN_S = 0.05
_SUCCESS = b"\nprobe_success 1\n"


@dataclass(frozen=True, slots=True)
class Driven:
    """What some probes cost the exporter, in its own process, and how many succeeded."""

    cpu_s: float
    succeeded: int


@dataclass(frozen=True, slots=True)
class Blackbox:
    """A running exporter."""

    pid: int
    port: int

    async def drive(self, targets: Sequence[str], module: str, pace: Pace) -> Driven:
        """Have all targets probed at this pace."""
        connector = aiohttp.TCPConnector(limit=pace.at_once)
        timeout = aiohttp.ClientTimeout(total=30)
        async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:

            async def ask(target: str) -> bool:
                query = urlencode({"module": module, "target": target})
                async with session.get(f"http://127.0.0.1:{self.port}/probe?{query}") as page:
                    return _SUCCESS in await page.read()

            before_s = cpu_s(self.pid)
            succeeded = await paced(ask, targets, pace)
            return Driven(cpu_s(self.pid) - before_s, succeeded)


@contextlib.contextmanager
def running(folder: Path, modules: str) -> Iterator[Blackbox]:
    """Run an exporter with these modules (YAML).

    Raises:
        AbsentError: it is not installed, or not permitted.
        RuntimeError: it does not serve; the text has its last words.

    """
    config = folder / "blackbox.yml"
    config.write_text(modules)
    port = free_port()
    log_file = folder / "blackbox.log"
    command = [
        find(PROGRAM),
        f"--config.file={config}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--log.level=error",
    ]
    try:
        with log_file.open("wb") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log)
    except PermissionError as error:  # it has a capability that we may not hand on
        raise AbsentError(f"no permission for {PROGRAM}: run as root") from error
    try:
        if not _serves(process, port):
            raise RuntimeError(f"{PROGRAM} does not serve: {log_file.read_text()[-300:]}")
        yield Blackbox(process.pid, port)
    finally:
        process.terminate()
        process.wait()


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _serves(process: "subprocess.Popen[bytes]", port: int) -> bool:
    until_s = time.monotonic() + _READY_S
    while process.poll() is None and time.monotonic() < until_s:
        with contextlib.suppress(ConnectionRefusedError), socket.socket() as probe:
            probe.connect(("127.0.0.1", port))
            return True
        time.sleep(_ASK_AGAIN_S)
    return False
