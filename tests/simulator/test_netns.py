"""The whole simulator, in real namespaces, against real ping and real TCP."""

import errno
import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from simulator.fleet import synthetic_world, world_of
from simulator.impairment import CLEAR
from simulator.inside import members
from simulator.namespace import VANTAGE_ADDRESS
from simulator.runner import Simulation, SimulationError
from simulator.session import PATH_DIED
from simulator.world import World
from tests.conftest import require
from tests.simulator.worlds import small_world

pytestmark = [pytest.mark.netns, pytest.mark.timeout(60)]

ECHOES = str(Path(__file__).parent / "near_echoes.py")
CONNECT = """
import socket, sys
with socket.socket() as tcp:
    tcp.settimeout(float(sys.argv[2]))
    try:
        tcp.connect((sys.argv[1], 80))
        print(0, tcp.getsockname()[0])
    except TimeoutError:
        print("timeout")
    except OSError as error:
        print(error.errno)
"""
UCI, CFE, CLINIC = "127.64.0.10", "127.64.0.1", "127.64.0.33"


def started(world: World | Path) -> Simulation:
    """Return a running simulation; where namespaces are impossible skip loudly, or fail in CI."""
    try:
        return Simulation(world).start()
    except SimulationError as error:
        if "namespace" not in str(error) and "/dev/net/tun" not in str(error):
            raise
        missing = f"{error}: NOT TESTED"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)


@pytest.fixture(scope="module")
def running() -> Iterator[Simulation]:
    with started(small_world()) as simulation:
        yield simulation


@pytest.fixture
def simulation(running: Simulation) -> Iterator[Simulation]:
    """The small world, put right again by whoever bent it."""
    yield running
    for site in ("hospital", "clinic"):
        running.act("mains", site=site, present=True)
        for part in ({}, {"link": "cfe"}, *([{"area": "uci"}] if site == "hospital" else [])):
            running.act("restore", site=site, **part)
            running.act("impair", site=site, **part)
            running.act("icmp", site=site, filtered=False, **part)
    running.act("ups", site="hospital", unit="ups-site", charge=1.0, load=0.4)


def ping(simulation: Simulation, target: str, *options: str) -> subprocess.CompletedProcess[str]:
    command = [require("ping", "iputils-ping"), "-n", "-q", "-W", "1", "-c", "1", *options, target]
    return simulation.run(command, capture_output=True, text=True)


def pings(simulation: Simulation, target: str) -> bool:
    return ping(simulation, target).returncode == 0


def connect(simulation: Simulation, target: str, timeout_s: float = 0.5) -> str:
    """Return `0 <own address>`, an errno, or `timeout`."""
    command = [sys.executable, "-I", "-c", CONNECT, target, str(timeout_s)]
    said = simulation.run(command, capture_output=True, text=True)
    return str(said.stdout).strip()


def get(simulation: Simulation, url: str) -> dict[str, Any]:
    code = (
        "import sys, urllib.request as u; print(u.urlopen(sys.argv[1], timeout=5).read().decode())"
    )
    said = simulation.run([sys.executable, "-I", "-c", code, url], capture_output=True, text=True)
    answer: dict[str, Any] = json.loads(said.stdout)
    return answer


