"""Every kind of probe there is. A new kind is a settings model, a file here, and a line below."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from typing import Self, TypeVar

from config.component import Probe
from config.probe import HttpSettings, IcmpSettings, PowerSettings, TcpSettings
from probes.http import HttpProber
from probes.icmp import IcmpEngine
from probes.power import PowerProber
from probes.reading import Reading
from probes.resolve import Resolver
from probes.runs import Question, Runs
from probes.tcp import connect

MAX_CONNECTIONS = 1000
"""HTTP runs at once. In a mass outage each lasts its whole time-out, so this is generous."""

Settings = TypeVar("Settings", IcmpSettings, TcpSettings, HttpSettings, PowerSettings)


class Kinds:
    """The engines that all probes share: one socket for echoes, one resolver, one HTTP client."""

    def __init__(self, icmp: IcmpEngine, resolver: Resolver, http: HttpProber) -> None:
        self._icmp = icmp
        self._resolver = resolver
        self._http = http
        self._power = PowerProber(http)
        self._runs = Runs()
        self.ask_by_kind: dict[str, Callable[[Probe, bool], Awaitable[Reading]]] = {
            "icmp": self._ask_icmp,
            "tcp": self._ask_tcp,
            "http": self._ask_http,
            "power": self._ask_power,
        }

    @classmethod
    def open(
        cls,
        *,
        on_ignored: Callable[[str, int], None],
        on_dropped: Callable[[int], None],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> Self:
        """Open the engines for the running loop. Missing permissions show in the readings."""
        resolver = Resolver()
        icmp = IcmpEngine.open(on_ignored=on_ignored, on_dropped=on_dropped, resolver=resolver)
        return cls(
            icmp, resolver, HttpProber(max_connections=MAX_CONNECTIONS, resolver=resolver, now=now)
        )

    async def serve(self) -> None:
        """Let questions be asked. Ends by cancellation, and what is under way with it."""
        await self._runs.serve()

    def question(self, probe: Probe) -> Question:
        """Return how to ask this probe, again and again: what can be prepared is, once."""
        return self._runs.question(probe.key, partial(self.ask, probe))

    async def ask(self, probe: Probe, in_doubt: bool) -> Reading:
        """Run one probe once. In doubt, ICMP asks under a fresh id (probes/icmp.py says why)."""
        return await self.ask_by_kind[probe.settings.kind](probe, in_doubt)

    @property
    def may_ping(self) -> bool:
        """Tell whether ICMP can be asked at all."""
        return self._icmp.may_ping

    def describe(self) -> str:
        """Return one line on the ICMP sockets in use."""
        return self._icmp.describe()

    async def close(self) -> None:
        """Let go of sockets, threads and processes."""
        self._icmp.close()
        await self._http.close()
        self._resolver.close()

    async def _ask_icmp(self, probe: Probe, in_doubt: bool) -> Reading:
        return await self._icmp.ping(_as(probe, IcmpSettings), fresh_id=in_doubt)

    async def _ask_tcp(self, probe: Probe, _in_doubt: bool) -> Reading:
        return await connect(_as(probe, TcpSettings), resolver=self._resolver)

    async def _ask_http(self, probe: Probe, _in_doubt: bool) -> Reading:
        return await self._http.fetch(_as(probe, HttpSettings))

    async def _ask_power(self, probe: Probe, _in_doubt: bool) -> Reading:
        return await self._power.read(_as(probe, PowerSettings), interval_s=probe.interval_s)


def _as(probe: Probe, kind: type[Settings]) -> Settings:
    if not isinstance(probe.settings, kind):
        raise TypeError(f"{probe.key} is no {kind.__name__}")
    return probe.settings
