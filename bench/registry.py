"""Every bench there is. A new one is a module with `run`, and a line here."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bench:
    """A module `bench.<name>` with `run(effort) -> list[Figure]`.

    `limit_s` ends a full run that does not end by itself. Without `own_network` it runs in the
    network of the machine, for what makes its namespaces itself.
    """

    name: str
    about: str
    limit_s: float = 300.0
    own_network: bool = True


BENCHES = (
    Bench("icmp", "CPU per ICMP probe, flooding loopback addresses"),
    Bench("rtt", "error of the reported round-trip time while the loop is blocked"),
    Bench("http", "CPU per HTTP probe, a new connection each"),
    Bench("exposition", "/metrics with 100,000 series under a real Prometheus"),
    Bench(
        "daemon",
        "the whole daemon over a simulated fleet: cold start, steady state, mass outage",
        limit_s=480.0,
        own_network=False,
    ),
    Bench("report_month", "a monthly report over 3,180 sites and 100,000 changes of state"),
    Bench("scale", "one engine from 1,000 to 100,000 probes at the same rate", limit_s=480.0),
)