def ended(pid: int, within_s: float = 10.0) -> bool:
    """Wait for a process that is not our child, by its pidfd."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([descriptor], [], [], within_s)[0])
    finally:
        os.close(descriptor)


def near(simulation: Simulation) -> os.stat_result:
    return Path(f"/proc/{simulation.pid}/fd/{simulation.status()['near_fd']}").stat()


def test_a_site_that_is_up_answers_ping_and_tcp(simulation: Simulation) -> None:
    for target in (CFE, UCI, CLINIC):
        assert pings(simulation, target)
        assert connect(simulation, target) == f"0 {VANTAGE_ADDRESS}"
    assert get(simulation, f"http://{UCI}/health")["component"] == "hospital/area/uci"


def test_a_cut_stops_ping_and_tcp_alike_and_restore_mends_both(simulation: Simulation) -> None:
    before = simulation.act("cut", site="clinic", link="cfe") - 2
    assert not pings(simulation, CLINIC)
    assert connect(simulation, CLINIC) == "timeout"
    assert pings(simulation, CFE)
    simulation.act("restore", site="clinic", link="cfe")
    assert pings(simulation, CLINIC)
    assert connect(simulation, CLINIC).startswith("0")
    told = [
        (one["component"], one["what"])
        for one in simulation.truth(before)
        if one["site"] == "clinic"
    ]
    assert told == [("site", "down"), ("link/cfe", "down"), ("site", "up"), ("link/cfe", "up")]


def test_one_area_fails_alone(simulation: Simulation) -> None:
    simulation.act("cut", site="hospital", area="uci")
    assert not pings(simulation, UCI)
    assert connect(simulation, UCI) == "timeout"
    assert pings(simulation, "127.64.0.11")
    assert pings(simulation, CFE)


def test_unreachable_is_told_by_icmp(simulation: Simulation) -> None:
    simulation.act("cut", site="clinic", state="unreachable")
    said = ping(simulation, CLINIC)
    assert said.returncode == 1
    assert "+1 errors" in said.stdout
    assert connect(simulation, CLINIC) == str(errno.EHOSTUNREACH)


def test_refuse_pings_and_resets(simulation: Simulation) -> None:
    simulation.act("cut", site="clinic", state="refuse")
    assert pings(simulation, CLINIC)
    assert connect(simulation, CLINIC) == str(errno.ECONNREFUSED)


def test_filtered_icmp_leaves_tcp(simulation: Simulation) -> None:
    simulation.act("icmp", site="clinic", link="cfe", filtered=True)
    assert not pings(simulation, CLINIC)
    assert connect(simulation, CLINIC).startswith("0")


def test_a_large_ping_comes_back_in_fragments(simulation: Simulation) -> None:
    assert ping(simulation, CLINIC, "-s", "4000").returncode == 0


def test_delay_is_that_of_a_round_trip(simulation: Simulation) -> None:
    simulation.act("impair", site="clinic", impairment={"delay": "80ms"})
    said = ping(simulation, CLINIC, "-c", "3", "-i", "0.05").stdout
    least_ms = float(said.rpartition("mdev = ")[2].split("/")[0])
    assert 80 <= least_ms < 110


def test_loss_is_about_what_was_asked(simulation: Simulation) -> None:
    simulation.act("impair", site="clinic", impairment={"loss": 0.3})
    said = echoes(simulation, sites=2, rate=2000, seconds=1.0)  # half of them to the clinic
    assert 0.10 < 1 - said["received"] / said["sent"] < 0.20


def echoes(simulation: Simulation, sites: int, rate: int, seconds: float) -> dict[str, int]:
    command = [sys.executable, "-I", ECHOES, str(sites), str(rate), str(seconds)]
    said = simulation.run(command, capture_output=True, text=True)
    assert said.returncode == 0, said.stderr
    counted: dict[str, int] = json.loads(said.stdout)
    return counted


def test_a_battery_runs_down_and_takes_the_link_with_it(simulation: Simulation) -> None:
    url = f"http://{CFE}/power/ups-site"
    assert get(simulation, url)["ups"][0]["state"] == "online"
    simulation.act("mains", site="hospital", present=False)
    said = get(simulation, url)
    assert (said["mains"], said["load_source"]) == ("absent", "ups_battery")
    assert said["ups"][0]["runtime_seconds"] in {1199, 1200}
    mark = simulation.act("ups", site="hospital", unit="ups-site", charge=0.0003)  # 0.36 s left
    gone = simulation.await_truth(10, site="hospital", component="link/cfe", what="down")
    assert (gone["cause"], gone["root"]) == ("power", "hospital/power/ups-site")
    assert gone["n"] > mark
    assert not pings(simulation, CFE)
    simulation.act("mains", site="hospital", present=True)
    assert pings(simulation, CFE)
    assert get(simulation, url)["ups"][0]["state"] == "online"


def test_what_runs_inside_has_a_loopback_of_its_own(simulation: Simulation) -> None:
    said = simulation.run([sys.executable, "-I", "-c", LOOPBACK], capture_output=True, text=True)
    assert said.stdout.strip() == "hello"


LOOPBACK = """
import socket
server = socket.create_server(("127.0.0.1", 0))
with socket.create_connection(server.getsockname()) as client:
    server.accept()[0].sendall(b"hello")
    print(client.recv(5).decode())
