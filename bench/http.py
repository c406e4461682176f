"""CPU per HTTP probe: Guardia's prober beside blackbox_exporter, a new connection each.

One cheap server answers both; what it costs is not counted. Both ask the same addresses at the
same pace with as many at once, for at a low rate the CPU of a probe is mostly that of waking up.
"""

import asyncio
import tempfile
from dataclasses import dataclass
from pathlib import Path

from bench.addresses import loopback
from bench.blackbox import Blackbox, running
from bench.contest import Contender, MeaninglessError, contest
from bench.cpu import CLOCK, ITSELF
from bench.effort import Effort
from bench.figure import Ask, Figure
from bench.flooder import python_us
from bench.http_guardia import SWEEP, Sweep
from bench.pace import Pace
from bench.web import NAME, Web, serving

PLAIN = Ask("HTTP against blackbox_exporter", "× its CPU", "<= 0.5", "<= 0.15", headline=True)
FULL = Ask(
    "HTTPS against blackbox_exporter, full handshakes",
    "× its CPU",
    "<= 0.9",
    "<= 0.6",
    headline=True,
)
RESUMED = Ask(
    "HTTPS against blackbox_exporter, as the daemon resumes", "× its CPU", "<= 0.9", "<= 0.6"
)
_AT_ONCE = 32
_WARM_UP = 50
_GUARDIA, _AGAIN, _BLACKBOX = "Guardia", "Guardia, again", "blackbox_exporter"
_MODULES = """\
modules:
  http_2xx:
    prober: http
    timeout: 5s
    http:
      preferred_ip_protocol: ip4
      tls_config: {{ca_file: {ca_file}, server_name: {server_name}}}
"""


def run(effort: Effort) -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="guardia-http-") as name, serving(Path(name)) as web:
        return [*_plain(effort, web, Path(name)), *_secure(effort, web, Path(name))]


def _plain(effort: Effort, web: Web, folder: Path) -> list[Figure]:
    count = effort.pick(tiny=60, quick=700, full=3_000)
    duel = Duel(web, folder, count, Pace(per_s=500, at_once=_AT_ONCE), secure=False)
    rounds = effort.pick(tiny=1, quick=1, full=4)
    found = contest([duel.guardia(), duel.blackbox()], rounds, warm_ups=0)
    return [found.ratio(PLAIN, _GUARDIA, _BLACKBOX)]


def _secure(effort: Effort, web: Web, folder: Path) -> list[Figure]:
    count = effort.pick(tiny=40, quick=200, full=1_000)
    duel = Duel(web, folder, count, Pace(per_s=150, at_once=_AT_ONCE), secure=True)
    rounds = effort.pick(tiny=1, quick=1, full=3)
    found = contest([duel.guardia(), duel.again(), duel.blackbox()], rounds, warm_ups=0)
    return [
        found.ratio(FULL, _GUARDIA, _BLACKBOX),
        found.ratio(RESUMED, _AGAIN, _BLACKBOX, note=duel.resumed_share),
    ]


@dataclass(slots=True)
class Duel:
    """The same addresses at the same pace, for whoever asks."""

    web: Web
    folder: Path
    count: int
    pace: Pace
    secure: bool
    resumed_share: str = ""

    def guardia(self) -> Contender:
        how = f"{self._how()}, HttpProber on uvloop"
        return Contender(_GUARDIA, lambda: self._guardia_us(again=False), "µs", how, ITSELF)

    def again(self) -> Contender:
        how = f"{self._how()}, asked once before"
        return Contender(_AGAIN, self._again_us, "µs", how, ITSELF)

    def blackbox(self) -> Contender:
        return Contender(_BLACKBOX, self._blackbox_us, "µs", f"{self._how()}, http_2xx", CLOCK)

    def _how(self) -> str:
        return f"{self.count:,} targets, {self.pace.per_s:g}/s, at most {self.pace.at_once} at once"

    def _urls(self) -> tuple[list[str], list[str]]:
        """Return whom to ask, and others to warm up with."""
        urls = self.web.urls(loopback(self.count + _WARM_UP), secure=self.secure)
        return urls[_WARM_UP:], urls[:_WARM_UP]

    def _guardia_us(self, *, again: bool) -> float:
        urls, warm_up = self._urls()
        asked = Sweep(urls, warm_up, self.pace, str(self.web.ca_file), NAME, again)
        file = self.folder / "sweep.json"
        file.write_bytes(SWEEP.dump_json(asked))
        return python_us("bench.http_guardia", self.count, str(file))

    def _again_us(self) -> float:
        """Return the cost of a sweep over targets known, and note what the server saw of it."""
        before = self.web.tally()
        cpu_us = self._guardia_us(again=True)
        after = self.web.tally()
        resumed = after.resumed - before.resumed
        of = max(1, after.full - before.full + resumed - self.count)  # the first sweep resumes none
        self.resumed_share = f"The server saw {resumed / of:.0%} of these handshakes resumed."
        return cpu_us

    def _blackbox_us(self) -> float:
        modules = _MODULES.format(ca_file=self.web.ca_file, server_name=NAME)
        with running(self.folder, modules) as exporter:
            return asyncio.run(self._drive(exporter))

    async def _drive(self, exporter: Blackbox) -> float:
        urls, warm_up = self._urls()
        await exporter.drive(warm_up, "http_2xx", self.pace)
        driven = await exporter.drive(urls, "http_2xx", self.pace)
        if driven.succeeded < self.count:
            raise MeaninglessError(f"only {driven.succeeded} of {self.count} probes succeeded")
        return driven.cpu_s / self.count * 1e6
