"""Every bench there is. A new one is a module with `run`, and a line here."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bench:
    """A module `bench.<name>` with `run(effort) -> list[Figure]`.

    `full_s` and `quick_s` are what it may take where nothing else runs. `limit_s` ends a full run
    that does not end by itself. Without `own_network` it runs in the network of the machine, for
    what makes its namespaces itself.
    """

    name: str
    about: str
    full_s: float = 120.0
    quick_s: float = 15.0
    limit_s: float = 300.0
    own_network: bool = True


BENCHES = (
    Bench("icmp", "CPU per ICMP probe, flooding loopback addresses", 100.0, 13.0),
    Bench("rtt", "error of the reported round-trip time while the loop is blocked", 85.0, 8.0),
    Bench("http", "CPU per HTTP probe, a new connection each", 125.0, 10.0),
    Bench("exposition", "/metrics with 100,000 series under a real Prometheus", 100.0, 13.0),
    Bench(
        "daemon",
        "the whole daemon over a simulated fleet: cold start, steady state, mass outage",
        full_s=200.0,
        quick_s=60.0,
        limit_s=480.0,
        own_network=False,
    ),
    Bench(
        "report_month",
        "a monthly report over 3,180 sites and 100,000 changes of state",
        full_s=60.0,
        quick_s=3.0,
    ),
    Bench(
        "scale",
        "one engine from 1,000 to 100,000 probes at the same rate",
        full_s=195.0,
        quick_s=10.0,
        limit_s=480.0,
    ),
)
