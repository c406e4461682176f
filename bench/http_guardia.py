"""One sweep of Guardia's HTTP probes: `python -m bench.http_guardia FILE`.

FILE is a `Sweep` as JSON. As the daemon does it: one prober, on uvloop, each question prepared
once. Other addresses warm it up; with `again` these very ones do, so that there are TLS sessions
to resume.
"""

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import uvloop
from pydantic import TypeAdapter

from bench.pace import Pace, paced
from config.probe import HttpSettings
from monitor import collector
from probes.http import HttpProber


@dataclass(frozen=True, slots=True)
class Sweep:
    """Whom to ask, and how. `ca_file` and `server_name` are for https."""

    urls: Sequence[str]
    warm_up: Sequence[str]
    pace: Pace
    ca_file: str
    server_name: str
    again: bool = False

    def settings_of(self, url: str) -> HttpSettings:
        tls = {"ca_file": self.ca_file, "server_name": self.server_name}
        return HttpSettings.model_validate({"url": url, "tls": tls})


SWEEP = TypeAdapter(Sweep)


async def sweep(asked: Sweep) -> None:
    """Print what a probe cost, and how many succeeded."""
    async with HttpProber() as prober:
        questions = {
            url: prober.prepare(asked.settings_of(url)) for url in (*asked.warm_up, *asked.urls)
        }

        async def ask(url: str) -> bool:
            return (await questions[url].ask()).success

        as_fast_as_it_goes = Pace(per_s=0, at_once=asked.pace.at_once)
        await paced(ask, asked.urls if asked.again else asked.warm_up, as_fast_as_it_goes)
        collector.spare()
        before_s = time.process_time()
        succeeded = await paced(ask, asked.urls, asked.pace)
        cpu_us = (time.process_time() - before_s) / len(asked.urls) * 1e6
    print(f"{cpu_us:.3f} {succeeded}")


if __name__ == "__main__":
    uvloop.run(sweep(SWEEP.validate_json(Path(sys.argv[1]).read_bytes())))