"""


def test_three_thousand_sites_lose_nothing_of_our_own() -> None:
    world = synthetic_world(3000)
    sites = tuple(
        site.model_copy(
            update={
                "links": tuple(link.model_copy(update={"impairment": CLEAR}) for link in site.links)
            }
        )
        for site in world.sites
    )
    with started(world.model_copy(update={"sites": sites})) as simulation:
        simulation.status(reset_lateness=True)
        counted = echoes(simulation, sites=3000, rate=10_000, seconds=2.0)
        status = simulation.status()
    assert counted["received"] == counted["sent"] > 15_000
    assert status["path"]["echoes"] == counted["sent"]
    assert status["path"]["kernel_dropped"] == status["path"]["write_errors"] == 0
    assert not status["path"]["realtime"] or status["worst_lateness_s"] < 0.1


def test_stop_leaves_no_process_and_no_namespace() -> None:
    simulation = started(small_world())
    namespace, pid = near(simulation), simulation.pid
    stubborn = sleeper(simulation, "signal.signal(signal.SIGTERM, signal.SIG_IGN)")
    assert stubborn.pid in members(namespace)
    simulation.stop()
    assert stubborn.returncode == -signal.SIGKILL
    assert ended(pid)
    assert list(members(namespace)) == []
    assert not simulation.control_path.exists()
    simulation.stop()


def sleeper(simulation: Simulation, before: str = "") -> subprocess.Popen[str]:
    """Start a process that sleeps inside, and wait until it does."""
    code = f"import signal, time\n{before}\nprint('ready', flush=True)\ntime.sleep(600)"
    child = simulation.popen([sys.executable, "-I", "-c", code], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    with child.stdout:
        assert child.stdout.readline() == "ready\n"
    return child


def test_a_simulator_that_was_killed_leaves_nothing_either() -> None:
    simulation = started(small_world())
    namespace = near(simulation)
    children = Path(f"/proc/{simulation.pid}/task/{simulation.pid}/children").read_text().split()
    inside = sleeper(simulation)
    os.kill(simulation.pid, signal.SIGKILL)
    assert all(ended(int(child)) for child in children)
    simulation.stop()
    assert inside.returncode == -signal.SIGTERM
    assert list(members(namespace)) == []


def test_a_path_that_dies_ends_the_simulation_with_a_status_of_its_own() -> None:
    with started(small_world()) as simulation:
        pid = simulation.pid
        [path] = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        os.kill(int(path), signal.SIGKILL)
        assert ended(pid)
        assert simulation._process is not None
        assert simulation._process.wait() == PATH_DIED


OWNER = """
import sys, time
from pathlib import Path
from simulator.runner import Simulation
simulation = Simulation(Path(sys.argv[1])).start()
print(simulation.pid, simulation.status()["near_fd"], sep="\\n", flush=True)
code = "import os, time; print(os.getpid(), flush=True); time.sleep(600)"
inside = simulation.popen([sys.executable, "-c", code])
time.sleep(600)
"""


def test_it_ends_when_whoever_started_it_is_killed(
    running: Simulation, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("owner")
    world = folder / "world.json"
    world.write_text(small_world().model_dump_json())
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(world)], stdout=subprocess.PIPE, text=True,
        env={**os.environ, "TMPDIR": str(folder)},  # which the killed owner cannot tidy up
    )  # fmt: skip
    assert owner.stdout is not None
    with owner.stdout:
        pid, descriptor, inside = (int(owner.stdout.readline()) for _ in range(3))
    namespace = Path(f"/proc/{pid}/fd/{descriptor}").stat()
    assert list(members(namespace)) == [inside]
    owner.kill()
    owner.wait()
    assert ended(pid)
    assert list(members(namespace)) == []


def test_the_command_line_runs_a_command_inside_and_ends_with_its_status(
    running: Simulation, tmp_path: Path
) -> None:
    world = tmp_path / "world.json"
    world.write_text(world_of([("a", "clinic")]).model_dump_json())
    truth = tmp_path / "truth.jsonl"
    command = [
        sys.executable, "-m", "simulator", "run", str(world), "--truth", str(truth), "--exec",
        sys.executable, "-I", "-c", CONNECT + "sys.exit(7)", CFE, "5",
    ]  # fmt: skip
    said = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    assert said.returncode == 7, said.stderr
    assert said.stdout.strip() == f"0 {VANTAGE_ADDRESS}"
    assert [json.loads(line)["component"] for line in truth.read_text().splitlines()] == [
        "timeline",
        "timeline",
    ]


def test_exec_joins_a_running_simulation(simulation: Simulation) -> None:
    command = [
        sys.executable, "-m", "simulator", "exec", "--control", str(simulation.control_path),
        sys.executable, "-I", "-c", CONNECT, CFE, "5",
    ]  # fmt: skip
    said = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    assert said.stdout.strip() == f"0 {VANTAGE_ADDRESS}", said.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give up being root")
def test_without_privileges_a_user_namespace_does(running: Simulation, tmp_path: Path) -> None:
    world = tmp_path / "world.json"
    world.write_text(small_world().model_dump_json())
    command = [
        require("setpriv", "util-linux"), "--bounding-set", "-all,+setfcap", "--inh-caps", "-all",
        sys.executable, "-m", "simulator", "run", str(world), "--exec",
        require("ping", "iputils-ping"), "-n", "-c", "1", "-W", "1", UCI,
    ]  # fmt: skip
    said = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    if "user namespaces" in said.stderr:
        pytest.skip(f"{said.stderr}: NOT TESTED")
    assert said.returncode == 0, said.stdout + said.stderr


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    world = tmp_path / "world.json"
    world.write_text(small_world().model_dump_json())
    command = [
        require("setpriv", "util-linux"), "--bounding-set", "-all", "--inh-caps", "-all",
        sys.executable, "-m", "simulator", "run", str(world),
    ]  # fmt: skip
    if os.geteuid() != 0:
        pytest.skip("only root can give up all capabilities")
    said = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    assert said.returncode == 2
    assert "sysctl -w user.max_user_namespaces" in said.stderr
