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
ip link add v0 type veth peer name e0 netns edge
ip netns exec edge ip link add e1 type veth peer name p0 netns pop
ip netns exec pop ip link add d0 type veth peer name d1
ip addr add 10.1.0.2/24 dev v0
ip addr add fd00:1::2/64 dev v0 nodad
ip netns exec edge ip addr add 10.1.0.1/24 dev e0
ip netns exec edge ip addr add fd00:1::1/64 dev e0 nodad
ip netns exec edge ip addr add 10.2.0.1/24 dev e1
ip netns exec edge ip addr add fd00:2::1/64 dev e1 nodad
ip netns exec pop ip addr add 10.2.0.2/24 dev p0
ip netns exec pop ip addr add fd00:2::2/64 dev p0 nodad
ip link set v0 up
ip netns exec edge ip link set e0 up
ip netns exec edge ip link set e1 up
ip netns exec pop ip link set p0 up
ip netns exec pop ip link set d0 up
ip netns exec pop ip link set d1 up
ip route add default via 10.1.0.1
ip route add default via fd00:1::1
ip netns exec edge ip route add 10.9.9.0/24 via 10.2.0.2
ip netns exec edge ip route add unreachable 10.8.8.0/24
ip netns exec pop ip route add 10.9.9.0/24 dev d0
ip netns exec pop ip route add 10.1.0.0/24 via 10.2.0.1
ip netns exec pop ip route add fd00:1::/64 via fd00:2::1
ip netns exec pop ip neigh add 10.9.9.9 lladdr 02:00:00:00:00:01 dev d0
"""
"""10.9.9.9 lies behind the second router, and its cable leads nowhere; 10.1.0.77 is nobody."""
ROUTER = """
echo 1 >/proc/sys/net/ipv4/ip_forward
echo 1 >/proc/sys/net/ipv6/conf/all/forwarding
"""
READY_TRIES = 20


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
    """Return them once neighbours are found: IPv6 takes a moment after links are up."""
    hops: list[str | None] = []
    for _ in range(READY_TRIES if ":" in target else 1):
        hops = [hop.address for hop in trace(target)]
        if None not in hops:
            break
    return hops


def main() -> None:
    build()
    route.HOP_TIMEOUT_S = HOP_TIMEOUT_S
    with ThreadPoolExecutor() as threads:
        seen = [one for some in threads.map(trace_all, TARGETS) for one in some]
    sys.stdout.write(json.dumps(dict(seen)))


if __name__ == "__main__":
    main()
