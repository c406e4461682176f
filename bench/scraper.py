"""A real Prometheus that scrapes one target."""

import contextlib
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from bench.blackbox import free_port
from bench.peers import find

_CONFIG = """\
global: {{scrape_interval: {interval}, scrape_timeout: {interval}}}
scrape_configs:
  - job_name: guardia
    static_configs: [{{targets: ["127.0.0.1:{port}"]}}]
"""


@dataclass(frozen=True, slots=True)
class Scraper:
    """A running Prometheus."""

    port: int

    async def samples(self) -> int:
        """Return how many samples it took over with its last scrape; 0 if that failed."""
        url = f"http://127.0.0.1:{self.port}/api/v1/query"
        asked = {"query": "scrape_samples_scraped * up"}
        async with aiohttp.ClientSession() as session, session.get(url, params=asked) as answer:
            found = (await answer.json())["data"]["result"]
        return int(found[0]["value"][1]) if found else 0


@contextlib.contextmanager
def scraping(folder: Path, port: int, interval_s: int) -> Iterator[Scraper]:
    """Scrape /metrics of a port meanwhile.

    Raises:
        AbsentError: Prometheus is not installed.

    """
    config = folder / "prometheus.yml"
    config.write_text(_CONFIG.format(port=port, interval=f"{interval_s}s"))
    own_port = free_port()
    with (folder / "prometheus.log").open("wb") as log:
        process = subprocess.Popen(
            [
                find("prometheus"),
                f"--config.file={config}",
                f"--storage.tsdb.path={folder / 'tsdb'}",
                f"--web.listen-address=127.0.0.1:{own_port}",
            ],
            stdout=log,
            stderr=log,
        )
    try:
        yield Scraper(own_port)
    finally:
        process.terminate()
        process.wait()
