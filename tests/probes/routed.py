"""Two routers and what lies behind them, in namespaces: `python -m tests.probes.routed`.

Run by test_route_namespace.py inside `unshare -rnm`; prints the hops to each target as JSON.
"""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from probes import route
from probes.route import trace

HOP_TIMEOUT_S = 0.3
TARGETS = (("10.9.9.9", "10.2.0.2", "10.8.8.8"), ("10.1.0.77",), ("fd00:2::2",))
"""Those of a row are traced one after the other, for routers do not answer many at once."""
NETWORK = """
ip link set lo up
ip link add v0 address 2:0:0:0:1:2 type veth peer name e0 address 2:0:0:0:1:1 netns edge
ip -n edge link add e1 address 2:0:0:0:2:1 type veth peer name p0 address 2:0:0:0:2:2 netns pop
ip -n pop link add d0 type veth peer name d1
ip addr add 10.1.0.2/24 dev v0
ip addr add fd00:1::2/64 dev v0 nodad
ip -n edge addr add 10.1.0.1/24 dev e0
ip -n edge addr add fd00:1::1/64 dev e0 nodad
ip -n edge addr add 10.2.0.1/24 dev e1
ip -n edge addr add fd00:2::1/64 dev e1 nodad
ip -n pop addr add 10.2.0.2/24 dev p0
ip -n pop addr add fd00:2::2/64 dev p0 nodad
ip link set v0 up
ip -n edge link set e0 up
ip -n edge link set e1 up
ip -n pop link set p0 up
ip -n pop link set d0 up
ip -n pop link set d1 up
ip route add default via 10.1.0.1
ip route add default via fd00:1::1
ip -n edge route add 10.9.9.0/24 via 10.2.0.2
ip -n edge route add unreachable 10.8.8.0/24
ip -n pop route add 10.9.9.0/24 dev d0
ip -n pop route add 10.1.0.0/24 via 10.2.0.1
ip -n pop route add fd00:1::/64 via fd00:2::1
ip neigh add fd00:1::1 lladdr 2:0:0:0:1:1 dev v0
ip -n edge neigh add fd00:1::2 lladdr 2:0:0:0:1:2 dev e0
ip -n edge neigh add fd00:2::2 lladdr 2:0:0:0:2:2 dev e1
ip -n pop neigh add fd00:2::1 lladdr 2:0:0:0:2:1 dev p0
ip -n pop neigh add 10.9.9.9 lladdr 2:0:0:0:9:9 dev d0
"""
"""IPv6 neighbours are told, for they find each other seconds after their links are up.

10.9.9.9 lies behind the second router, and its cable leads nowhere; 10.1.0.77 is nobody.
"""
ROUTER = """
echo 1 >/proc/sys/net/ipv4/ip_forward
echo 1 >/proc/sys/net/ipv6/conf/all/forwarding
"""


def run(*command: str) -> None:
    subprocess.run(command, check=True)  # a fixed command of ours


def build() -> None:
    run("mount", "-t", "tmpfs", "tmpfs", "/run")
    for router in ("edge", "pop"):
        run("ip", "netns", "add", router)
    for line in NETWORK.split("\n"):
        if line:
            run(*line.split())
    for router in ("edge", "pop"):
        run("ip", "netns", "exec", router, "sh", "-c", ROUTER)
    Path("/proc/sys/net/ipv4/neigh/v0/retrans_time_ms").write_text("50")


def trace_all(targets: tuple[str, ...]) -> list[tuple[str, list[str | None]]]:
    return [(target, hops_to(target)) for target in targets]


def hops_to(target: str) -> list[str | None]:
    return [hop.address for hop in trace(target)]


def main() -> None:
    build()
    route.HOP_TIMEOUT_S = HOP_TIMEOUT_S
    with ThreadPoolExecutor() as threads:
        seen = [one for some in threads.map(trace_all, TARGETS) for one in some]
    sys.stdout.write(json.dumps(dict(seen)))


if __name__ == "__main__":
    main()
