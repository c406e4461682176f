"""What the whole daemon costs: sites with six probes each every 15 s, scraped every 15 s.

`python -m bench.fleet [--sites 200] [--seconds 60]` prints CPU as a share of one core, and
memory. Judging, events, metrics and journal are on; the fleet is simulated on this machine.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import yaml

from simulator.fleet import world_of
from simulator.runner import Simulation
from simulator.world import Site

INTERVAL = "15s"
WARM_UP_S = 25.0
SCRAPE_S = 15.0
LISTEN = "127.0.0.1:9710"


def six_probes(site: Site) -> dict[str, Any]:
    """Return a site with two pings, two HTTP probes, a TCP probe and a power endpoint."""
    link, service = site.links[0].address, site.services[0].address
    every = {"interval": INTERVAL}
    return {
        "id": site.id,
        "name": site.id,
        "links": [
            {
                "id": "cfe",
                "probes": [
                    {"icmp": str(link), **every},
                    {"http": f"http://{link}/health", **every},
                ],
            }
        ],
        "services": [
            {
                "id": "expediente",
                "probes": [
                    {"icmp": str(service), **every},
                    {"http": f"http://{service}/health", **every},
                    {"tcp": f"{service}:80", **every},
                ],
            }
        ],
        "power": [
            {
                "id": "ups-site",
                "kind": "ups",
                "source": {"http": f"http://{link}/power/ups-site", **every},
            }
        ],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sites", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=60.0)
    asked = parser.parse_args()
    world = world_of([(f"clinic-{n}", "clinic") for n in range(asked.sites)])
    with tempfile.TemporaryDirectory(prefix="guardia-bench-") as name, Simulation(world) as fleet:
        folder = Path(name)
        (folder / "sites.yaml").write_text(
            yaml.safe_dump({"sites": [six_probes(site) for site in world.sites]})
        )
        config = folder / "guardia.yaml"
        config.write_text(
            f"include: [sites.yaml]\nlisten: {LISTEN}\nstate_dir: {folder / 'state'}\n"
        )
        with (folder / "log").open("wb") as log:
            daemon = fleet.popen(
                [sys.executable, "-m", "monitor", "run", "-c", str(config)], stdout=log, stderr=log
            )
            measure(fleet, asked.sites, asked.seconds)
            daemon.terminate()
            daemon.wait(10)


def measure(fleet: Simulation, sites: int, seconds: float) -> None:
    """Print what the daemon says it used between two instants, scrapes included."""
    time.sleep(WARM_UP_S)
    before, began_s = scrape(fleet), time.monotonic()
    while time.monotonic() - began_s < seconds:
        time.sleep(min(SCRAPE_S, seconds))
        after = scrape(fleet)
    took_s = time.monotonic() - began_s
    cpu_s = value(after, "process_cpu_seconds_total") - value(before, "process_cpu_seconds_total")
    probes_s = sites * 6 / 15
    print(f"{sites} sites, {probes_s:.0f} probes/s, {after.count(chr(10))} lines of metrics")
    print(f"CPU {cpu_s / took_s:.1%} of one core, {cpu_s / took_s / probes_s * 1e6:.0f} us a probe")
    print(f"memory {value(after, 'process_resident_memory_bytes') / 1e6:.0f} MB resident")
    up = sum(line.endswith(" 1.0") for line in after.splitlines() if 'state="up"' in line)
    print(f"components up {up} of {sites * 4}")


def value(page: str, name: str) -> float:
    """Return one sample of the daemon's own."""
    return next(float(line.split()[1]) for line in page.splitlines() if line.startswith(name))


def scrape(fleet: Simulation) -> str:
    """Return the metrics page, read from inside."""
    return str(
        fleet.run(["curl", "-s", f"http://{LISTEN}/metrics"], capture_output=True, text=True).stdout
    )


if __name__ == "__main__":
    main()
