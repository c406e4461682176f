"""A real Prometheus that scrapes a target every second."""

import asyncio
from pathlib import Path
from typing import Any

import aiohttp

from tests.conftest import require
from tests.servers.program import Program, free_port

_CONFIG = """\
global: {{scrape_interval: 1s, scrape_timeout: 1s}}
scrape_configs:
  - job_name: guardia
    static_configs: [{{targets: ["{target}"]}}]
{more}
"""
_ASK_AGAIN_S = 0.1


class Prometheus(Program):
    """Scrapes `target` ("host:port", /metrics). `more` is appended to its configuration."""

    def __init__(self, folder: Path, target: str, more: str = "") -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        config = folder / "prometheus.yml"
        config.write_text(_CONFIG.format(target=target, more=more))
        super().__init__(
            [
                require("prometheus", "prometheus"),
                f"--config.file={config}",
                f"--storage.tsdb.path={folder / 'tsdb'}",
                f"--web.listen-address=127.0.0.1:{self.port}",
            ],
            ready="Server is ready to receive web requests",
            folder=folder,
        )

    async def query(self, expression: str) -> list[dict[str, Any]]:
        """Return the result of an instant query: `metric` and `value` of each series."""
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"{self.url}/api/v1/query", params={"query": expression}) as answer,
        ):
            document = await answer.json()
            if document["status"] != "success":
                raise ValueError(f"{expression}: {document['error']}")
            found: list[dict[str, Any]] = document["data"]["result"]
            return found

    async def wait_for(self, expression: str, timeout_s: float = 20.0) -> list[dict[str, Any]]:
        """Return the result as soon as there is one.

        Raises:
            TimeoutError: there was none in time.

        """
        async with asyncio.timeout(timeout_s):
            while True:
                found = await self.query(expression)
                if found:
                    return found
                await asyncio.sleep(_ASK_AGAIN_S)  # Prometheus offers nothing to wait on
